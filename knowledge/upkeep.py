"""Looking after a brand's knowledge: adding to it, and what it is made of."""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from knowledge.brand import Brand
from knowledge.brand_edit import write_whole
from knowledge.collect import READABLE, collect
from knowledge.errors import KnowledgeError
from knowledge.gathering import Gathered
from knowledge.manifest import read_manifest
from knowledge.office import Office
from knowledge.origins import Origin, licensed, read_origins, write_origins
from knowledge.sources import (
    FOLDER,
    SourceFile,
    content_of,
    digest_of,
    unchanged_content,
    visible_files,
)
from knowledge.unpacking import unpack


@dataclass(frozen=True, slots=True)
class Stats:
    """An index as it stands: passages by source, and what they were embedded with."""

    version: int
    embedder: str
    passages: int
    by_source: tuple[tuple[str, int], ...]


def stats(folder: Path) -> Stats:
    """What the index in the folder holds.

    Raises:
        KnowledgeError: it was not built yet.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise KnowledgeError(f"There is no knowledge index in {folder}; build it first.")
    by_source = tuple((source, manifest.counts.get(source, 0)) for source in manifest.digests)
    return Stats(manifest.version, manifest.embedder, manifest.passages, tuple(sorted(by_source)))


@dataclass(frozen=True, slots=True)
class Noted:
    """What is kept with each file that is added, besides where it came from."""

    licence: str
    at: datetime


async def add(brand: Brand, source: Path, folder: Path, noted: Noted, origin: str = "") -> Gathered:
    """Copy a file, or the readable files of a folder or .zip archive, into the brand's knowledge.

    A file that is there under the same name is replaced, unless it is the same. One that cannot be
    read is not copied, and stops no other. `folder` is that of the index, which has to be built
    afterwards; `origin` is where the source came from, if not from where it is.

    Raises:
        KnowledgeError: there is nothing to add.
    """
    if _is_archive(source):
        with tempfile.TemporaryDirectory() as unpacked:
            inside = Path(unpacked) / source.stem
            unpack(source, inside)
            return await add(brand, inside, folder, noted, str(source))
    gathered = Gathered()
    files = _readable(source, gathered)
    if not files and not gathered.refused:
        kinds = " ".join(sorted({*READABLE, ".zip"}))
        raise KnowledgeError(f"There is nothing to add at {source}; these are read: {kinds}.")
    origins = read_origins(brand.folder)
    fresh = [file for file in files if not _is_there(brand, file, origins, gathered)]
    for name in gathered.same:
        origins[name] = licensed(origins[name], noted.licence)
    collected = await collect(fresh, Office(folder / "converted"), lambda _: None)
    gathered.refused += collected.unreadable.values()
    fit = [file for file in fresh if file.source not in collected.unreadable]
    try:
        for file in fit:
            inside_of = file.source.partition("/")[2]
            if name := _copied(brand, file, gathered):
                before = origins[name].licence if name in origins else ""
                origins[name] = Origin(
                    origin=f"{origin or source}{'/' if inside_of else ''}{inside_of}",
                    fetched_at=noted.at,
                    digest=file.digest,
                    licence=noted.licence or before,
                )
    finally:
        write_origins(brand.folder, origins)
    return gathered


def _is_there(
    brand: Brand, file: SourceFile, origins: dict[str, Origin], gathered: Gathered
) -> bool:
    """Whether the brand has this very file already, and it is on record."""
    name = f"{FOLDER}/{file.source}"
    target = brand.folder / name
    there = target.is_file() and digest_of(target.read_bytes()) == file.digest
    if there and name in origins:
        gathered.same.append(name)
        return True
    return False


def _copied(brand: Brand, file: SourceFile, gathered: Gathered) -> str:
    """Its name in the brand, where it is whole; empty if it was changed since it was read."""
    name = f"{FOLDER}/{file.source}"
    target = brand.folder / name
    is_new = not target.exists()
    try:
        content = unchanged_content(file)
    except KnowledgeError as error:
        gathered.refused.append(str(error))
        return ""
    write_whole(target, content)
    (gathered.added if is_new else gathered.changed).append(name)
    return name


def _is_archive(source: Path) -> bool:
    return source.suffix.lower() == ".zip" and source.is_file()


def _readable(source: Path, gathered: Gathered) -> list[SourceFile]:
    """The files of a kind that is read; what cannot be opened is refused."""
    if source.is_dir():
        every = list(visible_files(source))
        found = [path for path in every if path.suffix.lower() in READABLE]
        others = (path for path in every if path.suffix.lower() not in READABLE)
        gathered.passed += (path.relative_to(source).as_posix() for path in others)
        named = {
            path: f"{source.resolve().name}/{path.relative_to(source).as_posix()}" for path in found
        }
    elif source.is_file() and source.suffix.lower() in READABLE:
        named = {source: source.name}
    else:
        named = {}
    files = []
    for path, name in named.items():
        try:
            files.append(SourceFile(name, str(path), digest_of(content_of(path, name))))
        except KnowledgeError as error:
            gathered.refused.append(str(error))
    return files
