"""Words without which a call makes no sense, for calls that a small model adds too freely."""

import re

from agent.clauses import ASKING, CLAUSE, SHORTEST_QUESTION, asks, commas_for_spaces, questions
from agent.paying import asks_how_one_may_pay
from agent.quantity import MEASURE
from agent.standing import asks_progress
from knowledge.brand import ToolName

_NUMBER = re.compile(r"[A-Za-z-]*\d{5,}[A-Za-z0-9-]*")
# "I'd like 2 of the mugs", "1 bobble hat please": no refund, and no picture.
_HAVING = (
    r"\b(?:i'?d like|i'?ll have|i (?:want|need)|(?:can|could|may) i have)"
    r" (?:\d{1,2}|an?|one|two|three|four|five|six|some)\b"
    r"(?! (?:refund|return|exchange|replacement|receipt|invoice|picture|photo|link|word|question))"
    r"|^(?:(?:just|so|hi|hello|ok),? )?(?:\d{1,2}|one|two|three|four|five|six)"
    r" (?!(?:more )?(?:question|thing|photo|picture|refund|day|hour|minute|week))"
    r"[^.?!,]{3,40} please\b"
)
# So many are wanted: no "can I get a discount", and no two weeks.
_COUNTED = (
    r"\b(?:can|could|may) (?:i|we) (?:have|get) (?:\d{1,2}|one|two|three|four|five|six)\b"
    r"(?! (?:more )?(?:minutes?|hours?|days?|nights?|weeks?|months?|years?|questions?|pictures?))"
    r"|[,.] ?(?:just )?(?:\d{1,2}|one|two|three|four|five|six)(?: of (?:them|those|these))? "
    r"(?:please|pls)\b"
)
_BUYING = re.compile(
    r"(?:我|想|要|帮|给|直接|再|来|就).{0,6}(?:买|下单|下一?单|订购|订一|拍一|拍下|拍两)|^(?:买|下单|订购|拍)"
    r"|来[一两二三四五六七八九十\d]"
    rf"|(?:要|买|拿|下单|订)(?:\d{{1,2}}|[一两二三四五六七八九十])[{MEASURE}](?![装人小工月送打减享])"
    rf"|想要[一]?[{MEASURE}]"
    rf"|\b(?:buy|order|purchase|i'll take|get me)\b|{_HAVING}|{_COUNTED}",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"(?:买|下单|订|付款?)(?:之前|以前|前)|先[^,，。]{0,10}再(?:买|下单|订|付|决定|考虑)"
    r"|\bbefore (?:(?:i|we) (?:buy|order|pay|get|decide|commit)|buying|ordering|paying)\b",
    re.IGNORECASE,
)
_BOUGHT = re.compile(
    r"[买订拍购][了过的]|下的单|下过单|下了单|[买订拍]完"
    r"|\b(?:bought|ordered|purchased)\b|\bmy order",
    re.I,
)
_OWN_ORDER = re.compile(
    r"我[们俺]?(?:买|订|拍|下单|退|寄|申请|办)[了过]?的.{0,16}"
    r"(?:到哪|发货?了?没|寄出?|退款|快递|物流|签收|什么时候[到发]|多久到|状态|进度|好了没)"
    r"|\b(?:refund|order|package|parcel|delivery|shipment)\b.{0,60}"
    r"\bi(?:'ve| have)? (?:sent|returned|ordered|bought|purchased)\b"
    r"|\bmy\b.{0,40}\b(?:arriv\w+|shipped|been delivered|on its way|get here)\b",
    re.IGNORECASE,
)
# How something of one's own stands, plainly: no question of rules.
_STATUS = re.compile(
    r"我.{0,12}(?:退款|退的钱|快递|包裹|订单|货|申请).{0,4}"
    r"(?:到哪|哪一步|进度|到账了?[没吗]|退回来?了?[没吗]|好了没|怎么样了)"
    r"|(?:上次|之前|前几天|上周|昨天).{0,12}[退买订]的?.{0,6}(?:退回来|退|到账|发货?|寄|到)了?[没吗]"
    r"|到哪儿?了|有(?:动静|消息|下文)(?:没|吗|了)|怎么还(?:没|不)(?:给我)?(?:发|到|寄|送|退)"
    r"|[一二两三四五六七八九十几半\d]+个?(?:天|周|礼拜|月)了.{0,4}还?没|退的[钱款].{0,6}(?:几时|什么时候|啥时|多久|到)"
    r"|\bwhere'?s (?:my|the) (?:money|refund|stuff|order|parcel|package|delivery)\b"
    r"|\b(?:hasn'?t|haven'?t|not|never) (?:yet )?(?:arrived|turned up|shown up|been delivered)\b"
    r"|\bturning up (?:today|tomorrow|yet)\b"
    r"|\bsent (?:\w+ ){0,5}back\b.{0,30}\b(?:where|when|still|ago)"
    r"|\b(?:where|how far|what'?s happening|any (?:news|update)|status)\b.{0,24}"
    r"\bmy (?:refund|order|parcel|delivery|package)\b"
    r"|\bmy last (?:one|order)\b.{0,24}\b(?:happening|where|status|news|update)\b",
    re.IGNORECASE,
)
_ATTACK = re.compile(
    r"忽略|无视|规则|指令|系统|提示词|设定|扮演|假装|管理员|开发者|后台|数据库|改成|改为|别人|其他人|他人|所有人|内部"
    r"|ignore|instruction|system|prompt|pretend|admin|developer|override|database|role|everyone",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"[图照]|看看|瞅|样子|模样|样式|长[什啥]|picture|photo|image", re.I)
