"""Which column of somebody's table means what: guessed by its name, or as the operator says."""

import re
from collections.abc import Mapping, Sequence

from knowledge.errors import KnowledgeError
from knowledge.folding import fold

# By priority. Names are compared folded, without units in brackets, dashes and feeds' prefixes.
Names = Mapping[str, str]

PRODUCT: Names = {
    "sku": (
        "sku 货号 商品货号 商家编码 商品编码 商品编号 商品代码 产品编号 产品编码 款号 "
        "编码 编号 sku编码 skuid itemnumber itemno productcode productid 商品id itemid "
        "offerid code id"
    ),
    "name": (
        "name title 名称 品名 商品名称 商品名 产品名称 产品名 商品标题 宝贝名称 标题 "
        "productname producttitle itemname 商品 产品 product"
    ),
    "aliases": "aliases alias 别名 简称 俗称 又名 昵称",
    "category": (
        "category 分类 类目 品类 类别 商品分类 商品类目 producttype productcategory "
        "googleproductcategory"
    ),
    "price": (
        "price 价格 售价 单价 现价 零售价 销售价 销售价格 商品价格 卖价 到手价 "
        "pricevalue unitprice retailprice priceamount"
    ),
    "currency": "currency 币种 货币 pricecurrency currencycode",
    "stock": (
        "stock 库存 库存数量 库存量 可售库存 可用库存 商品库存 现有库存 inventory "
        "stockquantity quantity qty stocklevel 数量"
    ),
    "availability": "availability stockstatus 库存状态 是否有货 有货 现货",
    "url": "url link 链接 商品链接 网址 商品网址 producturl productlink",
    "summary": (
        "summary description 简介 商品简介 描述 商品描述 卖点 商品卖点 说明 介绍 "
        "shortdescription 详情"
    ),
    "variant": "color colour 颜色 规格 款式 色号",
    "size": "size 尺码 尺寸 容量 净含量",
}
QA: Names = {
    "question": "question 问题 问 提问 常见问题 标准问题 标准问 q faq prompt",
    "answer": "answer 答案 答 回答 回复 标准答案 解答 答复 a reply response",
    "category": "category 分类 类别 类目 主题 topic section group",
    "valid_until": (
        "validuntil expires expiry enddate 有效期至 有效期 截止日期 失效日期 到期日 截止 有效至"
    ),
}
CHAT: Names = {
    "text": "text content 内容 消息内容 聊天内容 消息 message body msg 正文",
    "role": "role 角色 身份 sendertype fromtype direction 方向 发送方类型",
    "sender": (
        "sender from 发送人 发送者 发送方 author nickname 昵称 发言人 用户名 sendername "
        "fromname 姓名 name"
    ),
    "conversation": (
        "conversation conversationid 会话 会话id 会话编号 sessionid session chatid "
        "dialogid ticketid threadid 对话id 客户id chat"
    ),
    "time": "time 时间 发送时间 timestamp date 日期 createdat sentat 消息时间",
}
_UNIT = re.compile(r"[(（\[【].*?[)）\]】]")
# What counts also as part of a longer name.
_PARTS = re.compile(
    r"价格|售价|单价|名称|品名|标题|库存|货号|编码|款号|分类|类目|链接|问题|答案|回答|回复|内容|会话|时间|发送"
)
_NOISE = re.compile(r"[\s_\-./:：*]+")
# What is no selling price, though its name has the word in it, is never guessed.
_NOT = re.compile(
    r"原价|市场|成本|进货|采购|批发|划线|吊牌|会员|促销|活动|锁定|预警|安全|sale|cost|list"
)


def assigned(columns: Sequence[str], wanted: Names, given: Mapping[str, str]) -> dict[str, str]:
    """The column for each name that is wanted, as far as there is one.

    Raises:
        KnowledgeError: what the operator `given` names no column, or nothing that is wanted.
    """
    for name, column in given.items():
        if name not in wanted:
            raise KnowledgeError(f"--map {name}={column}: {name} is none of {', '.join(wanted)}.")
        if column not in columns:
            shown = ", ".join(columns)
            raise KnowledgeError(f"--map {name}={column}: there is no such column, only {shown}.")
    chosen = dict(given)
    for exact in (True, False):
        for name, names in wanted.items():
            free = [one for one in columns if one not in chosen.values()]
            if name not in chosen and (found := _guess(free, names.split(), exact=exact)):
                chosen[name] = found
    return chosen


def mapping(options: Sequence[str]) -> dict[str, str]:
    """`price=售价` as the operator types it, once for each name.

    Raises:
        KnowledgeError: it is not of that form.
    """
    pairs = {}
    for option in options:
        name, sign, column = (part.strip() for part in option.partition("="))
        if not (name and sign and column):
            raise KnowledgeError(f"--map {option}: expected NAME=COLUMN, such as price=售价.")
        pairs[name] = column
    return pairs


def _guess(columns: Sequence[str], names: Sequence[str], *, exact: bool) -> str | None:
    plain = {column: _plain(column) for column in columns}
    if exact:
        ranked = ((name, column) for name in names for column in columns if plain[column] == name)
        return next((column for _, column in ranked), None)
    close = [
        column
        for column in columns
        if not _NOT.search(plain[column])
        and any(_PARTS.fullmatch(name) and name in plain[column] for name in names)
    ]
    return close[0] if len(close) == 1 else None


def _plain(column: str) -> str:
    return fold(_NOISE.sub("", _UNIT.sub("", column.removeprefix("g:"))))
