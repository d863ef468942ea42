"""Sentences that go on from the one before: what holds else, later, beyond, or by exception."""

from collections.abc import Collection, Sequence

from knowledge.sentences import goes_on


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
            if known and goes_on(sentences[after]):
                more.add(other)
    return more
