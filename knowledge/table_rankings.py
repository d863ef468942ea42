"""Searching a large index where it lies: in LanceDB."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain
from pathlib import Path
from typing import Any

import lancedb
import numpy as np
from numpy.typing import NDArray

from knowledge.bm25 import rarity
from knowledge.errors import KnowledgeError
from knowledge.filters import EVERYTHING, Only, quoted
from knowledge.passages import Passage
from knowledge.rankings import Candidate, Read, merged_ranks, spread, word_parts
from knowledge.snapshot import in_order
from knowledge.table import COLUMNS, LEANING, TABLE, connected, passage_in, row_in

# How many of the partitions of the vectors are looked into, and how many times as many as are
# asked for are compared exactly. Chosen with scripts/bench_knowledge.py.
_PROBES = 128
_REFINED = 1
# Of a question's words the rarest are searched for, at most so many, and beyond the first few as
# long as their lists together are no longer than this share of the passages: reading those is what
# takes the time, and a word that many passages have tells little.
_TELLING, _FEWEST, _LOOKED_AT = 16, 6, 0.1
# From so many passages it is estimated how common a word is.
_SAMPLE = 2000
# The best by words are read at once, as most of them are shown in the end: each look-up takes a
# millisecond, however many rows it is for. Kept are those of the searches that run.
_AHEAD, _REMEMBERED = 5, 64


@dataclass(frozen=True)
class TableRankings:
    """Rankings asked of the database, for an index too large to hold in memory."""

    table: lancedb.AsyncTable
    common: Counter[str]
    sampled: int
    remembered: dict[int, dict[str, Any]] = field(default_factory=dict)

    async def candidates(
        self,
        words: Sequence[str],
        vector: NDArray[np.float32] | None,
        count: int,
        only: Only = EVERYTHING,
    ) -> tuple[Candidate, ...]:
        """As `knowledge.rankings.Rankings` promises."""
        parts, meanings = await asyncio.gather(
            self._word_parts(words, count, only), self._meanings(vector, count, only)
        )
        ranks = merged_ranks(list(parts), list(meanings))
        return tuple(
            Candidate(key, words_at, vector_at, parts.get(key, 0.0), meanings.get(key, 0.0))
            for key, words_at, vector_at in ranks
        )

    async def read(
        self, keys: Sequence[int], vector: NDArray[np.float32] | None
    ) -> tuple[Read, ...]:
        """As `knowledge.rankings.Rankings` promises."""
        rows = await self._whole(keys)
        return tuple(Read(passage_in(row), row["words"], _similarity(row, vector)) for row in rows)

    async def passages(self, source: str = "", most: int | None = None) -> tuple[Passage, ...]:
        """As `knowledge.rankings.Rankings` promises."""
        columns = ["passage", "place", "words"]
        if most is not None and not source:
            keys = await _keys(self.table)
            rows = await self._rows(keys[[*spread(len(keys), most)]].tolist(), columns)
            return tuple(row.passage for row in in_order(map(row_in, rows)))
        query = self.table.query().select(columns)
        if source:
            query = query.where(f"source IN ({quoted((source,))})")
        rows = (await query.to_arrow()).to_pylist()
        found = [row.passage for row in in_order(map(row_in, rows))]
        return tuple(found[place] for place in spread(len(found), most))

    def rarity(self, word: str) -> float:
        """As `knowledge.rankings.Rankings` promises; estimated from a sample."""
        return rarity(self.common[word], self.sampled)

    async def _whole(self, keys: Sequence[int]) -> list[dict[str, Any]]:
        """All that is read of these rows; what was read a moment ago is still at hand."""
        known = {key: self.remembered[key] for key in keys if key in self.remembered}
        missing = [key for key in keys if key not in known]
        new = dict(zip(missing, await self._rows(missing, COLUMNS), strict=True))
        self.remembered.update(new)
        for key in [*self.remembered][:-_REMEMBERED]:
            del self.remembered[key]
        known |= new
        return [known[key] for key in keys]

    async def _rows(self, keys: Sequence[int], columns: Sequence[str]) -> list[dict[str, Any]]:
        if not keys:
            return []
        query = self.table.take_row_ids(list(keys)).select([*columns]).with_row_id()
        found = {row["_rowid"]: row for row in (await query.to_arrow()).to_pylist()}
        return [found[key] for key in keys]

    async def _word_parts(self, words: Sequence[str], count: int, only: Only) -> dict[int, float]:
        """What each of the best by words is worth by them, best first."""
        if not words:
            return {}
        query = self.table.query().nearest_to_text(
            " ".join(self._telling(words)), columns=["words"]
        )
        if only:
            query = query.where(only.sql())
        found = await query.select(["_score"]).with_row_id().limit(count).to_arrow()
        keys, scores = found["_rowid"].to_pylist(), found["_score"].to_pylist()
        best = await self._whole(keys[:_AHEAD])
        parts = word_parts(scores, words, best[0]["words"] if best else "")
        return dict(zip(keys, parts, strict=True))

    def _telling(self, words: Sequence[str]) -> list[str]:
        rarest = sorted(dict.fromkeys(words), key=self.rarity, reverse=True)[:_TELLING]
        having = [self.common[word] for word in rarest if self.common[word]]
        few = sum(together < self.sampled * _LOOKED_AT for together in accumulate(having))
        # Words that hardly any passage has come first and cost nothing.
        return rarest[: len(rarest) - len(having) + max(_FEWEST, few)]

    async def _meanings(
        self, vector: NDArray[np.float32] | None, count: int, only: Only
    ) -> dict[int, float]:
        """The cosine of each of the nearest, nearest first."""
        if vector is None:
            return {}
        query = self.table.query().nearest_to(vector).column(LEANING).distance_type("dot")
        query = query.nprobes(_PROBES).refine_factor(_REFINED)
        if only:
            query = query.where(only.sql())
        found = await query.select(["_distance"]).with_row_id().limit(count).to_arrow()
        keys, distances = found["_rowid"].to_pylist(), found["_distance"].to_pylist()
        return {key: 1 - distance for key, distance in zip(keys, distances, strict=True)}


async def open_table_rankings(folder: Path, table_version: int, store: str = "") -> TableRankings:
    """The table as it was at this version, whatever is written meanwhile.

    Raises:
        KnowledgeError: an earlier release wrote it, in a form that is not read any more.
    """
    database = await connected(folder, store)
    table = await database.open_table(TABLE)
    await table.checkout(table_version)
    if not {*COLUMNS, LEANING} <= set((await table.schema()).names):
        raise KnowledgeError(
            f"This version of the knowledge index in {folder} was written by an earlier release, "
            "in a form that is not read any more. Run `digital-human knowledge build`, or go back "
            "to a later version."
        )
    sample = await _sampled(table)
    common = Counter(chain.from_iterable(set(words.split()) for words in sample))
    return TableRankings(table, common, len(sample))


async def _keys(table: lancedb.AsyncTable) -> NDArray[np.uint64]:
    """The rows' numbers: asked for by its place among a million instead, each row takes
    milliseconds once one of them was deleted."""
    found = await table.query().select([]).with_row_id().to_arrow()
    keys: NDArray[np.uint64] = found["_rowid"].to_numpy()
    return keys


async def _sampled(table: lancedb.AsyncTable) -> list[str]:
    rows = await _keys(table)
    # The same each time, so that the same question always comes out the same.
    places = sorted(random.Random(0).sample(range(len(rows)), min(len(rows), _SAMPLE)))  # noqa: S311
    if not places:
        return []
    found = await table.take_row_ids(rows[places].tolist()).select(["words"]).to_arrow()
    return [str(words) for words in found["words"].to_pylist()]


def _similarity(row: dict[str, Any], vector: NDArray[np.float32] | None) -> float:
    if vector is None:
        return 0.0
    return float(np.asarray(row["vector"], dtype=np.float32) @ vector)
