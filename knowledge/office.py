"""Office files, PDF and HTML, converted by a child process and remembered by their content."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import KnowledgeError
from knowledge.sources import SourceFile

OFFICE = frozenset({".html", ".htm", ".docx", ".xlsx", ".pdf"})
CONVERSION = 1  # raise it when the same file would be converted differently
_PROJECT = Path(__file__).resolve().parent.parent
# One line holds a whole document.
_LINE_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class Office:
    """Converts files; results are kept in `cache`, one file for each content."""

    cache: Path
    seconds_per_file: float = 90.0

    async def texts(
        self, files: Sequence[SourceFile], on_file: Callable[[SourceFile], None]
    ) -> dict[str, str]:
        """Each file's text by its source.

        Raises:
            KnowledgeError: a file cannot be read; names it and says what to do.
        """
        missing = [file for file in files if not self._kept(file).exists()]
        self.cache.mkdir(parents=True, exist_ok=True)
        async with aclosing(self._converted(missing)) as conversions:
            async for file, text in conversions:
                _write_whole(self._kept(file), text)
                on_file(file)
        return {file.source: self._kept(file).read_text("utf-8") for file in files}

    def forget_all_but(self, files: Sequence[SourceFile]) -> None:
        """Drop what was kept for contents that no file has any more."""
        kept = {self._kept(file).name for file in files}
        for old in self.cache.glob("*.md"):
            if old.name not in kept:
                old.unlink(missing_ok=True)

    def _kept(self, file: SourceFile) -> Path:
        suffix = file.path.suffix.lower().removeprefix(".")
        return self.cache / f"{file.digest}-{suffix}-{CONVERSION}.md"

    async def _converted(
        self, files: Sequence[SourceFile]
    ) -> AsyncGenerator[tuple[SourceFile, str], None]:
        if not files:
            return
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "knowledge.convert",
            *(str(file.path.resolve()) for file in files),
            cwd=_PROJECT,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=_LINE_BYTES,
        )
        try:
            for file in files:
                yield file, await self._answer(child, file)
            await child.wait()
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()

    async def _answer(self, child: asyncio.subprocess.Process, file: SourceFile) -> str:
        if child.stdout is None:
            raise RuntimeError("the child was started without a pipe")
        try:
            async with asyncio.timeout(self.seconds_per_file):
                line = await child.stdout.readline()
        except TimeoutError:
            reason = f"reading it took more than {self.seconds_per_file:g} s"
        else:
            answer = json.loads(line) if line else {"error": "the converter crashed"}
            if "text" in answer:
                return str(answer["text"])
            reason = str(answer["error"])
        raise KnowledgeError(
            f"{file.source} cannot be read ({reason}). Open it, save it again as "
            f"{file.path.suffix} or as Markdown, or take it out of the folder."
        )


def _write_whole(path: Path, text: str) -> None:
    """The file is there complete, or not at all."""
    part = path.with_suffix(".part")
    part.write_text(text, "utf-8")
    part.replace(path)
