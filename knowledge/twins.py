"""Which passages of a brand say the same: one is kept and names the others' files.

MinHash finds what may be nearly alike (`knowledge/sketches.py`), the gist decides
(`knowledge/gist.py`). The first by source and place is kept. Remembered are 56 bytes a passage, so
that a build which changes one file knows without reading the rest what comes back or goes
(`knowledge/remembered_twins.py`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knowledge.gist import gists_of
from knowledge.passages import Passage
from knowledge.sketches import bands_of

MOST_NAMED = 8  # further files that a passage names
Documents = Mapping[str, Sequence[Passage]]
Kept = Mapping[str, Sequence[tuple[int, Passage]]]
# Where the kept one stands, and the other files.
Told = tuple[tuple[str, int], tuple[str, ...]]


@dataclass(frozen=True)
class Twins:
    """Every passage: the number of its source in `sources`, its place there, its sketch, its gist.

    A gist is 0 as long as nothing is nearly alike.
    """

    sources: tuple[str, ...]
    owners: NDArray[np.uint32]
    places: NDArray[np.uint32]
    bands: NDArray[np.uint32]
    gists: NDArray[np.uint64]

    @staticmethod
    def of(documents: Documents, dated: Collection[str] = ()) -> "Twins":
        """What stands in these documents; the `dated` ones are compared with nothing."""
        lengths = [len(passages) for passages in documents.values()]
        texts = [
            "" if source in dated or one.kind == "product" else one.text
            for source, passages in documents.items()
            for one in passages
        ]
        places = [place for length in lengths for place in range(length)]
        return Twins(
            tuple(documents),
            np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths),
            np.array(places, dtype=np.uint32),
            bands_of(texts),
            np.zeros(len(texts), dtype=np.uint64),
        )

    @staticmethod
    def joined(parts: Sequence["Twins"]) -> "Twins":
        """All of these, of different sources in order, as one."""
        starts = np.cumsum([0, *(len(part.sources) for part in parts[:-1])], dtype=np.uint32)
        return Twins(
            tuple(source for part in parts for source in part.sources),
            np.concatenate([part.owners + at for part, at in zip(parts, starts, strict=True)]),
            np.concatenate([part.places for part in parts]),
            np.concatenate([part.bands for part in parts]),
            np.concatenate([part.gists for part in parts]),
        )

    def changed(
        self, stale: set[str], documents: Documents, dated: Collection[str] = ()
    ) -> "Twins":
        """Without what stood in the stale sources, with what stands in these documents."""
        lost = np.array([source in stale for source in self.sources], dtype=bool)
        kept = ~lost[self.owners] if len(lost) else np.zeros(0, dtype=bool)
        new = Twins.of(documents, dated)
        sources = (*self.sources, *new.sources)
        owners = np.concatenate([self.owners[kept], new.owners + np.uint32(len(self.sources))])
        # Sources in the order of their names, and only those that have passages.
        there = sorted({sources[owner] for owner in np.unique(owners)})
        number = {source: place for place, source in enumerate(there)}
        numbers = np.array([number.get(source, 0) for source in sources], dtype=np.uint32)
        return Twins(
            tuple(there),
            numbers[owners] if len(owners) else owners,
            np.concatenate([self.places[kept], new.places]),
            np.concatenate([self.bands[kept], new.bands]),
            np.concatenate([self.gists[kept], new.gists]),
        )

    def undecided(self, new: set[str]) -> NDArray[np.int64]:
        """Rows without a gist that may be like another; one of the two is in a new source."""
        fresh = self._rows_in(new)
        near = np.zeros(len(self.owners), dtype=bool)
        for column in self.bands.T:
            values, counts = np.unique(column[fresh], return_counts=True)
            old = ~fresh & _among(column, values)
            shared = np.union1d(values[counts > 1], np.unique(column[old]))
            near |= old | (fresh & _among(column, shared))
        return np.flatnonzero(near & (self.gists == 0) & (self.bands[:, 0] != 0))

    def sources_of(self, rows: NDArray[np.int64]) -> set[str]:
        """Where these rows stand."""
        return {self.sources[owner] for owner in np.unique(self.owners[rows])}

    def decided(self, rows: NDArray[np.int64], documents: Documents) -> "Twins":
        """With the gists of these rows, as far as their documents are at hand."""
        at_hand = {
            int(row): passages[place]
            for row, owner, place in zip(rows, self.owners[rows], self.places[rows], strict=True)
            if place < len(passages := documents.get(self.sources[owner], ()))
        }
        gists = self.gists.copy()
        gists[rows] = 0
        gists[list(at_hand)] = gists_of(list(at_hand.values()))
        return replace(self, gists=gists)

    def decided_among(self, rows: NDArray[np.int64], documents: Documents) -> "Twins":
        """The same of those rows alone that stand in these documents."""
        return self.decided(rows[self._rows_in(set(documents))[rows]], documents)

    def disturbed(self, before: "Twins", stale: set[str]) -> set[str]:
        """Sources that did not change but whose passages come back, go, or name other files."""
        if not len(before.owners):
            return set()
        touched = np.concatenate(
            [self.gists[self._rows_in(stale)], before.gists[before._rows_in(stale)]]
        )
        then, now = before._told(touched), self._told(touched)
        changed = {value for value in {*then, *now} if then.get(value) != now.get(value)}
        owners = {told[value][0][0] for told in (then, now) for value in changed if value in told}
        return {source for source in owners - stale if source in self.sources}

    def repeated(self) -> tuple[Told, ...]:
        """Whatever stands in several places, by where it is kept; none is named twice."""
        return tuple(self._told(self._several()).values())

    def dropped(self) -> Mapping[str, int]:
        """How many passages of each source stand elsewhere, or before, too and are not kept."""
        several = self._several()
        rows = np.flatnonzero(_among(self.gists, several))
        rows = rows[np.lexsort((self.places[rows], self.owners[rows], self.gists[rows]))]
        again = rows[1:][self.gists[rows][1:] == self.gists[rows][:-1]]
        numbers, counts = np.unique(self.owners[again], return_counts=True)
        return {self.sources[n]: int(count) for n, count in zip(numbers, counts, strict=True)}

    def _several(self) -> NDArray[np.uint64]:
        values, counts = np.unique(self.gists[self.gists != 0], return_counts=True)
        return np.asarray(values[counts > 1])

    def once(self, documents: Documents) -> Kept:
        """The passages that are kept, with their places, each naming where else it stands."""
        rows = self._rows_in(set(documents))
        told = self._told(self.gists[rows])
        mine: dict[str, dict[int, Told]] = {}
        for row in np.flatnonzero(rows & (self.gists != 0)):
            source, place = self.sources[self.owners[row]], int(self.places[row])
            mine.setdefault(source, {})[place] = told[int(self.gists[row])]
        return {
            source: _once(source, passages, mine.get(source, {}))
            for source, passages in documents.items()
        }

    def _told(self, gists: NDArray[np.uint64]) -> dict[int, Told]:
        rows = np.flatnonzero(_among(self.gists, np.unique(gists[gists != 0])))
        rows = rows[np.lexsort((self.places[rows], self.owners[rows]))]
        groups: dict[int, list[int]] = {}
        for row in rows:
            groups.setdefault(int(self.gists[row]), []).append(int(row))
        return {value: self._outcome(members) for value, members in groups.items()}

    def _outcome(self, members: list[int]) -> Told:
        owner = int(self.owners[members[0]])
        others = dict.fromkeys(int(self.owners[row]) for row in members)
        named = [self.sources[other] for other in others if other != owner]
        return (self.sources[owner], int(self.places[members[0]])), tuple(named[:MOST_NAMED])

    def _rows_in(self, sources: set[str]) -> NDArray[np.bool_]:
        numbers = [place for place, source in enumerate(self.sources) if source in sources]
        return np.isin(self.owners, numbers)


def _among(values: NDArray[np.generic], wanted: NDArray[np.generic]) -> NDArray[np.bool_]:
    if not len(wanted) or not len(values):
        return np.zeros(len(values), dtype=bool)
    places = np.minimum(np.searchsorted(wanted, values), len(wanted) - 1)
    return np.asarray(wanted[places] == values)


def _once(
    source: str, passages: Sequence[Passage], told: Mapping[int, Told]
) -> list[tuple[int, Passage]]:
    """Those of one document that are kept; `told` says by place what is said elsewhere too."""
    return [
        (place, _naming(passage, told[place]) if place in told else passage)
        for place, passage in enumerate(passages)
        if place not in told or told[place][0] == (source, place)
    ]


def _naming(passage: Passage, told: Told) -> Passage:
    if not told[1]:
        return passage
    return replace(passage, also=tuple(dict.fromkeys((*passage.also, *told[1])))[:MOST_NAMED])
