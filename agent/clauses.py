"""The clauses of a message, and which of them ask something."""

import re
from collections.abc import Iterator

# No figure is cut: "1.5", "1,299".
CLAUSE = re.compile(
    r"(?:(?<!\d)[,.]|[,.](?!\d)|[，。;；!！?？、\n])+"
    r"|(?:顺便|顺手|顺带|另外|还有|再[说问]一?下|还想问一?下?|以及| and | also "
    r"| plus (?=(?:how|what|when|where|who|which|why|can|could|do|does|is|are|will)\b))",
    re.I,
)
_MARK = re.compile(r"[?？]")
SHORTEST_QUESTION = 3
_MOST_QUESTIONS = 3
# Many type a space where a comma belongs.
_HAN_SPACE = re.compile(r"(?<=[一-鿿])[ \u3000]+(?=[一-鿿])")
_HAN = re.compile(r"[一-鿿]")
# What small talk takes at most: "你们几点下班呀", "how are you doing today".
_SHORT_HAN, _SHORT_WORDS = 8, 6
# Asked for without a question: "把地址发我", "tell me the opening hours".
_TELL = re.compile(
    r"(?:地址|位置|定位|电话|号码|价格?|价目表?|流程|清单|时间|条件|步骤|要求)[^,，。]{0,4}[发给报说讲告][^,，。]{0,3}"
    r"(?:我|下)|(?:发|给|报|说|讲|告诉)[^,，。]{0,3}(?:我|下)[^,，。]{0,10}(?:地址|位置|定位|电话|号码|价格?|价目表?|流程"
    r"|清单|时间|条件|步骤|要求)|\b(?:tell me|let me know|give me|send me)\b[^.?!]*"
    r"\b(?:address|phone|number|hours|prices?|rules?|policy|steps|details|times?)\b",
    re.IGNORECASE,
)
ASKING = re.compile(
    r"[?？吗呢么]|多少|怎么|咋|什么|啥|哪|谁|可以|是否|有没|几(?!乎)|为什么|多[久大长高远重宽深厚]|行不|行吗|"
    r"(?P<verb>[一-鿿])不(?P=verb)|[一-鿿](?:不|没|没有)[?？。~～]*$|(?<!好)嘛[?？。~～]*$|[不没][咯哦噢喔嘞撒哈哇啦](?![一-鿿])|"
    r"\b(?:(?:how|what|when|where|who)'?s?|which|why|can|could|do|does|is|are|will)\b"
    r"|(?:^|[,.;] ?)(?:may|should|shall|must|did|was|were|has|have|am)(?:n'?t)?"
    r" (?:i|we|you|it|the|my)\b"
    r"|\b(?:got|have you|you have) any\b|(?:^|[,.;] ?)(?:ok|okay|allowed) (?:to|if)\b"
    r"|\banything (?:extra|else|more|on top)\b",
    re.IGNORECASE,
)


def questions(text: str) -> tuple[str, ...]:
    """The clauses that each ask something of their own, with what leads up to them.

    There are none or two to three; what is said or asked behind the last one goes with it.
    """
    parts: list[str] = []
    lead = ""
    for clause in clauses(commas_for_spaces(text)):
        asked = ASKING.search(clause) or _TELL.search(clause)
        if len(clause) >= SHORTEST_QUESTION and asked:
            parts.append(f"{lead}{clause}")
            lead = ""
        elif clause:
            lead = f"{lead}{clause}，"
    if len(parts) < 2:
        return ()
    last = parts[_MOST_QUESTIONS - 1 :]
    parts = [*parts[: _MOST_QUESTIONS - 1], *filter(None, ["，".join(last)])]
    return (*parts[:-1], f"{parts[-1]}，{lead}".rstrip("，"))


def commas_for_spaces(text: str) -> str:
    """The text with a comma in place of each space between Chinese characters."""
    return _HAN_SPACE.sub("，", text)


def clauses(text: str) -> Iterator[str]:
    """The clauses of a text; one that ended in a question mark still does."""
    cut = [0, *(edge for match in CLAUSE.finditer(text) for edge in match.span()), len(text)]
    for start, end, after in zip(cut[::2], cut[1::2], (*cut[2::2], len(text)), strict=True):
        clause = text[start:end].strip()
        yield f"{clause}?" if clause and _MARK.search(text[end:after]) else clause


def asks(text: str) -> bool:
    """Whether a message has the form of a question."""
    return bool(ASKING.search(text))


def asks_at_length(text: str) -> bool:
    """Whether a message asks something in more words than small talk takes."""
    han = len(_HAN.findall(text))
    return asks(text) and (han > _SHORT_HAN if han else len(text.split()) > _SHORT_WORDS)
