"""What is on now: who asks for offers without naming one means those whose time it is."""

import re
from collections.abc import Sequence
from datetime import date

from knowledge.notices import Notice, standings

_MOST = 3
_ASKS = re.compile(
    r"(?:有|搞|做|出)(?:[些个点]|什么|啥|哪些|没有?|不?没)?[^,，。?？]{0,3}(?:活动|优惠|促销|折扣|福利|满减)"
    r"|(?:活动|优惠|促销|折扣)[^,，。?？]{0,3}(?:有哪些|有什么|有啥|吗|没)"
    r"|\b(?:any|what|which|got)\b[^.?!]{0,24}\b(?:offers?|deals?|sales?|promos?|promotions?|discounts?)\b"
    r"|\b(?:offers?|deals?|promotions?|sales?) (?:on|running|at the moment|right now|currently)\b",
    re.IGNORECASE,
)
# Offers of a day to come, or of one that is over, are not those of now.
_OTHER_DAY = re.compile(
    r"双十[一二]|双1[12]|双[一二]十?|618|六一八|双旦|元旦|春节|过年|新年|情人节|三八|妇女节|五一|劳动节|六一|儿童节"
    r"|端午|七夕|中秋|国庆|十一|重阳|圣诞|元宵|清明|母亲节|父亲节|年底|年末|明年|下个?[月周]"
    r"|\b(?:black friday|cyber monday|christmas|xmas|boxing day|easter|halloween|valentine|new year"
    r"|mother'?s day|father'?s day|bank holiday|next (?:week|month|year))",
    re.IGNORECASE,
)


def asks_whats_on(text: str) -> bool:
    """Whether a text asks which offers there are now."""
    return bool(_ASKS.search(text)) and not _OTHER_DAY.search(text)


def on_now(notices: Sequence[Notice], today: date) -> tuple[str, ...]:
    """The titles of what has a beginning and an end, holds today, and ends first; at most three."""
    held = [n for n in notices if n.starts and n.ends and n.starts <= today <= n.ends]
    over = standings(notices, today, {notice.source for notice in held})
    current = [(n.ends, n.title) for n in held if n.source not in over and n.ends and n.title]
    return tuple(dict.fromkeys(title for _, title in sorted(current)))[:_MOST]
