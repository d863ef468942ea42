"""Sentences that go on from the one before: what holds else, later, beyond, or by exception."""

import re
from collections.abc import Collection, Sequence

_GOES_ON = re.compile(
    r"\s*(?:否则|不然|反之|逾期|超期|过期|过后|此后|之后|超过|超出|超时|超额|除此之?外|但|不过|然而|例外|除非"
    r"|[如若](?:未|不|果?超|果?没)|未[达满到]|不[满足到]|低于|其[余他](?:情况|情形|时)"
    r"|(?:later|earlier|more|less|longer|sooner) than (?:that|this)\b|(?:after|beyond|outside|above"
    r"|below|over|under|past|before) (?:that|this|these|those)\b|otherwise\b|if not\b|else\b|but\b"
    r"|however\b|except\b|unless\b|not (?:for|on|in|to|with)\b|only (?:if|for|on|with)\b"
    r"|exceptions?\b|anything (?:over|above|more|later|less|under|else)\b)",
    re.IGNORECASE,
)


def with_other_side(sentences: Sequence[str], kept: Collection[int], most: int) -> set[int]:
    """The places kept, and those of sentences without which they tell half of a rule.

    "Cancel up to 7 days before and you get it back. Later than that there is no refund."

    Args:
        sentences: Those of one passage, in their order.
        kept: The places of those that are told.
        most: A sentence of more characters is not added.
    """
    more = set(kept)
    for place in sorted(kept):
        for before, after in ((place - 1, place), (place, place + 1)):
            other = before if before != place else after
            known = 0 <= other < len(sentences) and len(sentences[other]) <= most
            if known and _GOES_ON.match(sentences[after]):
                more.add(other)
    return more
