"""Rows handed to the process that writes the database: by column, as the database keeps them.

Some thousand rows at a time, so that neither side needs the text of a million of them at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic_core import from_json, to_json

from knowledge.filters import language_of
from knowledge.neighbours import leaning
from knowledge.snapshot import Row, Snapshot, told

_COLUMNS, _VECTORS, _LEANING = "columns.jsonl", "vectors.npy", "leaning.npy"
_BATCH = 4_000


@dataclass(frozen=True, slots=True)
class Handed:
    """Some rows: their columns by name, their vectors as they are, and leaning (see neighbours)."""

    columns: dict[str, list[Any]]
    vectors: NDArray[np.float32]
    leaning: NDArray[np.float32]


def handed(snapshot: Snapshot) -> Handed:
    """These rows by column."""
    return Handed(_columns(snapshot.rows), snapshot.vectors, _leaning(snapshot))


def write_handed(snapshot: Snapshot, folder: Path) -> None:
    """Write the rows for another process."""
    folder.mkdir(parents=True)
    rows, leant = snapshot.rows, _leaning(snapshot)
    np.save(folder / _VECTORS, snapshot.vectors)
    if leant is not snapshot.vectors:
        np.save(folder / _LEANING, leant)
    with (folder / _COLUMNS).open("wb") as file:
        for start in range(0, max(1, len(rows)), _BATCH):
            file.write(to_json(_columns(rows[start : start + _BATCH])) + b"\n")


def read_handed(folder: Path) -> Iterator[Handed]:
    """The rows that were written, in parts; one part at least."""
    vectors = leant = np.load(folder / _VECTORS, mmap_mode="r")
    if (folder / _LEANING).exists():
        leant = np.load(folder / _LEANING, mmap_mode="r")
    start = 0
    with (folder / _COLUMNS).open("rb") as file:
        for line in file:
            columns = from_json(line, cache_strings="none")
            end = start + len(columns["id"])
            yield Handed(columns, vectors[start:end], leant[start:end])
            start = end


def _columns(rows: Sequence[Row]) -> dict[str, list[Any]]:
    passages = [row.passage for row in rows]
    return {
        "id": [passage.id for passage in passages],
        "source": [passage.source for passage in passages],
        "kind": [passage.kind for passage in passages],
        "language": [language_of(passage.text) for passage in passages],
        "passage": [to_json(told(passage)).decode() for passage in passages],
        "place": [row.place for row in rows],
        "words": [row.words for row in rows],
    }


def _leaning(snapshot: Snapshot) -> NDArray[np.float32]:
    return leaning(snapshot.vectors, [row.passage for row in snapshot.rows])
