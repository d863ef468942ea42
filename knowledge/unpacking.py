"""Archives of knowledge: unpacked with an eye on what they claim and what comes out."""

import shutil
import zipfile
from pathlib import Path, PurePosixPath

from knowledge.errors import KnowledgeError

MOST_FILES = 5000
MOST_BYTES = 1024**3


def unpack(archive: Path, folder: Path) -> None:
    """Put a .zip archive's files into a new folder.

    Raises:
        KnowledgeError: it is broken, locked, too large, or names places outside the folder.
    """
    try:
        folder.mkdir()
        with zipfile.ZipFile(archive) as package:
            _check(archive, package.infolist())
            for part in package.infolist():
                _take_out(package, part, folder)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise KnowledgeError(
            f"{archive.name} cannot be unpacked ({error}). Pack it again without a password."
        ) from error


def _check(archive: Path, parts: list[zipfile.ZipInfo]) -> None:
    files = [part for part in parts if not part.is_dir()]
    size = sum(part.file_size for part in files)
    if len(files) > MOST_FILES or size > MOST_BYTES:
        raise KnowledgeError(
            f"{archive.name} holds {len(files)} files of {size // 1024**2} MB; at most "
            f"{MOST_FILES} files of {MOST_BYTES // 1024**2} MB are unpacked. Split it."
        )
    for part in files:
        place = PurePosixPath(part.filename.replace("\\", "/"))
        if place.is_absolute() or ".." in place.parts or ":" in place.parts[0]:
            raise KnowledgeError(f"{archive.name} names a place outside itself: {part.filename!r}.")


def _take_out(package: zipfile.ZipFile, part: zipfile.ZipInfo, folder: Path) -> None:
    if part.is_dir():
        return
    target = folder / PurePosixPath(_name(part).replace("\\", "/"))
    target.parent.mkdir(parents=True, exist_ok=True)
    # The library ends with an error where more comes out than the archive claims.
    with package.open(part) as packed, target.open("wb") as file:
        shutil.copyfileobj(packed, file)


def _name(part: zipfile.ZipInfo) -> str:
    """Old archives from Chinese Windows have names in GB 18030 and do not say so."""
    if part.flag_bits & 0x800 or part.filename.isascii():
        return part.filename
    try:
        return part.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return part.filename
