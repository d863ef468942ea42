"""What files hashed to when they were last looked at, so that only changed ones are read again."""

import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from pydantic_core import from_json

_FILE = "digests.json"
# A file may be written twice within one tick of the file system's clock: what is so young is
# read again next time.
_YOUNG_NS = 2_000_000_000

State = tuple[int, int, int, int]


@dataclass
class Digests:
    """By source the file's state (times, size, number on the disk) and its digest."""

    known: dict[str, tuple[State, str]] = field(default_factory=dict)
    seen: dict[str, tuple[State, str]] = field(default_factory=dict)

    def of(self, source: str, state: State | None) -> str | None:
        """The digest, if the file is as it was when it was hashed."""
        known = self.known.get(source)
        if known is None or known[0] != state:
            return None
        self.seen[source] = known
        return known[1]

    def note(self, source: str, before: State | None, digest: str) -> None:
        """Remember what a file hashed to that was in that state before it was read."""
        if before is not None and time.time_ns() - max(before[:2]) > _YOUNG_NS:
            self.seen[source] = before, digest


def read_digests(folder: Path) -> Digests:
    """What was remembered beside the index in the folder; nothing if that was lost."""
    try:
        kept = from_json((folder / _FILE).read_bytes())
        return Digests({s: ((a, b, c, d), digest) for s, (a, b, c, d, digest) in kept.items()})
    except (OSError, ValueError, TypeError, AttributeError):
        return Digests()


def write_digests(digests: Digests, folder: Path) -> None:
    """Remember what was seen, if it is something else than before."""
    if digests.seen == digests.known:
        return
    part = folder / f"{_FILE}.part"
    kept = {source: (*state, digest) for source, (state, digest) in digests.seen.items()}
    part.write_text(json.dumps(kept), "utf-8")
    part.replace(folder / _FILE)


def file_state(entry: "os.DirEntry[str]") -> State | None:
    """Another one when the file was written or exchanged; None if it is gone."""
    try:
        stat = entry.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino
