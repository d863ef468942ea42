"""What stands around a passage helps to tell what it is about: its vector leans towards theirs.

A passage is a sentence or two, and is embedded with its headings. In plain text there are none;
asked about in another language or in other words, such a passage is often nearest to what its
neighbours say as well. Chosen and measured with scripts/bench_knowledge.py: beneath headings
neighbours speak of other things as often, and leaning would do harm.
"""

from collections.abc import Sequence
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from knowledge.passages import Passage

# How many passages on either side, and how much their mean counts next to the passage itself.
_REACH = 2
_LEAN = 0.4


def leaning(vectors: NDArray[np.float32], passages: Sequence[Passage]) -> NDArray[np.float32]:
    """The vectors, of length one, those of plain text leaning towards the ones around them.

    The rows stand in the order of their sources and places. What they are multiplied with is then
    the mean of what the passage and its neighbours would be: they are not made as long as before,
    or what all texts have in common would count more.
    """
    plain = np.array([_is_plain(passage) for passage in passages], dtype=bool)
    if not plain.any():
        return vectors
    numbers: dict[str, int] = {}
    sources = np.array([numbers.setdefault(p.source, len(numbers)) for p in passages])
    sums, counts = vectors.astype(np.float32, copy=True), np.ones(len(vectors), dtype=np.float32)
    for distance in range(1, _REACH + 1):
        near = sources[distance:] == sources[:-distance]
        near &= plain[distance:] & plain[:-distance]
        first = np.nonzero(near)[0]
        for one, other in ((first, first + distance), (first + distance, first)):
            sums[one] += vectors[other]
            counts[one] += 1
    leant: NDArray[np.float32] = vectors + _LEAN * sums / counts[:, np.newaxis]
    return leant / np.float32(1 + _LEAN)


def _is_plain(passage: Passage) -> bool:
    """Running text beneath no heading but the name of its file."""
    path = passage.heading
    is_named = len(path) == 1 and path[0] == PurePosixPath(passage.source).stem
    return passage.kind == "text" and (not path or is_named)
