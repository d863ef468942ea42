"""Making a small index live at once: its copy is written here, the database afterwards.

Starting the process that writes the database takes a second or two, and nobody should wait for
that to be answered from a file that has just been changed.
"""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from knowledge.change import Change, save_change, snapshot_folder
from knowledge.manifest import Manifest, alone, read_manifest, write_manifest
from knowledge.snapshot import Snapshot, load_snapshot, place_of, save_snapshot

# The version of a table that was not written yet: the copy is all there is.
BEHIND = 0
_CHANGE = "change"


def whole(folder: Path, before: Manifest | None, change: Change) -> Snapshot | None:
    """All rows after the change, if those that stay can be had without the database."""
    if before is None:
        return joined(Snapshot((), change.snapshot.vectors[:0]), change)
    try:
        kept = load_snapshot(snapshot_folder(folder, before.version))
    except (FileNotFoundError, ValueError):
        return None
    return joined(kept, change)


def joined(kept: Snapshot, change: Change) -> Snapshot:
    """The rows that stay and the new ones, in order."""
    stay = [i for i, row in enumerate(kept.rows) if row.passage.source not in change.stale]
    rows = (*(kept.rows[i] for i in stay), *change.snapshot.rows)
    parts = [kept.vectors[stay], change.snapshot.vectors]
    vectors = np.concatenate([part for part in parts if len(part)] or [change.snapshot.vectors])
    order = sorted(range(len(rows)), key=lambda i: place_of(rows[i]))
    return Snapshot(tuple(rows[i] for i in order), vectors[order] if rows else vectors)


async def publish(
    folder: Path,
    before: Manifest | None,
    change: Change,
    shelve: Callable[[Path, Path], Awaitable[int]],
) -> int:
    """Write the change where readers will look for it; gives the table's version."""
    everything = whole(folder, before, change)
    if everything is not None and len(everything.rows) <= change.small:
        save_snapshot(everything, snapshot_folder(folder, change.version))
        return BEHIND
    if everything is not None and (before is None or before.table_version == BEHIND):
        change = replace(change, base=None, stale=(), snapshot=everything)
    await asyncio.to_thread(save_change, change, folder / _CHANGE)
    return await shelve(folder, folder / _CHANGE)


async def record(folder: Path, shelve: Callable[[Path, Path], Awaitable[int]], small: int) -> None:
    """Bring the database up to what is live, if it is behind.

    Raises:
        KnowledgeError: it cannot be written; what is live stays so.
    """
    async with alone(folder, "building"):
        manifest = read_manifest(folder)
        if manifest is None or manifest.table_version != BEHIND:
            return
        live = load_snapshot(snapshot_folder(folder, manifest.version))
        change = Change(manifest.version, None, (), live, manifest.store, small)
        save_change(change, folder / _CHANGE)
        version = await shelve(folder, folder / _CHANGE)
        write_manifest(manifest.model_copy(update={"table_version": version}), folder)
        shutil.rmtree(folder / _CHANGE, ignore_errors=True)