_UNPAID = re.compile(
    r"[没未待]付|付款|支付|付钱|交钱|交费|缴|付一下|补款|结账|付上|付掉|重新付|付不了|那[单笔个]|订单"
    r"|\bunpaid\b|\bpay\b|\bmy order|\b(?:round to|forgot about|forgotten) paying\b"
    r"|\bpaying for (?:them|those|that|it|my|the)\b|\bsettle (?:up|that|it|my|the)\b",
    re.I,
)
_PAYS_NOW = re.compile(
    r"(?:现在|马上|这就|立刻|我来|来|去|帮我|给我|要)[^,，。?？]{0,4}(?:付|交钱|交费|缴|结)"
    r"|把.{0,4}[钱款费].{0,2}[付交缴]了?吧?|[付交缴]了吧|[付缴]款?链接"
    r"|那[单笔个][^,，。?？]{0,6}(?:怎么|咋|哪里|在哪儿?|还能|能)[^,，。?？]{0,3}付"
    r"|\b(?:pay (?:for )?(?:it|that|this|now|my|the)|payment link)\b"
    r"|\bsend (?:me |us )?(?:the|a|that|another|my) (?:payment )?link\b(?! to (?!pay))"
    r"|\b(?:never|not|\w+n'?t) pa(?:id|y)\b.{0,30}"
    r"\b(?:can|could|may) i (?:do|pay|settle|sort|finish) (?:it|that|this|now|here)\b",
    re.IGNORECASE,
)
# Polite requests have the form of a question.
_REQUEST = re.compile(
    r"(?:帮|给|替)我[^,，。]{0,10}(?:下单|下一?单|买|拍|订|付|链接|结)"
    rf"|\b(?:can|could|may) (?:you|i) [^,.]{{0,20}}\b(?:buy|order|pay for|send me)\b|{_COUNTED}",
    re.IGNORECASE,
)
_PAID = re.compile(
    r"[付交缴][过了完](?!吧)|已经?[付交缴]|(?<!never )(?<!not )(?<!n't )(?<!nt )\bpaid\b", re.I
)
_IF_PAID = re.compile(
    r"[付交缴](?:上|了|成功?|完|过|好|掉)?(?:钱|款|费)?(?:成功|了)?(?:没有?|吗|么|嘛)(?![付交缴给])|[付交缴]没[付交缴]"
    r"|\b(?:is|was|has|did)\b[^.?]{0,24}\b(?:paid|payment)\b",
    re.IGNORECASE,
)
_FOR_PAYING = re.compile(r"链接|\blinks?\b|\bpay (?:it|that|now|for)\b", re.IGNORECASE)
_ALL_MINE = re.compile(
    r"我.{0,12}(?:一共|总共|全部|所有|都|哪些|哪几|几个).{0,8}(?:[订下]?单|[买订办拍]过?[了的]?(?:哪|什么|啥|些|几))"
    r"|我.{0,10}[买订办拍]过?了?(?:哪|什么|啥|些|几)|(?:列|看|查)一?下我.{0,4}(?:全部|所有|的)订单"
    r"|\ball (?:of )?my orders\b|\bwhat have i (?:ordered|bought)|\bmy order history",
    re.IGNORECASE,
)
_FOCUSED_ORDER = re.compile(r"[这那该]一?[单笔]|[这那该]个?订单|\b(?:this|that|the) order\b", re.I)
# Something does not work: said as a statement, it is a question all the same.
_TROUBLE = re.compile(
    r"坏了|坏掉|不动了?|没反应|不亮|不响|不转|不制[冷热]|打不开|开不了|连不上|用不了|充不进|充不上|漏[水气油电]|报错"
    r"|故障|失灵|死机|卡住|碎了|裂了|一直[闪响叫跳]|闪[红黄]灯|异响"
    r"|\b(?:error|fault|broken|broke|flash(?:es|ing)|blink(?:s|ing)|beep(?:s|ing)|leak(?:s|ing|ed)?"
    r"|stuck|jammed|dead|knackered|cracked|conked)\b|\b(?:won't|doesn't|isn't|not) (?:\w+ing\b|work"
    r"|turn on|start|charge|open|connect|drain|spin)",
    re.IGNORECASE,
)
_PRICE = re.compile(
    r"多少钱|多少费|收费|运费|邮费|价格|费用"
    r"|\bhow much\b|\bcosts?\b|\bcharges?\b|\bprices?\b|\bfees?\b|\bset me back\b",
    re.IGNORECASE,
)
# What an order that is looked up tells: that it was asked for, and what it comes to.
_OF_THE_ORDER = re.compile(
    r"^(?:please |can you |could you )?(?:check|look(?: up| at| into)?|find|see|show)\b[^?]{0,16}$"
    r"|\b(?:it|they|that|this|those|these)\b.{0,12}\b(?:costs?|come to|total)\b|\bthe total\b"
    r"|\bhow much (?:is|was|were|did|does) (?:it|they|that|this|those)\b"
    r"|^(?:麻烦|请|帮我?|给我)?[查看](?:一?下|查|看)?(?:呗|吧|吗)?$|(?:它|这单|那单|一共|总共)[^,，。]{0,6}多少钱"
    r"|(?:一共|总共|合计)(?:是)?多少",
    re.IGNORECASE,
)
_MINE = re.compile(
    r"我的|我那|我这|我上|我[买订拍]|订单|单号|退款|\bmy\b|\bmine\b|\border\b|\brefund",
    re.IGNORECASE,
)
_CUES: dict[str, re.Pattern[str]] = {
    "show_product_images": re.compile(
        r"图|照片?|相片|样子|啥样|什么样|样儿|外观|瞅|看(?:看|下|一下|一看|眼)(?![^,，。]{0,4}(?:物流|快递|订单|单号|单子|包裹|进度|状态|到哪))|想看|发我看|给我看|晒图|买家秀|展示|实物|长相|包装"
        r"|pictures?|photos?|images?|looks?\b|look like|\bpics?\b|\bsee\b|\bshow\b",
        re.IGNORECASE,
    ),
    "lookup_order": re.compile(
        r"[我俺].{0,5}(?:单|订|买|拍|包裹|快递|货)|到哪|发货?了[没吗]|发货?没|签收[了没吗]|单号|催|没收到|还没到"
        r"|寄出来?了?没|寄了[没吗]|到了[没吗]|进度|[办好下弄]来?了?没|办到哪|审核|走的.{0,4}(?:快递|物流)|[我俺].{1,14}(?:了没|了吗|没有?[?？]?$)|[这那]单|申请.{0,4}状态|查.{0,4}(?:单|物流|快递)|[上前这那]一?[单笔]|买的|订的|拍的|下的单|订单.{0,4}(?:状态|进度)"
        r"|(?=(?:[A-Za-z-]*\d){6})|\bmy (?:order|parcel|package|refund|booking|reservation)"
        r"|where is|track|arrived"
        r"|\b(?:has|did) .{0,30}ship|\bi(?:'ve| have)? (?:sent back|returned|ordered|bought)\b",
        re.IGNORECASE,
    ),
    "create_payment_link": re.compile(
        r"买|下单|拍下|拍一|订购|购|付|结账|结算|链接|[来要拿][一二两三四五六七八九十\d]|入手|带走|囤"
        r"|交钱|交费|缴"
        rf"|buy|order|pay|purchase|take|get me|checkout|check out|link|{_HAVING}|{_COUNTED}",
        re.IGNORECASE,
    ),
    "verify_order": re.compile(r"\d{4}"),
    "list_orders": re.compile(
        r"单|[没未待][付缴]|买过|买了|订过|购买记录|历史|order|bought|purchase|history",
        re.IGNORECASE,
    ),
}


