"""Looking after a brand's knowledge: adding to it, and what it is made of."""

import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from knowledge.brand import Brand
from knowledge.collect import READABLE, collect
from knowledge.errors import KnowledgeError
from knowledge.manifest import read_manifest
from knowledge.office import Office
from knowledge.sources import FOLDER, SourceFile, content_of, visible_files
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


async def add(brand: Brand, source: Path, folder: Path) -> tuple[str, ...]:
    """Copy a file, or the readable files of a folder or .zip archive, into the brand's knowledge;
    gives their names.

    A file that is there under the same name is replaced. Every file is read first: if one cannot
    be, nothing is copied. `folder` is that of the index, which has to be built afterwards.

    Raises:
        KnowledgeError: there is nothing to add, or a file cannot be read.
    """
    if _is_archive(source):
        with tempfile.TemporaryDirectory() as unpacked:
            inside = Path(unpacked) / source.stem
            unpack(source, inside)
            return await add(brand, inside, folder)
    files = _readable(source)
    if not files:
        kinds = " ".join(sorted({*READABLE, ".zip"}))
        raise KnowledgeError(f"There is nothing to add at {source}; these are read: {kinds}.")
    collected = await collect(files, Office(folder / "converted"), lambda _: None)
    if collected.unreadable:
        raise KnowledgeError(" ".join(collected.unreadable.values()))
    names = []
    for file in files:
        target = brand.folder / FOLDER / file.source
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.part")
        shutil.copyfile(file.path, part)
        part.replace(target)
        names.append(f"{FOLDER}/{file.source}")
    return tuple(names)


def _is_archive(source: Path) -> bool:
    return source.suffix.lower() == ".zip" and source.is_file()


def _readable(source: Path) -> list[SourceFile]:
    if source.is_dir():
        found = [p for p in visible_files(source) if p.suffix.lower() in READABLE]
        named = {
            path: f"{source.resolve().name}/{path.relative_to(source).as_posix()}" for path in found
        }
    elif source.is_file() and source.suffix.lower() in READABLE:
        named = {source: source.name}
    else:
        named = {}
    return [
        SourceFile(name, path, hashlib.sha256(content_of(path, name)).hexdigest())
        for path, name in named.items()
    ]
