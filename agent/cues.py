"""Words without which a call makes no sense, for calls that a small model adds too freely."""

import re

from knowledge.brand import ToolName

_CLAUSE = re.compile(
    r"[,，。.;；!！?？、\n]+|(?:顺便|顺手|另外|还有|再说下|以及| and | also )", re.I
)
_SHORTEST_QUESTION = 4
_NUMBER = re.compile(r"[A-Za-z-]*\d{5,}[A-Za-z0-9-]*")
_BUYING = re.compile(
    r"(?:我|想|要|帮|给|直接|再|来|就).{0,6}(?:买|下单|下一?单|订购|订一|拍一|拍下|拍两)|^(?:买|下单|订购|拍)"
    r"|来[一两二三四五六七八九十\d]|\b(?:buy|order|purchase|i'll take|get me)\b",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"[?？吗呢]|多少|怎么|咋|什么|啥|哪|能不能|可以|可不可以|是否|有没有|几[天号点个]|会不会|为什么|多久|"
    r"\b(?:how|what|when|where|which|who|why|can|could|do|does|is|are|will)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"转人工|转接?人工|找?人工(?:客服)?(?:来|吧|啊|$)|真人|活人|[叫找让].{0,4}(?:经理|负责人|主管|领导|店长)"
    r"|投诉|律师|起诉|曝光|\b(?:human|real person|manager|complaint|lawyer)\b",
    re.IGNORECASE,
)
_FOCUSED_ORDER = re.compile(r"[这那该]一?[单笔]|[这那该]个?订单|\b(?:this|that|the) order\b", re.I)
_CUES: dict[str, re.Pattern[str]] = {
    "show_product_images": re.compile(
        r"图|照片?|相片|样子|啥样|什么样|样儿|外观|瞅|看看|看下|看一下|看一看|看眼|想看|发我看|给我看|晒图|买家秀|展示|实物|长相|包装"
        r"|pictures?|photos?|images?|looks?\b|look like|\bpics?\b|\bsee\b|\bshow\b",
        re.IGNORECASE,
    ),
    "lookup_order": re.compile(
        r"[我俺].{0,5}(?:单|订|买|拍|包裹|快递|货)|到哪|发货?了?[没吗]|签收[了没吗]|单号|催|没收到|还没到"
        r"|查.{0,4}(?:单|物流|快递)|[上前这那]一?[单笔]|买的|订的|拍的|下的单|订单.{0,4}(?:状态|进度)"
        r"|(?=(?:[A-Za-z-]*\d){6})|\bmy (?:order|parcel|package|refund)|where is|track|arrived"
        r"|\b(?:has|did) .{0,30}ship",
        re.IGNORECASE,
    ),
    "create_payment_link": re.compile(
        r"买|下单|拍下|拍一|订购|购|付|结账|结算|链接|来[一二两三四五六七八九十\d]|入手|带走|囤"
        r"|buy|order|pay|purchase|take|get me|checkout|check out|link",
        re.IGNORECASE,
    ),
    "list_orders": re.compile(
        r"单|买过|买了|订过|购买记录|历史|order|bought|purchase|history", re.IGNORECASE
    ),
}


def called_for(tool: ToolName, text: str) -> bool:
    """Whether the message has any word that such a call could rest on."""
    cue = _CUES.get(tool)
    return cue is None or bool(cue.search(text))


def left_over(text: str, tools: tuple[ToolName, ...]) -> str:
    """The clauses of a message that none of these calls sees to."""
    others = [tool for tool in tools if tool in _CUES]
    clauses = [clause.strip() for clause in _CLAUSE.split(_NUMBER.sub(" ", text))]
    open_clauses = [
        clause
        for clause in clauses
        if len(clause) >= _SHORTEST_QUESTION
        and not any(called_for(tool, clause) for tool in others)
    ]
    return "，".join(open_clauses)


def questions(text: str) -> tuple[str, ...]:
    """The clauses that each ask something of their own, with what leads up to them; at most two."""
    parts: list[str] = []
    lead = ""
    for clause in (clause.strip() for clause in _CLAUSE.split(text)):
        if len(clause) >= _SHORTEST_QUESTION and _ASKING.search(clause):
            parts.append(f"{lead}{clause}")
            lead = ""
        elif clause:
            lead = f"{lead}{clause}，"
    return tuple(parts[:2]) if len(parts) > 1 and not lead else ()


def means_order_in_focus(text: str) -> bool:
    """Whether the message points at the order being talked about ("这单", "that order")."""
    return bool(_FOCUSED_ORDER.search(text))


def plainly_buys(text: str) -> bool:
    """Whether a message says that something is to be bought, and asks nothing."""
    return bool(_BUYING.search(text)) and not _ASKING.search(text)


def asks(text: str) -> bool:
    """Whether a message has the form of a question."""
    return bool(_ASKING.search(text))


def wants_person(text: str) -> bool:
    """Whether a message demands a person or threatens, and is no mere question."""
    return bool(_PERSON.search(text)) and not _ASKING.search(text)
