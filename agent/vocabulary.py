"""The words of a brand's whole knowledge: what it has never heard of, and what it rarely says."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import rjieba

from agent.evidence import bigrams
from agent.spelling import Speller, speller_of
from knowledge.brand import Brand
from knowledge.passages import Passage


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """In how many of all `passages` each pair of Han characters and each Latin word occurs."""

    counts: Mapping[str, int] = field(default_factory=dict)
    passages: int = 0
    speller: Speller = field(default_factory=Speller)

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


def vocabulary_of(passages: Iterable[Passage], common: Iterable[str] = ()) -> Vocabulary:
    """Read every passage with its headings; `common` words are never taken for misspelt."""
    texts = [" ".join((*passage.heading, passage.text)) for passage in passages]
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(bigrams(text))
    return Vocabulary(dict(counts), len(texts), speller_of(texts, common))


def brand_words(brand: Brand) -> tuple[str, ...]:
    """The words of the catalogue and of the brand's labelled sentences."""
    named = (name for p in brand.products for name in (p.name, *p.aliases, p.category))
    texts = (*named, *(example.text for example in brand.examples))
    return tuple(word.lower() for text in texts for word in rjieba.cut(text) if len(word) > 1)
