"""Two rankings of the same passages: by their words and by their meaning."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from knowledge.passages import Passage
from knowledge.snapshot import Snapshot

K = TypeVar("K")
# Okapi BM25 with the usual constants, the same as the database's own full-text search.
_SATURATION, _LENGTH = 1.2, 0.75
# The share of a question's words that makes a passage's words count in full.
_ENOUGH = 0.6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that at least one ranking has among its best. Ranks count from 1.

    `word_score` is between 0 and 1: see `word_parts`.
    """

    passage: Passage
    similarity: float
    word_rank: int | None
    vector_rank: int | None
    word_score: float = 0.0


class Rankings(Protocol):
    """One version of an index, open for searching."""

    async def candidates(
        self, words: Sequence[str], vector: NDArray[np.float32] | None, count: int
    ) -> tuple[Candidate, ...]:
        """The best `count` by words and the best `count` by vector, each passage once.

        Without a vector the similarity of every candidate is 0.
        """
        ...

    async def passages(self) -> tuple[Passage, ...]:
        """All passages, by source and place."""
        ...


class MemoryRankings:
    """Rankings held in memory: exact, and faster than asking a database while they are small."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._passages = tuple(row.passage for row in snapshot.rows)
        self._vectors = snapshot.vectors
        self._words = tuple(row.words for row in snapshot.rows)
        self._weights = _word_weights([row.words.split() for row in snapshot.rows])

    @classmethod
    def empty(cls) -> "MemoryRankings":
        """Rankings of nothing."""
        return cls(Snapshot((), np.zeros((0, 1), dtype=np.float32)))

    async def candidates(
        self, words: Sequence[str], vector: NDArray[np.float32] | None, count: int
    ) -> tuple[Candidate, ...]:
        """As `Rankings` promises."""
        if not self._passages:
            return ()
        scores = self._word_scores(words)
        by_words = _best(scores, count, above=0.0)
        parts = dict(zip(by_words, self._parts(scores, by_words, words), strict=True))
        similar = self._similarities(vector)
        by_vector = [] if vector is None else _best(similar, count, above=-2.0)
        return tuple(
            Candidate(
                self._passages[row],
                float(similar[row]),
                word_rank,
                vector_rank,
                parts.get(row, 0.0),
            )
            for row, word_rank, vector_rank in merged_ranks(by_words, by_vector)
        )

    async def passages(self) -> tuple[Passage, ...]:
        """As `Rankings` promises."""
        return self._passages

    def _similarities(self, vector: NDArray[np.float32] | None) -> NDArray[np.float32]:
        if vector is None:
            return np.zeros(len(self._passages), dtype=np.float32)
        # Not `@`: from some size on it wakes a thread on every core, and waits 12 ms for one that
        # a busy language model does not give it.
        similar: NDArray[np.float32] = np.einsum("ij,j->i", self._vectors, vector)
        return similar

    def _parts(
        self, scores: NDArray[np.float32], by_words: Sequence[int], words: Sequence[str]
    ) -> list[float]:
        best = self._words[by_words[0]] if by_words else ""
        return word_parts([float(scores[row]) for row in by_words], words, best)

    def _word_scores(self, words: Iterable[str]) -> NDArray[np.float32]:
        scores = np.zeros(len(self._passages), dtype=np.float32)
        for word in dict.fromkeys(words):
            if word in self._weights:
                rows, weights = self._weights[word]
                scores[rows] += weights
        return scores


def merged_ranks(
    by_words: Sequence[K], by_vector: Sequence[K]
) -> list[tuple[K, int | None, int | None]]:
    """Each key once, with its rank in both lists where it has one."""
    in_words = {key: rank for rank, key in enumerate(by_words, 1)}
    in_vector = {key: rank for rank, key in enumerate(by_vector, 1)}
    return [(key, in_words.get(key), in_vector.get(key)) for key in {**in_words, **in_vector}]


def word_parts(scores: Sequence[float], asked: Sequence[str], best: str) -> list[float]:
    """What each score, best first, is worth next to the best one, which has the words `best`.

    Less if even that one has few of the words asked for: a question in another language shares
    a number or a name with the text, and its meaning must decide.
    """
    if not scores:
        return []
    wanted = set(asked)
    share = len(wanted.intersection(best.split())) / len(wanted)
    worth = min(1.0, share / _ENOUGH)
    return [worth * score / scores[0] for score in scores]


def _best(scores: NDArray[np.floating], count: int, above: float) -> list[int]:
    order = np.argsort(-scores, kind="stable")[:count]
    return [int(row) for row in order if scores[row] > above]


def _word_weights(
    documents: Sequence[Sequence[str]],
) -> dict[str, tuple[NDArray[np.int32], NDArray[np.float32]]]:
    """For each word the rows that have it and what it adds to their scores."""
    mean = sum(map(len, documents)) / max(1, len(documents)) or 1.0
    found: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for row, words in enumerate(documents):
        damping = _SATURATION * (1 - _LENGTH + _LENGTH * len(words) / mean)
        for word, times in Counter(words).items():
            found[word].append((row, times * (_SATURATION + 1) / (times + damping)))
    weights = {}
    for word, entries in found.items():
        rarity = math.log(1 + (len(documents) - len(entries) + 0.5) / (len(entries) + 0.5))
        rows, parts = zip(*entries, strict=True)
        weights[word] = (
            np.array(rows, dtype=np.int32),
            np.array(parts, dtype=np.float32) * np.float32(rarity),
        )
    return weights
