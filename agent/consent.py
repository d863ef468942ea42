"""Whether a short message says yes or no to the purchase just summed up."""

import re
from typing import Literal

from agent.quantity import quantity_in

_YES = re.compile(
    r"(?:(?:是的?|对的?|好的?|好呀|好啊|行|可以|确认|确定|嗯+|没错|没问题|就这样|要的?|下单|购买|付款|买吧?|"
    r"就买这个|帮我|请|吧|了|呀|啊|哦|亲|的|"
    r"可以的?|那就?|没毛病|妥|就它了?|就这个|走起|来吧|成交|就按这个|帮忙|给我|下吧|拍吧|付吧|发链接|(?:付款)?链接发[我来]?|安排|弄吧"
    r"|就?按?这个价[格钱]?|付[钱款]?(?![了过])|就这么[定办]|定了|成|中|好嘞|好滴|无误|要得|得|OK的"
    r"|yes|yep|yup|yeah|aye|ok|okay|sure|confirm(?:ed)?|correct|right|please|go ahead|go for it"
    r"|do it|order it|buy it|sounds good|looks good|perfect|great|lovely"
    r"|that'?s (?:right|fine|the one|it)"
    r"|i'?ll take it|thanks|thank you|cheers|then|let'?s|go on|carry on|crack on|proceed|absolutely"
    r"|definitely|of course|al(?:l )?right|all good|that'?ll do|(?:that )?works(?: for me)?|spot on"
    r"|happy with that|send (?:me )?the link|send it(?: (?:over|across|through))?|do|ta|deal|done"
    r")[\s,，。.!！~]*)+",
    re.IGNORECASE,
)
# Politeness alone agrees to nothing.
_THANKS = re.compile(
    r"(?:(?:thanks|thank you|cheers|ta|great|perfect|lovely|please|then"
    r"|亲|请|吧|了|呀|啊|哦|的|那就?|帮我|帮忙|给我)[\s,，。.!！~]*)+",
    re.IGNORECASE,
)
_NO = re.compile(r"不要|不买|不用|不了|取消|算了|先不|别下|\b(?:no|nope|cancel|don't|stop)\b", re.I)
_MAX_CHARACTERS = 24
_SO_MANY = re.compile(
    r"(?:就|要|是)?(?:\d{1,2}|[一两二三四五六七八九十])[个件瓶盒支套份只张台条包袋箱双把位次]"
    r"|\b(?:the |all |just )?(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)"
    r"(?: of (?:them|those))?\b",
    re.IGNORECASE,
)


def consent(text: str, quantity: int = 0) -> Literal["yes", "no"] | None:
    """Yes, no, or something else (None): only a message that is nothing but a yes is one.

    It may say again how many were summed up: the `quantity`.
    """
    short = text.strip()
    if len(short) > _MAX_CHARACTERS:
        return None
    if _NO.search(short):
        return "no"
    again = _SO_MANY.search(short)
    if again and quantity_in(again.group()) == quantity and not _YES.fullmatch(short):
        short = f"{short[: again.start()]}{short[again.end() :]}".strip(" ,，。")
    return "yes" if _YES.fullmatch(short) and not _THANKS.fullmatch(short) else None
