"""Two rankings of the same passages: by their words and by their meaning."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from knowledge.bm25 import WordScores
from knowledge.filters import EVERYTHING, Only
from knowledge.neighbours import leaning
from knowledge.passages import Passage
from knowledge.snapshot import Snapshot

K = TypeVar("K")
# The share of a question's words that makes a passage's words count in full.
_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that at least one ranking has among its best. Ranks count from 1.

    `key` stands for the passage within these rankings. `meaning` is the mean cosine with the
    passage and what stands around it, 0 where no vector was given. `word_score` is between 0 and
    1: see `word_parts`.
    """

    key: int
    word_rank: int | None
    vector_rank: int | None
    word_score: float = 0.0
    meaning: float = 0.0


@dataclass(frozen=True, slots=True)
class Read:
    """A passage, its words, and the cosine of its own vector; 0 where none was given."""

    passage: Passage
    words: str
    similarity: float


class Rankings(Protocol):
    """One version of an index, open for searching."""

    async def candidates(
        self,
        words: Sequence[str],
        vector: NDArray[np.float32] | None,
        count: int,
        only: Only = EVERYTHING,
    ) -> tuple[Candidate, ...]:
        """The best `count` by words and the best `count` by vector, each passage once."""
        ...

    async def read(
        self, keys: Sequence[int], vector: NDArray[np.float32] | None
    ) -> tuple[Read, ...]:
        """The passages that these keys stand for."""
        ...

    async def passages(self, source: str = "", most: int | None = None) -> tuple[Passage, ...]:
        """All passages, by source and place, or those of one source; of more than `most` so many
        from all over, the same ones each time."""
        ...

    def rarity(self, word: str) -> float:
        """How much the word tells; most if no passage has it."""
        ...


def spread(count: int, most: int | None) -> range | list[int]:
    """All places of so many things, or `most` of them in even steps."""
    if most is None or count <= most:
        return range(count)
    return [place * count // most for place in range(most)]


class MemoryRankings:
    """Rankings held in memory: exact, and faster than asking a database while they are small."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._passages = tuple(row.passage for row in snapshot.rows)
        self._vectors = snapshot.vectors
        self._leaning = leaning(snapshot.vectors, self._passages)
        self._words = tuple(row.words for row in snapshot.rows)
        self._scores = WordScores(self._words)

    @classmethod
    def empty(cls) -> "MemoryRankings":
        """Rankings of nothing."""
        return cls(Snapshot((), np.zeros((0, 1), dtype=np.float32)))

    async def candidates(
        self,
        words: Sequence[str],
        vector: NDArray[np.float32] | None,
        count: int,
        only: Only = EVERYTHING,
    ) -> tuple[Candidate, ...]:
        """As `Rankings` promises."""
        if not self._passages:
            return ()
        scores, meanings = self._scores.of(words), self._meanings(vector)
        if only:
            barred = [i for i, passage in enumerate(self._passages) if not only.allows(passage)]
            scores[barred], meanings[barred] = 0.0, -3.0
        by_words = _best(scores, count, above=0.0)
        best = self._words[by_words[0]] if by_words else ""
        shares = word_parts([float(scores[row]) for row in by_words], words, best)
        parts = dict(zip(by_words, shares, strict=True))
        by_vector = [] if vector is None else _best(meanings, count, above=-2.0)
        return tuple(
            Candidate(row, word_rank, vector_rank, parts.get(row, 0.0), float(meanings[row]))
            for row, word_rank, vector_rank in merged_ranks(by_words, by_vector)
        )

    async def read(
        self, keys: Sequence[int], vector: NDArray[np.float32] | None
    ) -> tuple[Read, ...]:
        """As `Rankings` promises."""
        return tuple(
            Read(
                self._passages[key],
                self._words[key],
                0.0 if vector is None else float(self._vectors[key] @ vector),
            )
            for key in keys
        )

    async def passages(self, source: str = "", most: int | None = None) -> tuple[Passage, ...]:
        """As `Rankings` promises."""
        found = [one for one in self._passages if source in {"", one.source}]
        return tuple(found[place] for place in spread(len(found), most))

    def rarity(self, word: str) -> float:
        """As `Rankings` promises."""
        return self._scores.rarity(word)

    def _meanings(self, vector: NDArray[np.float32] | None) -> NDArray[np.float32]:
        if vector is None:
            return np.zeros(len(self._passages), dtype=np.float32)
        # Not `@`: from some size on it wakes a thread on every core, and waits 12 ms for one that
        # a busy language model does not give it.
        similar: NDArray[np.float32] = np.einsum("ij,j->i", self._leaning, vector)
        return similar


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
