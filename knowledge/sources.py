"""Which files a brand's knowledge is made of."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from knowledge.digests import Digests, file_state
from knowledge.errors import KnowledgeError

PLAIN = frozenset({".md", ".markdown", ".txt", ".csv", ".json", ".jsonl"})
FOLDER = "knowledge"
RECORDS = f"{FOLDER}/records.jsonl"  # what an editor accepted, see knowledge/review.py
_HIDDEN = (".", "~$")
_LARGEST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file: its name as cited (`knowledge/returns.md`), where it is, and its content's hash."""

    source: str
    place: str
    digest: str

    @property
    def path(self) -> Path:
        """Made when it is asked for: of 50,000 files hardly one is."""
        return Path(self.place)


@dataclass(frozen=True, slots=True)
class Listing:
    """The files that are read, and those that are passed over because of their kind.

    `unreadable` says of files that cannot be taken why not, in a sentence.
    """

    files: tuple[SourceFile, ...]
    skipped: tuple[str, ...]
    unreadable: Mapping[str, str]


def list_sources(
    brand_folder: Path, suffixes: frozenset[str], digests: Digests | None = None
) -> Listing:
    """All files beneath the brand's `knowledge` folder, in order of their names.

    A file that cannot be opened, is too large or lies outside the folder is unreadable. One whose
    digest is known by its times and size is not read.
    """
    root, home = brand_folder / FOLDER, brand_folder.resolve()
    digests = Digests() if digests is None else digests
    files, skipped = [], []
    unreadable: dict[str, str] = {}
    inside = root.resolve().is_relative_to(home)
    for name, entry in visible_entries(root):
        source = f"{FOLDER}/{name}"
        if entry.is_symlink() and not _is_file(entry):
            unreadable[source] = (
                f"{source} is a link to a folder, or to nothing; put a copy there, or take it out."
            )
            continue
        if os.path.splitext(name)[1].lower() not in suffixes:  # noqa: PTH122 - no Path for each
            skipped.append(source)
            continue
        # Only a link leads elsewhere; following every path would take most of the time.
        if not (Path(entry.path).resolve().is_relative_to(home) if entry.is_symlink() else inside):
            unreadable[source] = f"{source} points outside the brand folder; put a copy there."
            continue
        try:
            files.append(SourceFile(source, entry.path, _digest(entry, source, digests)))
        except KnowledgeError as error:
            unreadable[source] = str(error)
    return Listing(tuple(files), tuple(skipped), unreadable)


def _digest(entry: "os.DirEntry[str]", source: str, digests: Digests) -> str:
    before = file_state(entry)
    known = digests.of(source, before)
    if known is None:
        known = digest_of(content_of(Path(entry.path), source))
        digests.note(source, before, known)
    return known


def digest_of(content: bytes) -> str:
    """SHA-256, in hex."""
    return hashlib.sha256(content).hexdigest()


def visible_files(root: Path) -> Iterator[Path]:
    """Files and links at any depth, except hidden ones and the locks that office programs leave."""
    return (Path(entry.path) for _, entry in visible_entries(root))


def visible_entries(root: Path, before: str = "") -> Iterator[tuple[str, "os.DirEntry[str]"]]:
    """The same by their names within the folder, in order; there may be 50,000, so that each is
    asked of the system as seldom as can be."""
    try:
        with os.scandir(root) as found:
            entries = [entry for entry in found if not entry.name.startswith(_HIDDEN)]
    except OSError:
        return  # a folder that is not there, or may not be read
    for entry in sorted(entries, key=attrgetter("name")):
        if entry.is_dir(follow_symlinks=False):
            yield from visible_entries(Path(entry.path), f"{before}{entry.name}/")
        elif entry.is_symlink() or _is_file(entry):
            yield f"{before}{entry.name}", entry


def _is_file(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False  # a link that leads round in a circle


def unchanged_content(file: SourceFile) -> bytes:
    """The file's bytes, if they are still those that were listed.

    Raises:
        KnowledgeError: they are not, or cannot be had.
    """
    content = content_of(file.path, file.source)
    if digest_of(content) != file.digest:
        raise KnowledgeError(
            f"{file.source} was changed while it was read; it is taken up at the next build."
        )
    return content


def content_of(path: Path, source: str) -> bytes:
    """The file's bytes.

    Raises:
        KnowledgeError: it cannot be opened or is too large.
    """
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            megabytes = _LARGEST_BYTES // 1024 // 1024
            raise KnowledgeError(f"{source} is larger than {megabytes} MB; split it.")
        return path.read_bytes()
    except OSError as error:
        raise KnowledgeError(
            f"{source} cannot be opened ({error.strerror}); check that it may be read."
        ) from error
