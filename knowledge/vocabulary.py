"""The words that a brand's texts are written in, and how often each is said."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import rjieba

from knowledge.passages import Passage

HAN_RUN = re.compile(r"[一-鿿]{2,}")
LATIN = re.compile(r"[a-z]{4,}", re.IGNORECASE)
# Of two characters one slip leaves too little to tell what was meant.
SHORTEST, LONGEST = 3, 4
_OFTEN = 3


def vocabulary_of(passages: Iterable[Passage]) -> Counter[str]:
    """Their words, Chinese and Latin, and pairs of words that readers take for one."""
    texts = [" ".join((*passage.heading, passage.text)) for passage in passages]
    said: Counter[str] = Counter()
    cuts = [rjieba.cut(text) for text in texts]
    for text, words in zip(texts, cuts, strict=True):
        said.update(word for word in words if HAN_RUN.fullmatch(word))
        said.update(word.lower() for word in LATIN.findall(text))
    said.update(_phrases(cuts))
    return said


def _phrases(cuts: Iterable[Sequence[str]]) -> dict[str, int]:
    """Two words that often stand together: one word to a reader, two to the segmenter."""
    counts: Counter[str] = Counter()
    for words in cuts:
        counts.update(
            one + other
            for one, other in pairwise(words)
            if SHORTEST <= len(one + other) <= LONGEST and HAN_RUN.fullmatch(one + other)
        )
    return {phrase: times for phrase, times in counts.items() if times >= _OFTEN}
