"""The versions of an index that are kept: looked at, gone back to, tidied away."""

import shutil
from pathlib import Path

from knowledge.change import snapshot_folder, snapshot_folders
from knowledge.errors import KnowledgeError
from knowledge.manifest import (
    Manifest,
    alone,
    forget_version,
    known_numbers,
    known_versions,
    write_manifest,
)

KEPT = 5


async def roll_back(folder: Path, version: int) -> Manifest:
    """Make an earlier version the one that is answered from, until the next `knowledge build`.

    Raises:
        KnowledgeError: it is not kept; says which are.
    """
    async with alone(folder, "building"):
        kept = {manifest.version: manifest for manifest in known_versions(folder)}
        if version not in kept:
            numbers = ", ".join(map(str, sorted(kept))) or "none"
            raise KnowledgeError(f"Version {version} is not kept; these are: {numbers}.")
        held = kept[version].model_copy(update={"held": True})
        write_manifest(held, folder)
        return held


def tidy_versions(folder: Path, current: Manifest, count: int) -> None:
    """Keep the newest `count` versions and the current one; forget the rest."""
    known = known_numbers(folder)
    kept = {*known[-max(1, count) :], current.version}
    for number in known:
        if number not in kept:
            forget_version(folder, number)
    # One copy more stays for readers that are just opening it.
    kept.add(current.version - 1)
    for copy in snapshot_folders(folder):
        if int(copy.name[1:]) not in kept:
            shutil.rmtree(copy, ignore_errors=True)


def kept_numbers(folder: Path, current: Manifest) -> tuple[int, ...]:
    """The versions of which anything is to be kept."""
    return tuple(sorted({*known_numbers(folder), current.version, current.version - 1}))


def is_whole(folder: Path, manifest: Manifest, small: int) -> bool:
    """Whether what readers of this version need is there: of one of up to `small` its copy."""
    large = manifest.passages > small
    return large or snapshot_folder(folder, manifest.version).exists()
