"""What an index was made of: read first, written last."""

import asyncio
import contextlib
import fcntl
import hashlib
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from pydantic import BaseModel, ConfigDict, ValidationError

_MANIFEST, _VERSIONS = "manifest.json", "versions"
_SECONDS_BETWEEN_TRIES = 0.1
_HEAD_BYTES = 64
_VERSION = re.compile(rb'\{\s*"version":\s*(\d+),')


class Manifest(BaseModel):
    """One version of an index. Writing it is what makes a build count.

    `version` grows by one with every build that changed something. `table_version` is the
    database's own count. `recipe` stands for everything but the sources that shapes passages.
    `store` is where the database lies, empty: beside the index.
    `held`: an operator went back to this version; files are not taken up until he says so.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    table_version: int
    embedder: str
    recipe: str
    digests: dict[str, str]
    counts: dict[str, int]
    held: bool = False
    store: str = ""

    @property
    def passages(self) -> int:
        """How many passages there are."""
        return sum(self.counts.values())


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest, or None where there is none that this release can read."""
    try:
        return Manifest.model_validate_json((folder / _MANIFEST).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def read_version(folder: Path) -> int | None:
    """The manifest's version alone: asked for at every look, while it may name 50,000 files."""
    try:
        with (folder / _MANIFEST).open("rb") as file:
            found = _VERSION.match(file.read(_HEAD_BYTES))
    except FileNotFoundError:
        return None
    return int(found[1]) if found else None


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Make this the version that readers open from now on, and keep it for going back to."""
    (folder / _VERSIONS).mkdir(exist_ok=True)
    kept = manifest.model_copy(update={"held": False})
    text = _written(kept)
    _write(text, folder / _VERSIONS / f"{manifest.version}.json")
    _write(_written(manifest) if manifest.held else text, folder / _MANIFEST)


def known_versions(folder: Path) -> tuple[Manifest, ...]:
    """The versions that can be gone back to, oldest first."""
    found = []
    for number in known_numbers(folder):
        with contextlib.suppress(FileNotFoundError, ValidationError):
            path = folder / _VERSIONS / f"{number}.json"
            found.append(Manifest.model_validate_json(path.read_bytes()))
    return tuple(found)


def known_numbers(folder: Path) -> list[int]:
    """Their numbers alone, oldest first."""
    found = (folder / _VERSIONS).glob("*.json")
    return sorted(int(path.stem) for path in found if path.stem.isdecimal())


def forget_version(folder: Path, version: int) -> None:
    """It cannot be gone back to any more."""
    (folder / _VERSIONS / f"{version}.json").unlink(missing_ok=True)


def _written(manifest: Manifest) -> bytes:
    return manifest.model_dump_json(indent=1).encode()


def _write(text: bytes, path: Path) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(text)
    part.replace(path)


def recipe(parts: Iterable[str]) -> str:
    """A short stand-in for all of the parts."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


@asynccontextmanager
async def alone(folder: Path, activity: str) -> AsyncIterator[None]:
    """Nobody else does the same in this folder meanwhile; waits until it is our turn.

    The operating system gives the lock back when a process dies, whatever it died of.
    """
    with _lock_file(folder, activity) as file:
        # Another process cannot set an event of ours.
        while not _locked(file.fileno()):  # noqa: ASYNC110
            await asyncio.sleep(_SECONDS_BETWEEN_TRIES)
        yield


def _lock_file(folder: Path, activity: str) -> IO[bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    return (folder / f"{activity}.lock").open("wb")


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
