"""The index in LanceDB: the record of all passages, and the search of large ones.

`python -m knowledge.table FOLDER CHANGE` carries out one change, in a child process: importing the
database costs 150 MB that a process which only searches a small index need not hold.
"""

import asyncio
import itertools
import json
import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import lancedb
import numpy as np
import pyarrow as pa
from lancedb.index import FTS, BTree, IvfRq
from numpy.typing import NDArray

from knowledge.change import Order, load_order, snapshot_folder
from knowledge.filters import quoted
from knowledge.handed import Handed, Texts, handed
from knowledge.manifest import Manifest, alone
from knowledge.passages import Passage
from knowledge.snapshot import Row, Snapshot, as_told, place_of, save_snapshot

TABLE, DATABASE, WORDS = "passages", "lancedb", "words"
# The column of vectors that lean towards their neighbours; these are searched.
LEANING = "leaning"
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
# What is read of a row. The passage is one column, as each further one takes a fifth of a
# millisecond to look up; what is asked for by other columns stands there once more.
COLUMNS = ("passage", "place", "words", "vector")
# From so many passages vectors are searched by an index: below, all of them are compared.
_MANY = 50_000
_FEW = 5_000
# With four bits a number what is nearest is nearly always among as many as are asked for; with one
# bit six times as many had to be read and compared.
_VECTORS = IvfRq(distance_type="dot", num_bits=4)


async def shelve(folder: Path, change_folder: Path) -> int:
    """Carry out a change and copy a small index out for its readers; gives the table's version."""
    # A builder that was killed may have left a child behind that still writes.
    async with alone(folder, "writing"):
        return await _shelve(folder, load_order(change_folder))


async def _shelve(folder: Path, order: Order) -> int:
    database = await connected(folder, order.store)
    if order.base is None:
        table = await create(database, map(as_table, order.rows()))
    else:
        table = await database.open_table(TABLE)
        await _go_back(table, order.base)
        await merge(table, order)
    await keep_up(table)
    copy = snapshot_folder(folder, order.version)
    if await table.count_rows() <= order.small and not copy.exists():
        save_snapshot(await all_rows(table), copy)
    return int(await table.version())


async def shelve_few(folder: Path, change_folder: Path) -> int | None:
    """The same for a few rows of a large table, which leaves its indexes as they are.

    None, with nothing done, where there is more to do: a process that answers customers should not.
    """
    async with alone(folder, "writing"):
        order = load_order(change_folder)
        if order.base is None or order.count >= _FEW:
            return None
        table = await (await connected(folder, order.store)).open_table(TABLE)
        if not await _is_kept_up(table):
            return None
        await _go_back(table, order.base)
        await merge(table, order)
        return int(await table.version())


async def connected(folder: Path, store: str) -> lancedb.AsyncConnection:
    """The database in the store, or beside the index where there is none.

    What it takes to get at a store is in the environment (AWS_ACCESS_KEY_ID, AWS_ENDPOINT, …).
    """
    return await lancedb.connect_async(store or folder / DATABASE)


async def create(
    database: lancedb.AsyncConnection, batches: Iterable[pa.Table]
) -> lancedb.AsyncTable:
    """A new table of these rows, which stands in for any other, with an index of its words."""
    coming = iter(batches)
    first = next(coming)
    parts = (part for batch in itertools.chain([first], coming) for part in batch.to_batches())
    # In one go, so that they lie in one file: looking rows up in fifty takes twice as long.
    rows = pa.RecordBatchReader.from_batches(first.schema, parts)
    table = await database.create_table(TABLE, rows, mode="overwrite")
    await table.create_index(WORDS, config=_WORDS)
    return table


async def keep_up(table: lancedb.AsyncTable) -> None:
    """Bring the indexes up to the rows once many are new, and forget what no reader can need."""
    if await _is_kept_up(table):
        return
    many, known = await table.count_rows() >= _MANY, await _indexed(table)
    for column, config in ((LEANING, _VECTORS), ("source", BTree())):
        if many and column not in known:
            await table.create_index(column, config=config)
    await table.optimize(cleanup_older_than=timedelta(days=7))


async def _is_kept_up(table: lancedb.AsyncTable) -> bool:
    """Few new rows are searched one by one as fast; a large index takes long to be brought up."""
    stats = await table.index_stats(f"{WORDS}_idx")
    indexed = {LEANING, "source"} <= await _indexed(table)
    few = stats is not None and stats.num_unindexed_rows < _FEW
    return few and indexed and await table.count_rows() >= _MANY


async def _indexed(table: lancedb.AsyncTable) -> set[str]:
    return {column for index in await table.list_indices() for column in index.columns}


async def _go_back(table: lancedb.AsyncTable, base: int) -> None:
    """Take back what a crashed build, or one that is rolled back, has left after `base`."""
    if await table.version() != base:
        await table.checkout(base)
        await table.restore()


async def merge(table: lancedb.AsyncTable, order: Order) -> None:
    """The order's rows in place of all others of its sources.

    Two commits: readers open the version that the manifest names, which is the second.
    """
    if order.stale:
        await table.delete(f"source IN ({quoted(order.stale)})")
    if order.count:
        await table.add(pa.concat_tables(map(as_table, order.rows())))


async def vectors_in(
    folder: Path, manifest: Manifest, sources: tuple[str, ...]
) -> dict[str, NDArray[np.float32]]:
    """By id the vectors of these sources' passages, as that version has them."""
    table = await (await connected(folder, manifest.store)).open_table(TABLE)
    await table.checkout(manifest.table_version)
    query = table.query().where(f"source IN ({quoted(sources)})").select(["id", "vector"])
    rows = (await query.to_arrow()).to_pylist()
    return {row["id"]: np.asarray(row["vector"], dtype=np.float32) for row in rows}


async def all_rows(table: lancedb.AsyncTable) -> Snapshot:
    """All that is in the table, in order."""
    return _snapshot((await table.query().select([*COLUMNS]).to_arrow()).to_pylist())


def _snapshot(rows: list[dict[str, Any]]) -> Snapshot:
    read = sorted(((row_in(row), row["vector"]) for row in rows), key=lambda one: place_of(one[0]))
    return Snapshot(
        tuple(row for row, _ in read), np.array([vector for _, vector in read], dtype=np.float32)
    )


def row_in(row: dict[str, Any]) -> Row:
    """The row as the index means it."""
    return Row(passage_in(row), row["place"], row["words"])


def passage_in(row: dict[str, Any]) -> Passage:
    """The passage in a row."""
    return as_told(json.loads(row["passage"]))


def arrow(snapshot: Snapshot) -> pa.Table:
    """The rows as the database keeps them."""
    return as_table(handed(snapshot))


def as_table(rows: Handed) -> pa.Table:
    """The same of rows that were handed over."""
    columns = {name: _strings(texts) for name, texts in rows.texts.items()}
    columns |= {"place": pa.array(rows.places), "vector": _lists(rows.vectors)}
    return pa.table({**columns, LEANING: _lists(rows.leaning)})


def _strings(texts: Texts) -> pa.Array:
    """The texts as they were handed over, without an object for each."""
    buffers = map(pa.py_buffer, (texts.ends, texts.written))
    return pa.StringArray.from_buffers(len(texts.ends) - 1, *buffers)


def _lists(vectors: NDArray[np.float32]) -> pa.Array:
    """The vectors as they lie in memory, without an object for each."""
    flat = np.ascontiguousarray(vectors, dtype=np.float32).reshape(-1)
    return pa.FixedSizeListArray.from_arrays(pa.array(flat), vectors.shape[1])


if __name__ == "__main__":
    version = asyncio.run(shelve(Path(sys.argv[1]), Path(sys.argv[2])))
    sys.stdout.write(json.dumps(version))
