"""Searching a large index where it lies: in LanceDB."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lancedb
import numpy as np
from numpy.typing import NDArray

from knowledge.bm25 import rarity
from knowledge.filters import EVERYTHING, Only, quoted
from knowledge.passages import Passage
from knowledge.rankings import Candidate, Read, merged_ranks, spread, word_parts
from knowledge.snapshot import in_order
from knowledge.table import COLUMNS, LEANING, TABLE, connected, passage_in, row_in

# How many of the partitions of the vectors are looked into, and how many times as many as are
# asked for are compared exactly. Chosen with scripts/bench_knowledge.py.
_PROBES = 128
_REFINED = 6
# So many words of a question are searched for, the rarest: of the others every passage has some.
_TELLING = 16
# From so many passages it is estimated how common a word is.
_SAMPLE = 2000


@dataclass(frozen=True)
class TableRankings:
    """Rankings asked of the database, for an index too large to hold in memory."""

    table: lancedb.AsyncTable
    common: Counter[str]
    sampled: int

    async def candidates(
        self,
        words: Sequence[str],
        vector: NDArray[np.float32] | None,
        count: int,
        only: Only = EVERYTHING,
    ) -> tuple[Candidate, ...]:
        """As `knowledge.rankings.Rankings` promises."""
        by_words, by_vector = await asyncio.gather(
            self._by_words(words, count, only), self._by_vector(vector, count, only)
        )
        best = (await self._rows([by_words[0][0]], ["words"]))[0]["words"] if by_words else ""
        shares = word_parts([score for _, score in by_words], words, best)
        parts = {key: part for (key, _), part in zip(by_words, shares, strict=True)}
        meanings = {key: 1 - distance for key, distance in by_vector}
        ranks = merged_ranks([key for key, _ in by_words], [key for key, _ in by_vector])
        return tuple(
            Candidate(key, words_at, vector_at, parts.get(key, 0.0), meanings.get(key, 0.0))
            for key, words_at, vector_at in ranks
        )

    async def read(
        self, keys: Sequence[int], vector: NDArray[np.float32] | None
    ) -> tuple[Read, ...]:
        """As `knowledge.rankings.Rankings` promises."""
        rows = await self._rows(keys, COLUMNS)
        return tuple(Read(passage_in(row), row["words"], _similarity(row, vector)) for row in rows)

    async def passages(self, source: str = "", most: int | None = None) -> tuple[Passage, ...]:
        """As `knowledge.rankings.Rankings` promises."""
        columns = [name for name in COLUMNS if name not in {"vector", LEANING}]
        if most is not None and not source:
            places = [*spread(await self.table.count_rows(), most)]
            if not places:
                return ()
            rows = (await self.table.take_offsets(places).select(columns).to_arrow()).to_pylist()
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

    async def _rows(self, keys: Sequence[int], columns: Sequence[str]) -> list[dict[str, Any]]:
        if not keys:
            return []
        query = self.table.take_row_ids(list(keys)).select([*columns]).with_row_id()
        found = {row["_rowid"]: row for row in (await query.to_arrow()).to_pylist()}
        return [found[key] for key in keys]

    async def _by_words(
        self, words: Sequence[str], count: int, only: Only
    ) -> list[tuple[int, float]]:
        if not words:
            return []
        telling = sorted(dict.fromkeys(words), key=self.rarity, reverse=True)[:_TELLING]
        query = self.table.query().nearest_to_text(" ".join(telling), columns=["words"])
        if only:
            query = query.where(only.sql())
        found = await query.select(["_score"]).with_row_id().limit(count).to_arrow()
        return _pairs(found, "_score")

    async def _by_vector(
        self, vector: NDArray[np.float32] | None, count: int, only: Only
    ) -> list[tuple[int, float]]:
        if vector is None:
            return []
        query = self.table.query().nearest_to(vector).column(LEANING).distance_type("dot")
        query = query.nprobes(_PROBES).refine_factor(_REFINED)
        if only:
            query = query.where(only.sql())
        found = await query.select(["_distance"]).with_row_id().limit(count).to_arrow()
        return _pairs(found, "_distance")


async def open_table_rankings(folder: Path, table_version: int, store: str = "") -> TableRankings:
    """The table as it was at this version, whatever is written meanwhile."""
    database = await connected(folder, store)
    table = await database.open_table(TABLE)
    await table.checkout(table_version)
    sample = await _sampled(table)
    common = Counter(word for words in sample for word in set(words.split()))
    return TableRankings(table, common, len(sample))


async def _sampled(table: lancedb.AsyncTable) -> list[str]:
    rows = await table.count_rows()
    # The same each time, so that the same question always comes out the same.
    places = sorted(random.Random(0).sample(range(rows), min(rows, _SAMPLE)))  # noqa: S311
    if not places:
        return []
    found = await table.take_offsets(places).select(["words"]).to_arrow()
    return [str(words) for words in found["words"].to_pylist()]


def _pairs(found: Any, score: str) -> list[tuple[int, float]]:
    return list(zip(found["_rowid"].to_pylist(), found[score].to_pylist(), strict=True))


def _similarity(row: dict[str, Any], vector: NDArray[np.float32] | None) -> float:
    if vector is None:
        return 0.0
    return float(np.asarray(row["vector"], dtype=np.float32) @ vector)
