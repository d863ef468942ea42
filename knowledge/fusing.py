"""One ranking of two: what a passage's words are worth, and what its meaning."""

from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.rankings import Candidate

# How much the words count; the meaning has the rest. Scores are fused and not ranks: how far the
# first is ahead says how sure each side is. Chosen with scripts/bench_knowledge.py.
WORD_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its score, which is the sum of both parts."""

    candidate: Candidate
    by_words: float
    by_meaning: float

    @property
    def score(self) -> float:
        """At most 1."""
        return self.by_words + self.by_meaning


def fused(candidates: Iterable[Candidate]) -> tuple[Ranked, ...]:
    """One ranking of both, best first; equal scores by meaning, then as the passages stand.

    A meaning is worth where it lies between the lowest and the highest found.
    """
    found = tuple(candidates)
    near = [c.meaning for c in found if c.vector_rank is not None] or [0.0]
    low, high = min(near), max(near)
    ranked = [
        Ranked(
            c,
            WORD_WEIGHT * c.word_score,
            (1 - WORD_WEIGHT) * max(0.0, (c.meaning - low) / (high - low)) if high > low else 0.0,
        )
        for c in found
    ]
    return tuple(sorted(ranked, key=_order))


def _order(ranked: Ranked) -> tuple[float, float, int]:
    return -ranked.score, -ranked.candidate.meaning, ranked.candidate.key
