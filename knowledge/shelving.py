"""Has a change carried out by a child process, which takes the database's memory with it.

A small one is carried out here where the database is in use anyway: the child takes two seconds to
start.
"""

import asyncio
import json
import sys
from pathlib import Path

from knowledge.errors import KnowledgeError

_DATABASE = "knowledge.table"
_PROJECT = Path(__file__).resolve().parent.parent


async def shelve_nearby(folder: Path, change_folder: Path) -> int:
    """As `knowledge.table.shelve`, here or in a process of its own.

    Raises:
        KnowledgeError: the database could not be written; the index is as it was.
    """
    if _DATABASE in sys.modules:
        from knowledge.table import shelve_few  # noqa: PLC0415 - only where it is there already

        try:
            version = await shelve_few(folder, change_folder)
        except (OSError, RuntimeError, ValueError) as error:
            raise _unwritten(folder, str(error)) from error
        if version is not None:
            return version
    return await shelve_in_child(folder, change_folder)


async def shelve_in_child(folder: Path, change_folder: Path) -> int:
    """As `knowledge.table.shelve`, in a process of its own.

    Raises:
        KnowledgeError: the database could not be written; the index is as it was.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        _DATABASE,
        *_absolute(folder, change_folder),
        cwd=_PROJECT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        output, complaint = await child.communicate()
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode:
        raise _unwritten(folder, complaint.decode(errors="replace"))
    return int(json.loads(output))


def _unwritten(folder: Path, complaint: str) -> KnowledgeError:
    reason = (complaint.strip().splitlines() or ["it was killed"])[-1]
    return KnowledgeError(
        f"The knowledge index in {folder} cannot be written: {reason[:300]}. Check the disk; "
        "the folder may be deleted, it is built again from the brand's files."
    )


def _absolute(*folders: Path) -> list[str]:
    """The child runs elsewhere."""
    return [str(folder.resolve()) for folder in folders]
