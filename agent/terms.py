"""The things a question is about: its nouns and names, without small words and product names."""

import re
from collections.abc import Iterable

import rjieba

from tools.catalog import CatalogIndex

# Parts of speech of jieba's tag set that name a thing; verbs and adjectives vary too much.
_NAMING = {"n", "nz", "nt", "nr", "ns", "l", "i", "j", "eng", "nrt", "nrfg", "vn"}
# Nouns of everyday questions that name no particular matter.
_EVERYDAY = frozenset(
    "东西 时候 时间 问题 情况 情形 样子 方法 办法 方式 事情 事儿 大概 大约 原因 意思 区别 效果 感觉 "
    "产品 商品 宝贝 价格 价钱 人 人家 家里 朋友 老婆 老公 妈妈 爸爸 孩子 顾客 客户 客服 店家 商家 店里 店铺 "
    "小时 天 个人 自己 亲 老板 美女 帅哥 姐妹 平时 一般 同时 中间 里面 上面 下面 话 点 号 单子 订单 钱 费用 "
    "多少钱 几天 几号 啥时候 怎么样 怎么办 有没有 是不是 能不能 可不可以 用不用 要不要 会不会 "
    "你好 您好 请问 谢谢 麻烦 帮忙".split()
)
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9-]{2,}")
_ENGLISH_SMALL = frozenset(
    "the and for you your are can could does did how what when where which who why will with this "
    "that have has any there from not but its it's into about much many long cost price get use "
    "please want need would should order product item shop hello thanks know tell sell buy".split()
)


def key_terms(question: str, catalog: CatalogIndex) -> tuple[str, ...]:
    """Content nouns of the question, in order, each once.

    Names of products are left out: which product is meant is settled by the catalogue.
    """
    text = without_products(question, catalog)
    if re.search(r"[一-鿿]", text):
        words = [word for word, tag in rjieba.tag(text) if tag in _NAMING]
        return _unique(word for word in words if len(word) > 1 and word not in _EVERYDAY)
    return _unique(w.lower() for w in _LATIN.findall(text) if w.lower() not in _ENGLISH_SMALL)


def without_products(text: str, catalog: CatalogIndex) -> str:
    """The text with every product name blanked out."""
    for mention in sorted(catalog.mentions(text), key=lambda m: -m.start):
        text = f"{text[: mention.start]} {text[mention.end :]}"
    return text


def _unique(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
