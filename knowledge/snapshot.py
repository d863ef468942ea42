"""A copy of an index in two plain files: what a process needs to search without the database."""

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.passages import Passage

_ROWS, _VECTORS = "rows.jsonl", "vectors.npy"


@dataclass(frozen=True, slots=True)
class Row:
    """A passage with its place in its document and its words, separated by spaces."""

    passage: Passage
    place: int
    words: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Rows in the order of their sources and places, and one vector of length one for each."""

    rows: tuple[Row, ...]
    vectors: NDArray[np.float32]


def save_snapshot(snapshot: Snapshot, folder: Path) -> None:
    """Write the snapshot as a folder that is there complete, or not at all."""
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    with (part / _ROWS).open("w", encoding="utf-8") as file:
        file.writelines(
            json.dumps(_written(row), ensure_ascii=False) + "\n" for row in snapshot.rows
        )
    np.save(part / _VECTORS, snapshot.vectors)
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)


def load_snapshot(folder: Path) -> Snapshot:
    """The snapshot in the folder.

    Raises:
        FileNotFoundError: there is none.
        ValueError: it is damaged.
    """
    with (folder / _ROWS).open(encoding="utf-8") as file:
        rows = tuple(_row(json.loads(line)) for line in file)
    vectors = np.load(folder / _VECTORS)
    if len(vectors) != len(rows):
        raise ValueError(f"{folder} is damaged.")
    return Snapshot(rows, vectors)


def in_order(rows: Iterable[Row]) -> list[Row]:
    """The rows by source and place, so that equal scores always come out in the same order."""
    return sorted(rows, key=place_of)


def place_of(row: Row) -> tuple[str, int, str]:
    """Where the row stands among all."""
    return row.passage.source, row.place, row.passage.id


_PASSAGE = tuple(field.name for field in fields(Passage))
_values = attrgetter(*_PASSAGE)


def told(passage: Passage) -> dict[str, Any]:
    """The passage as it is written in JSON."""
    # Not `asdict`, which copies everything twice over.
    return dict(zip(_PASSAGE, _values(passage), strict=True))


def as_told(said: dict[str, Any]) -> Passage:
    """The passage that was written so."""
    lists = {"heading": tuple(said["heading"]), "also": tuple(said.get("also", ()))}
    return Passage(**{**said, **lists})


def _written(row: Row) -> dict[str, Any]:
    return {"passage": told(row.passage), "place": row.place, "words": row.words}


def _row(value: dict[str, Any]) -> Row:
    return Row(as_told(value["passage"]), value["place"], value["words"])
