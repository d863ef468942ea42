"""Has a change carried out by a child process, which takes the database's memory with it."""

import asyncio
import json
import sys
from pathlib import Path

from knowledge.errors import KnowledgeError

_PROJECT = Path(__file__).resolve().parent.parent


async def shelve_in_child(folder: Path, change_folder: Path) -> int:
    """As `knowledge.table.shelve`, in a process of its own.

    Raises:
        KnowledgeError: the database could not be written; the index is as it was.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "knowledge.table",
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
        reason = (complaint.decode(errors="replace").strip().splitlines() or ["it was killed"])[-1]
        raise KnowledgeError(
            f"The knowledge index in {folder} cannot be written: {reason[:300]}. Check the disk; "
            "the folder may be deleted, it is built again from the brand's files."
        )
    return int(json.loads(output))


def _absolute(*folders: Path) -> list[str]:
    """The child runs elsewhere."""
    return [str(folder.resolve()) for folder in folders]
