"""The words of a brand's whole knowledge: what it has never heard of, and what it rarely says."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agent.evidence import bigrams
from knowledge.passages import Passage


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """In how many of all `passages` each pair of Han characters and each Latin word occurs."""

    counts: Mapping[str, int] = field(default_factory=dict)
    passages: int = 0

    def knows(self, term: str) -> bool:
        """Whether at least half of the term occurs somewhere."""
        grams = bigrams(term)
        return not grams or sum(gram in self.counts for gram in grams) * 2 >= len(grams)

    def rarity(self, term: str) -> float:
        """From 0, said in every passage, to 1, said in none (inverse document frequency)."""
        grams = bigrams(term)
        if not grams or not self.passages:
            return 1.0
        most = math.log(self.passages + 1)
        each = (math.log((self.passages + 1) / (self.counts.get(g, 0) + 1)) for g in grams)
        return sum(each) / most / len(grams)


def vocabulary_of(passages: Iterable[Passage]) -> Vocabulary:
    """Read every passage with its headings."""
    counts: Counter[str] = Counter()
    number = 0
    for passage in passages:
        number += 1
        counts.update(bigrams(" ".join((*passage.heading, passage.text))))
    return Vocabulary(dict(counts), number)