def called_for(tool: ToolName, text: str) -> bool:
    """Whether the message has any word that such a call could rest on."""
    cue = _CUES.get(tool)
    return cue is None or bool(cue.search(text))


def left_over(text: str, tools: tuple[ToolName, ...]) -> str:
    """The clauses of a message that none of these calls sees to."""
    others = [tool for tool in tools if tool in _CUES]
    looked_up = "lookup_order" in tools
    whole = [clause.strip() for clause in CLAUSE.split(_NUMBER.sub(" ", text))]
    parts = [clause.strip() for clause in CLAUSE.split(_NUMBER.sub(" ", commas_for_spaces(text)))]
    # Where only a space parts them, a clause that asks nothing is no matter of its own.
    parted = bool(questions(text))
    open_clauses = [
        clause
        for clause in parts
        if len(clause) >= SHORTEST_QUESTION
        and (parted or clause in whole or asks(clause))
        and (asks_how_one_may_pay(clause) or not any(called_for(tool, clause) for tool in others))
        and not (looked_up and (asks_progress(clause) or _OF_THE_ORDER.search(clause)))
    ]
    return "，".join(open_clauses)


def means_order_in_focus(text: str) -> bool:
    """Whether the message points at the order being talked about ("这单", "that order")."""
    return bool(_FOCUSED_ORDER.search(text))


