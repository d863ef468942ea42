"""The words of a brand's whole knowledge, to tell what it has never heard of."""

from collections.abc import Iterable
from dataclasses import dataclass

from agent.evidence import bigrams
from knowledge.passages import Passage


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All pairs of Han characters and all Latin words that occur anywhere in the knowledge."""

    grams: frozenset[str] = frozenset()

    def knows(self, term: str) -> bool:
        """Whether at least half of the term occurs somewhere."""
        grams = bigrams(term)
        return not grams or len(grams & self.grams) * 2 >= len(grams)


def vocabulary_of(passages: Iterable[Passage]) -> Vocabulary:
    """Read every passage with its headings."""
    grams: set[str] = set()
    for passage in passages:
        grams |= bigrams(" ".join((*passage.heading, passage.text)))
    return Vocabulary(frozenset(grams))
