"""The index in LanceDB: the record of all passages, and the search of large ones.

`python -m knowledge.table FOLDER CHANGE` carries out one change, in a child process: importing the
database costs 150 MB that a process which only searches a small index need not hold.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import lancedb
import numpy as np
import pyarrow as pa
from lancedb.index import FTS
from numpy.typing import NDArray

from knowledge.change import SMALL_INDEX, Change, load_change, snapshot_folder
from knowledge.manifest import alone
from knowledge.passages import Passage
from knowledge.rankings import Candidate, merged_ranks, word_parts
from knowledge.snapshot import Row, Snapshot, in_order, save_snapshot

_TABLE = "passages"
_DATABASE = "lancedb"
# The words are cut already: the database only has to find the spaces.
_WORDS = FTS(
    with_position=False,
    base_tokenizer="whitespace",
    max_token_length=None,
    lower_case=False,
    stem=False,
    remove_stop_words=False,
    ascii_folding=False,
)
_COLUMNS = ["id", "source", "heading", "text", "kind", "sku", "also", "place", "words", "vector"]


async def shelve(folder: Path, change_folder: Path) -> int:
    """Carry out a change and copy a small index out for its readers; gives the table's version."""
    # A builder that was killed may have left a child behind that still writes.
    async with alone(folder, "writing"):
        return await _shelve(folder, load_change(change_folder))


async def _shelve(folder: Path, change: Change) -> int:
    database = await lancedb.connect_async(folder / _DATABASE)
    if change.base is None:
        table = await database.create_table(_TABLE, _arrow(change.snapshot), mode="overwrite")
        await table.create_index("words", config=_WORDS)
    else:
        table = await database.open_table(_TABLE)
        await _merge(table, change, change.base)
    await table.optimize(cleanup_older_than=timedelta(days=1))
    if await table.count_rows() <= SMALL_INDEX:
        rows = (await table.query().select(_COLUMNS).to_arrow()).to_pylist()
        save_snapshot(_snapshot(rows), snapshot_folder(folder, change.version))
    return int(await table.version())


async def _merge(table: lancedb.AsyncTable, change: Change, base: int) -> None:
    """One commit on top of `base`; what a crashed build may have left after it is taken back."""
    if await table.version() != base:
        await table.checkout(base)
        await table.restore()
    stale = ", ".join("'" + source.replace("'", "''") + "'" for source in change.stale)
    if change.snapshot.rows:
        merge = table.merge_insert("id").when_matched_update_all().when_not_matched_insert_all()
        merge = merge.when_not_matched_by_source_delete(f"source IN ({stale})")
        await merge.execute(_arrow(change.snapshot))
    else:
        await table.delete(f"source IN ({stale})")


@dataclass(frozen=True)
class TableRankings:
    """Rankings asked of the database, for an index too large to hold in memory."""

    table: lancedb.AsyncTable

    async def candidates(
        self, words: Sequence[str], vector: NDArray[np.float32] | None, count: int
    ) -> tuple[Candidate, ...]:
        """As `knowledge.rankings.Rankings` promises."""
        by_words, by_vector = await asyncio.gather(
            self._by_words(words, count), self._by_vector(vector, count)
        )
        rows = {row["id"]: row for row in (*by_words, *by_vector)}
        ranks = merged_ranks([row["id"] for row in by_words], [row["id"] for row in by_vector])
        best = by_words[0]["words"] if by_words else ""
        scores = word_parts([row["_score"] for row in by_words], words, best)
        parts = {row["id"]: part for row, part in zip(by_words, scores, strict=True)}
        return tuple(
            Candidate(
                _passage(rows[key]),
                _similarity(rows[key], vector),
                word_rank,
                vector_rank,
                parts.get(key, 0.0),
            )
            for key, word_rank, vector_rank in ranks
        )

    async def passages(self) -> tuple[Passage, ...]:
        """As `knowledge.rankings.Rankings` promises."""
        columns = [name for name in _COLUMNS if name != "vector"]
        rows = (await self.table.query().select(columns).to_arrow()).to_pylist()
        return tuple(row.passage for row in in_order(map(_row, rows)))

    async def _by_words(self, words: Sequence[str], count: int) -> list[dict[str, Any]]:
        if not words:
            return []
        query = self.table.query().nearest_to_text(" ".join(words), columns=["words"])
        found = await query.select([*_COLUMNS, "_score"]).limit(count).to_arrow()
        return list(found.to_pylist())

    async def _by_vector(
        self, vector: NDArray[np.float32] | None, count: int
    ) -> list[dict[str, Any]]:
        if vector is None:
            return []
        query = self.table.query().nearest_to(vector).distance_type("cosine")
        found = await query.select([*_COLUMNS, "_distance"]).limit(count).to_arrow()
        return list(found.to_pylist())


async def open_table_rankings(folder: Path, table_version: int) -> TableRankings:
    """The table as it was at this version, whatever is written meanwhile."""
    database = await lancedb.connect_async(folder / _DATABASE)
    table = await database.open_table(_TABLE)
    await table.checkout(table_version)
    return TableRankings(table)


def _similarity(row: dict[str, Any], vector: NDArray[np.float32] | None) -> float:
    if vector is None:
        return 0.0
    return float(np.asarray(row["vector"], dtype=np.float32) @ vector)


def _snapshot(rows: list[dict[str, Any]]) -> Snapshot:
    vectors = {row["id"]: row["vector"] for row in rows}
    ordered = in_order(map(_row, rows))
    return Snapshot(
        tuple(ordered), np.array([vectors[row.passage.id] for row in ordered], dtype=np.float32)
    )


def _row(row: dict[str, Any]) -> Row:
    return Row(_passage(row), row["place"], row["words"])


def _passage(row: dict[str, Any]) -> Passage:
    heading, also = tuple(row["heading"]), tuple(row["also"])
    return Passage(row["id"], row["source"], heading, row["text"], row["kind"], row["sku"], also)


def _arrow(snapshot: Snapshot) -> pa.Table:
    passages = [row.passage for row in snapshot.rows]
    columns = {
        "id": [passage.id for passage in passages],
        "source": [passage.source for passage in passages],
        "heading": [list(passage.heading) for passage in passages],
        "text": [passage.text for passage in passages],
        "kind": [passage.kind for passage in passages],
        "sku": [passage.sku for passage in passages],
        "also": [list(passage.also) for passage in passages],
        "place": [row.place for row in snapshot.rows],
        "words": [row.words for row in snapshot.rows],
        "vector": list(snapshot.vectors),
    }
    types = dict.fromkeys(columns, pa.string()) | {
        "heading": pa.list_(pa.string()),
        "also": pa.list_(pa.string()),
        "place": pa.int64(),
        "vector": pa.list_(pa.float32(), snapshot.vectors.shape[1]),
    }
    return pa.table(columns, schema=pa.schema(list(types.items())))


if __name__ == "__main__":
    version = asyncio.run(shelve(Path(sys.argv[1]), Path(sys.argv[2])))
    sys.stdout.write(json.dumps(version))
