"""Rows handed to the process that writes the database: by column, as the database keeps them.

Some thousand rows at a time, so that neither side needs the text of a million of them at once. No
side makes an object of a text for it: they lie one after the other, with the places of their ends.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from pydantic_core import to_json

from knowledge.filters import language_of
from knowledge.neighbours import leaning
from knowledge.passages import Passage
from knowledge.snapshot import Row, Snapshot, told

_COLUMNS, _VECTORS, _LEANING = "columns.npy", "vectors.npy", "leaning.npy"
_TEXTS = ("id", "source", "kind", "language", "passage", "words")
_BATCH = 4_000


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts in UTF-8, one after the other; `ends` has where each ends, behind a 0."""

    written: NDArray[np.uint8]
    ends: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Handed:
    """Some rows: texts by name, places, vectors as they are, and leaning (see neighbours)."""

    texts: dict[str, Texts]
    places: NDArray[np.int64]
    vectors: NDArray[np.float32]
    leaning: NDArray[np.float32]


def handed(snapshot: Snapshot) -> Handed:
    """These rows by column."""
    rows = snapshot.rows
    return Handed(_texts(rows), _places(rows), snapshot.vectors, _leaning(snapshot))


def write_handed(snapshot: Snapshot, folder: Path) -> None:
    """Write the rows for another process."""
    folder.mkdir(parents=True)
    rows, leant = snapshot.rows, _leaning(snapshot)
    np.save(folder / _VECTORS, snapshot.vectors)
    if leant is not snapshot.vectors:
        np.save(folder / _LEANING, leant)
    with (folder / _COLUMNS).open("wb") as file:
        for start in range(0, max(1, len(rows)), _BATCH):
            some = rows[start : start + _BATCH]
            np.save(file, _places(some))
            for texts in _texts(some).values():
                np.save(file, texts.ends)
                np.save(file, texts.written)


def read_handed(folder: Path) -> Iterator[Handed]:
    """The rows that were written, in parts; one part at least."""
    vectors = leant = np.load(folder / _VECTORS, mmap_mode="r")
    if (folder / _LEANING).exists():
        leant = np.load(folder / _LEANING, mmap_mode="r")
    start, size = 0, (folder / _COLUMNS).stat().st_size
    with (folder / _COLUMNS).open("rb") as file:
        while file.tell() < size:
            places = np.load(file)
            texts = {name: _read_texts(file) for name in _TEXTS}
            end = start + len(places)
            yield Handed(texts, places, vectors[start:end], leant[start:end])
            start = end


def _read_texts(file: BinaryIO) -> Texts:
    ends = np.load(file)
    return Texts(np.load(file), ends)


def _texts(rows: Sequence[Row]) -> dict[str, Texts]:
    passages = [row.passage for row in rows]
    # In the order of `_TEXTS`.
    return {
        "id": _joined(passage.id.encode() for passage in passages),
        "source": _joined(passage.source.encode() for passage in passages),
        "kind": _joined(passage.kind.encode() for passage in passages),
        "language": _joined(language_of(passage.text).encode() for passage in passages),
        "passage": _joined(map(_written, passages)),
        "words": _joined(row.words.encode() for row in rows),
    }


def _written(passage: Passage) -> bytes:
    return to_json(told(passage))


def _joined(texts: Iterable[bytes]) -> Texts:
    parts = list(texts)
    ends = np.zeros(len(parts) + 1, dtype=np.int32)
    np.cumsum([len(part) for part in parts], out=ends[1:], dtype=np.int32)
    return Texts(np.frombuffer(b"".join(parts), dtype=np.uint8), ends)


def _places(rows: Sequence[Row]) -> NDArray[np.int64]:
    return np.fromiter((row.place for row in rows), dtype=np.int64, count=len(rows))


def _leaning(snapshot: Snapshot) -> NDArray[np.float32]:
    return leaning(snapshot.vectors, [row.passage for row in snapshot.rows])
