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


def asks_whats_on(text: str) -> bool:
    """Whether a text asks which offers there are."""
    return bool(_ASKS.search(text))


def on_now(notices: Sequence[Notice], today: date) -> tuple[str, ...]:
    """The titles of what has a beginning and an end, holds today, and ends first; at most three."""
    held = [n for n in notices if n.starts and n.ends and n.starts <= today <= n.ends]
    over = standings(notices, today, {notice.source for notice in held})
    current = [(n.ends, n.title) for n in held if n.source not in over and n.ends and n.title]
    return tuple(dict.fromkeys(title for _, title in sorted(current)))[:_MOST]
