"""What one build changes in an index, handed to the process that writes it."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.handed import Handed, read_handed, write_handed
from knowledge.manifest import known_numbers
from knowledge.snapshot import Snapshot

# Up to here an index is searched in memory (8 MB a thousand passages), beyond in the database,
# which costs 200 MB from the start.
SMALL_INDEX = 20_000
_ORDER, _NEW = "order.json", "new"


@dataclass(frozen=True, slots=True)
class Change:
    """New rows for the `stale` sources, which lose all others, on top of table version `base`.

    `base` None: the new rows are the whole index. `version` is that of the knowledge afterwards.
    `store` is where the database lies, such as s3://…; empty: beside the index. An index of up to
    `small` passages has a copy to be searched in memory.
    """

    version: int
    base: int | None
    stale: tuple[str, ...]
    snapshot: Snapshot
    store: str = ""
    small: int = SMALL_INDEX


@dataclass(frozen=True, slots=True)
class Order:
    """A change as the process that writes it finds it: `count` new rows, to be read in parts."""

    version: int
    base: int | None
    stale: tuple[str, ...]
    store: str
    small: int
    count: int
    folder: Path

    def rows(self) -> Iterator[Handed]:
        """The new rows; one part at least."""
        return read_handed(self.folder / _NEW)


def save_change(change: Change, folder: Path) -> None:
    """Write the change for another process to read."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    write_handed(change.snapshot, folder / _NEW)
    order = {
        "version": change.version,
        "base": change.base,
        "stale": change.stale,
        "store": change.store,
        "small": change.small,
        "count": len(change.snapshot.rows),
    }
    (folder / _ORDER).write_text(json.dumps(order), "utf-8")


def load_order(folder: Path) -> Order:
    """The change that was written to the folder."""
    said = json.loads((folder / _ORDER).read_text("utf-8"))
    return Order(**{**said, "stale": tuple(said["stale"])}, folder=folder)


def snapshot_folder(folder: Path, version: int) -> Path:
    """Where the readers of a small index find this version."""
    return folder / f"v{version}"


def snapshot_folders(folder: Path) -> Iterator[Path]:
    """The copies of all versions that are still there."""
    return (path for path in folder.glob("v*") if path.name[1:].isdecimal())


def last_version(folder: Path) -> int:
    """The last version there was, should its manifest be lost: versions never go back."""
    copies = (int(path.name[1:]) for path in snapshot_folders(folder))
    return max((*copies, *known_numbers(folder)), default=0)
