"""The words that a brand's texts are written in, and how often each is said."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
import rjieba
from numpy.typing import NDArray

from knowledge.passages import Passage

HAN_RUN = re.compile(r"[一-鿿]{2,}")
_HAN = re.compile(r"[一-鿿]+")
LATIN = re.compile(r"[a-z]{4,}", re.IGNORECASE)
# Of two characters one slip leaves too little to tell what was meant.
SHORTEST, LONGEST = 3, 4
_OFTEN = 3
_BATCH = 256  # texts that are cut together, as it is the number of calls that costs the time


def vocabulary_of(passages: Iterable[Passage]) -> Counter[str]:
    """Their words, Chinese and Latin, and pairs of words that readers take for one."""
    texts = [" ".join((*passage.heading, passage.text)) for passage in passages]
    # Most words are said again and again: each is a number, and looked at once.
    numbers: dict[str, int] = {}
    some = (texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH))
    cut = chain.from_iterable(rjieba.cut("\n".join((*batch, ""))) for batch in some)
    said = np.fromiter((numbers.setdefault(word, len(numbers)) for word in cut), dtype=np.int64)
    words = tuple(numbers)
    times = np.bincount(said, minlength=len(words)).tolist()
    found = {word: n for word, n in zip(words, times, strict=True) if HAN_RUN.fullmatch(word)}
    counted = Counter(found)
    counted.update(word.lower() for text in texts for word in LATIN.findall(text))
    counted.update(_phrases(said, words))
    return counted


def _phrases(said: NDArray[np.int64], words: Sequence[str]) -> dict[str, int]:
    """Two words that often stand together: one word to a reader, two to the segmenter."""
    lengths = np.array([len(word) if _HAN.fullmatch(word) else LONGEST for word in words])
    together = lengths[said[:-1]] + lengths[said[1:]]
    near = np.flatnonzero((together >= SHORTEST) & (together <= LONGEST))
    pairs, times = np.unique(said[near] * len(words) + said[near + 1], return_counts=True)
    counts: Counter[str] = Counter()
    for pair, n in zip(pairs.tolist(), times.tolist(), strict=True):
        # The same phrase may be two other words elsewhere.
        counts[words[pair // len(words)] + words[pair % len(words)]] += n
    return {phrase: n for phrase, n in counts.items() if n >= _OFTEN}
