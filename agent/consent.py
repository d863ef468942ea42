"""Whether a short message says yes or no to the purchase just summed up."""

import re
from typing import Literal

_YES = re.compile(
    r"(?:(?:是的?|对的?|好的?|好呀|好啊|行|可以|确认|确定|嗯+|没错|没问题|就这样|要的?|下单|购买|付款|买吧?|"
    r"就买这个|帮我|请|吧|了|呀|啊|哦|亲|的|"
    r"yes|yep|yeah|ok|okay|sure|confirm(?:ed)?|correct|right|please|go ahead|do it|order it|buy it"
    r")[\s,，。.!！~]*)+",
    re.IGNORECASE,
)
_NO = re.compile(r"不要|不买|不用|不了|取消|算了|先不|别下|\b(?:no|nope|cancel|don't|stop)\b", re.I)
_MAX_CHARACTERS = 24


def consent(text: str) -> Literal["yes", "no"] | None:
    """Yes, no, or something else (None): only a message that is nothing but a yes is one."""
    short = text.strip()
    if len(short) > _MAX_CHARACTERS:
        return None
    if _NO.search(short):
        return "no"
    return "yes" if _YES.fullmatch(short) else None
