"""What a brand's texts state, in some 70 bytes each: enough to tell what may disagree."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.sketches import BANDS

_MOST_IN_A_BAND = 40
_FACT = np.dtype([("source", "u4"), ("key", "i8"), ("value", "i8")])
_SAID = np.dtype([("source", "u4"), ("start", "u4"), ("measures", "i8"), ("values", "i8")])
# Source, hash of what it is about, hash of its value.
FactTrace = tuple[str, int, int]
# Source, where it begins, hash of what it measures, hash of its values.
SaidTrace = tuple[str, int, int, int]


@dataclass(frozen=True, slots=True)
class Likely:
    """What to look at again: these sources, the facts with these hashes, and pairs of sentences.

    `places` has the number of a sentence in `pairs` by its source and where it begins.
    """

    sources: frozenset[str]
    keys: frozenset[int]
    places: Mapping[tuple[str, int], int]
    pairs: Sequence[tuple[int, int]]


class Traces:
    """Grows with what is noted; hashes are those of this process."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._facts = [np.zeros(0, dtype=_FACT)]
        self._said = [np.zeros(0, dtype=_SAID)]
        self._bands = [np.zeros((0, BANDS), dtype=np.uint32)]

    def note_facts(self, facts: Iterable[FactTrace]) -> None:
        """Facts of any sources."""
        rows = [(self._number(source), key, value) for source, key, value in facts]
        self._facts.append(np.array(rows, dtype=_FACT))

    def note_said(self, said: Sequence[SaidTrace], bands: NDArray[np.uint32]) -> None:
        """Sentences with a row of bands each."""
        rows = [(self._number(source), *rest) for source, *rest in said]
        self._said.append(np.array(rows, dtype=_SAID))
        self._bands.append(bands)

    def likely(self, over: Collection[str]) -> Likely:
        """What differs between two sources, none of them one of those that are over."""
        sources = tuple(self._numbers)
        out = np.array([number for name, number in self._numbers.items() if name in over])
        facts, said = np.concatenate(self._facts), np.concatenate(self._said)
        facts = facts[~np.isin(facts["source"], out)]
        holds = ~np.isin(said["source"], out)
        said, bands = said[holds], np.concatenate(self._bands)[holds]
        keys = _disputed(facts)
        pairs = _near(said, bands)
        rows = np.unique(pairs)
        named = (facts["source"][np.isin(facts["key"], keys)], said["source"][rows])
        return Likely(
            frozenset(sources[number] for number in np.unique(np.concatenate(named))),
            frozenset(keys.tolist()),
            {(sources[said["source"][row]], int(said["start"][row])): int(row) for row in rows},
            [(int(one), int(other)) for one, other in pairs],
        )

    def _number(self, source: str) -> int:
        return self._numbers.setdefault(source, len(self._numbers))


def _disputed(facts: NDArray[np.void]) -> NDArray[np.int64]:
    """The keys under which several sources have several values."""
    if not len(facts):
        return np.zeros(0, dtype=np.int64)
    facts = facts[np.argsort(facts["key"], kind="stable")]
    starts = np.flatnonzero(np.diff(facts["key"], prepend=facts["key"][0] - 1))
    several = [
        np.minimum.reduceat(facts[name], starts) != np.maximum.reduceat(facts[name], starts)
        for name in ("source", "value")
    ]
    keys: NDArray[np.int64] = facts["key"][starts[several[0] & several[1]]]
    return keys


def _near(said: NDArray[np.void], bands: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Pairs that MinHash has found to be nearly alike, and that measure the same otherwise."""
    pairs = [np.zeros((0, 2), dtype=np.int64), *(_in_band(said, column) for column in bands.T)]
    return np.unique(np.concatenate(pairs), axis=0)


def _in_band(said: NDArray[np.void], column: NDArray[np.uint32]) -> NDArray[np.int64]:
    values, counts = np.unique(column, return_counts=True)
    shared = values[(counts > 1) & (counts <= _MOST_IN_A_BAND) & (values > 0)]
    rows = np.flatnonzero(np.isin(column, shared))
    # What measures the same is then side by side: a pair is two rows of the order.
    rows = rows[np.lexsort((rows, said["measures"][rows], column[rows]))]
    found = [np.zeros((0, 2), dtype=np.int64)]
    for apart in range(1, _MOST_IN_A_BAND):
        one, other = rows[:-apart], rows[apart:]
        same = (column[one] == column[other]) & _equal(said, "measures", one, other)
        if not same.any():
            break
        differ = ~_equal(said, "values", one, other) & ~_equal(said, "source", one, other)
        found.append(np.stack([one, other], axis=1)[same & differ])
    return np.concatenate(found)


def _equal(
    said: NDArray[np.void], name: str, one: NDArray[np.int64], other: NDArray[np.int64]
) -> NDArray[np.bool_]:
    return np.asarray(said[name][one] == said[name][other])
