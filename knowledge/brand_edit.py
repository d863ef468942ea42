"""Changing a brand folder: whole files, one editor at a time, checked before they count."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from knowledge.errors import KnowledgeError
from knowledge.manifest import alone

_ACTIVITY = ".editing"


@asynccontextmanager
async def editing(folder: Path) -> AsyncIterator[None]:
    """Nobody else edits this brand folder meanwhile, in whatever process."""
    async with alone(folder, _ACTIVITY):
        yield


async def add_line(folder: Path, name: str, line: str, check: Callable[[Path], object]) -> None:
    """Append a line to a file of lines, such as `examples.jsonl` or `cases/corrections.jsonl`.

    `check` gets a folder with copies of the file and of its siblings, the line in it; what it
    raises is raised here, and the file stays as it was.
    """
    async with editing(folder):
        path = folder / name
        before = path.read_text("utf-8") if path.exists() else ""
        between = "" if not before or before.endswith("\n") else "\n"
        text = f"{before}{between}{line}\n"
        with tempfile.TemporaryDirectory(prefix="digital-human-edit-") as scratch:
            _copy_siblings(path, Path(scratch) / name)
            (Path(scratch) / name).write_text(text, "utf-8")
            check(Path(scratch))
        write_whole(path, text)


def _copy_siblings(path: Path, copy: Path) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True)
    for sibling in sorted(path.parent.glob(f"*{path.suffix}")):
        if sibling.is_file():
            shutil.copyfile(sibling, copy.parent / sibling.name)


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file that is there complete, or as it was before; also if the power fails.

    Raises:
        KnowledgeError: it cannot be written, as on a full disk; it is as it was.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)  # it takes the room that is missing
        raise KnowledgeError(
            f"{path.name} cannot be written ({error.strerror}) and is as it was. Check the disk "
            "and whether the folder may be written to."
        ) from error
