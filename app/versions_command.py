"""`knowledge versions|rollback`: the versions that are kept, and going back to one."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from knowledge.errors import KnowledgeError
from knowledge.manifest import Manifest, known_versions, read_manifest
from knowledge.opening import open_rankings
from knowledge.versions import roll_back


async def look_back(args: Namespace, folder: Path) -> None:
    """List versions, or go back to one."""
    if args.action == "versions":
        _print_versions(folder)
    else:
        await _go_back(folder, args.subject or "")


def _print_versions(folder: Path) -> None:
    """One line for each version that can be gone back to, newest first.

    Raises:
        KnowledgeError: there is no index yet.
    """
    current = read_manifest(folder)
    if current is None:
        raise KnowledgeError(f"There is no knowledge index in {folder}; build it first.")
    for manifest in reversed(known_versions(folder)):
        mark = "  answered from" if manifest.version == current.version else ""
        held = ", until the next `knowledge build`" if mark and current.held else ""
        made_of = f"{manifest.passages} passages, {len(manifest.digests)} sources"
        print(f"version {manifest.version}: {made_of}{mark}{held}")


async def _go_back(folder: Path, version: str) -> None:
    """Answer from this version; says how long.

    Raises:
        KnowledgeError: it is no number of a version that is kept, or that one cannot be read.
    """
    if not version.isdecimal():
        raise KnowledgeError(f"{version!r} is no version; `knowledge versions` lists them.")
    known = known_versions(folder)
    for kept in known:
        if kept.version == int(version):
            await _check(folder, kept, [other.version for other in known if other != kept])
    manifest = await roll_back(folder, int(version))
    print(
        f"version {manifest.version} is answered from now on, also by a running service. Changed "
        "files are not taken up until `digital-human knowledge build`."
    )


async def _check(folder: Path, kept: Manifest, others: Sequence[int]) -> None:
    """Raise what is wrong with a version: what cannot be read is not to be answered from."""
    try:
        await open_rankings(folder, kept)
    except KnowledgeError:
        raise  # it says already what to do
    except (FileNotFoundError, ValueError) as error:
        told = ", ".join(map(str, others)) or "none"
        raise KnowledgeError(
            f"Version {kept.version} of the knowledge index in {folder} is not whole any more; "
            f"nothing was changed. Others are: {told}."
        ) from error
