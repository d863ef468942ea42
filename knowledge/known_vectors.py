"""Vectors that passages have already: what did not change is not embedded again."""

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.change import snapshot_folder
from knowledge.manifest import Manifest
from knowledge.passages import Passage
from knowledge.snapshot import load_snapshot

Vectors = dict[str, NDArray[np.float32]]
# Of so many sources at a time the database is asked, so that the question stays a short one.
_SOURCES = 200


async def known_vectors(
    folder: Path, before: Manifest | None, passages: Sequence[Passage], small: int
) -> Vectors:
    """By id the vectors of those passages that the index had before, if they can still be had.

    `before` has vectors by the same embedder, or is None; one of up to `small` has a copy.
    """
    if before is None:
        return {}
    if before.passages > small:
        return await _of_table(folder, before, passages)
    try:
        copy = load_snapshot(snapshot_folder(folder, before.version))
    except (FileNotFoundError, ValueError):
        return {}
    return {row.passage.id: copy.vectors[i] for i, row in enumerate(copy.rows)}


async def _of_table(folder: Path, before: Manifest, passages: Sequence[Passage]) -> Vectors:
    # Imported here: it costs 150 MB that a small index need not pay.
    from knowledge.table import vectors_in  # noqa: PLC0415

    wanted = {passage.id for passage in passages}
    known: Vectors = {}
    for sources in _some(sorted({passage.source for passage in passages} & before.counts.keys())):
        try:
            there = await vectors_in(folder, before, sources)
        except (OSError, RuntimeError, ValueError):
            return known  # a lost database is written anew, which must not fail for want of it
        known |= {key: vector for key, vector in there.items() if key in wanted}
    return known


def _some(sources: Sequence[str]) -> Iterator[tuple[str, ...]]:
    coming = iter(sources)
    while batch := tuple(itertools.islice(coming, _SOURCES)):
        yield batch