def waits(text: str) -> bool:
    """Whether a message says what is to be before anything is bought."""
    return bool(_NOT_YET.search(text))


def plainly_buys(text: str) -> bool:
    """Whether a message says that something is to be bought, and asks nothing."""
    if any(cue.search(text) for cue in (_BOUGHT, _PICTURE, _NOT_YET)):
        return False
    return bool(_BUYING.search(text)) and not ASKING.search(text)


def speaks_of_order(text: str) -> bool:
    """Whether a message has any word of orders and their delivery."""
    return bool(_CUES["lookup_order"].search(text) or _CUES["list_orders"].search(text))


def asks_how_it_stands(text: str) -> bool:
    """Whether a message asks how far its order, parcel or refund has got, and nothing else."""
    return bool(_STATUS.search(text))


def asks_for_own_order(text: str) -> bool:
    """Whether a message plainly asks how something that was ordered stands."""
    return bool(_OWN_ORDER.search(text))


def speaks_of_past_purchase(text: str) -> bool:
    """Whether a message is about something that was bought already."""
    return bool(_BOUGHT.search(text))


def wants_list(text: str) -> bool:
    """Whether a message asks for all that the customer ordered."""
    return bool(_ALL_MINE.search(text))


def is_chat(text: str) -> bool:
    """Whether a message that wants nothing is plain chat: no question, no meddling."""
    return not ASKING.search(text) and not _ATTACK.search(text) and not _NUMBER.search(text)


def pays_order(text: str) -> bool:
    """Whether a message wants to pay what was ordered, not to buy something new."""
    return bool(_UNPAID.search(text))


def pays_now(text: str) -> bool:
    """Whether a message wants to pay at once, and does not say that it was paid."""
    return bool(_PAYS_NOW.search(text)) and not _PAID.search(text)


def asks_if_paid(text: str) -> bool:
    """Whether a message asks if something was paid, and wants nothing to pay it with."""
    return bool(_IF_PAID.search(text)) and not (pays_now(text) or _FOR_PAYING.search(text))


def only_asks_about(tool: ToolName, text: str) -> bool:
    """Whether each clause that could call for this tool is a question."""
    parts = [clause for clause in CLAUSE.split(text) if clause.strip()]
    called = [clause for clause in parts if called_for(tool, clause)]
    return bool(called) and all(
        ASKING.search(clause) and not _REQUEST.search(clause) for clause in called
    )


def tells_trouble(text: str) -> bool:
    """Whether a message says that something is broken or does not work."""
    return bool(_TROUBLE.search(text))


def asks_what_costs(text: str) -> bool:
    """Whether a message asks what something costs that the customer has not ordered yet."""
    return asks(text) and bool(_PRICE.search(text)) and not _MINE.search(text)
