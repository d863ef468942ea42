"""Okapi BM25 over passages that are cut into words already, held in memory."""

import itertools
import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

# The usual constants, the same as the database's own full-text search.
_SATURATION, _LENGTH = 1.2, 0.75


class WordScores:
    """For each word the rows that have it, and what it adds to their scores."""

    def __init__(self, documents: Sequence[str]) -> None:
        """The documents are words separated by spaces."""
        self._rows_total = len(documents)
        ids: dict[str, int] = {}
        numbers, lengths = _numbered(documents, ids)
        self._ids = ids
        self._rows, self._parts, self._starts = _postings(numbers, lengths, len(ids))

    def of(self, words: Iterable[str]) -> NDArray[np.float32]:
        """The score of every row; each word counts once."""
        scores = np.zeros(self._rows_total, dtype=np.float32)
        for word in dict.fromkeys(words):
            number = self._ids.get(word)
            if number is not None:
                found = slice(self._starts[number], self._starts[number + 1])
                # No row stands twice beneath a word.
                scores[self._rows[found]] += self._parts[found]
        return scores

    def rarity(self, word: str) -> float:
        """How much the word tells: its inverse document frequency; most for one that nobody has."""
        number = self._ids.get(word)
        having = 0 if number is None else int(self._starts[number + 1] - self._starts[number])
        return rarity(having, self._rows_total)


def rarity(having: int, total: int) -> float:
    """What a word tells that `having` of `total` passages have."""
    return math.log(1 + (total - having + 0.5) / (having + 0.5))


def _numbered(
    documents: Sequence[str], ids: dict[str, int]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """All words as numbers, one after the other, and how many each document has."""
    split = [document.split() for document in documents]
    words = itertools.chain.from_iterable(split)
    total = sum(map(len, split))
    numbers = (ids.setdefault(word, len(ids)) for word in words)
    return (
        np.fromiter(numbers, dtype=np.int32, count=total),
        np.fromiter(map(len, split), dtype=np.int64, count=len(split)),
    )


def _postings(
    numbers: NDArray[np.int32], lengths: NDArray[np.int64], words: int
) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int64]]:
    total = max(1, len(lengths))
    keys = numbers.astype(np.int64) * total + np.repeat(np.arange(len(lengths)), lengths)
    keys, times = np.unique(keys, return_counts=True)
    rows = (keys % total).astype(np.int32)
    starts = np.searchsorted(keys, np.arange(words + 1, dtype=np.int64) * total)
    mean = (lengths.mean() if len(lengths) else 0.0) or 1.0
    damping = _SATURATION * (1 - _LENGTH + _LENGTH * lengths / mean)
    parts = times * (_SATURATION + 1) / (times + (damping[rows] if len(rows) else 0.0))
    having = np.diff(starts)
    telling = np.log(1 + (len(lengths) - having + 0.5) / (having + 0.5))
    parts = (parts * np.repeat(telling, having)).astype(np.float32)
    return rows, parts, starts
