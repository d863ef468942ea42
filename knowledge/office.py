"""Office files, PDF and HTML, converted by a child process and remembered by their content."""

import asyncio
import json
import logging
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from knowledge.brand_edit import write_whole
from knowledge.errors import KnowledgeError
from knowledge.sources import SourceFile, unchanged_content
from knowledge.unread_pages import can_read_pictures, unread_in

# Pictures too, though they need an extra.
OFFICE = frozenset({".html", ".htm", ".docx", ".pptx", ".xlsx", ".pdf", ".eml"}) | {
    ".png",
    ".jpg",
    ".jpeg",
    ".webp",
}
CONVERSION = 7  # raise it when the same file would be converted differently
_PROJECT = Path(__file__).resolve().parent.parent
# One line holds a whole document.
_LINE_BYTES = 256 * 1024 * 1024
_log = logging.getLogger(__name__)


# `text` or `error`.
Answer = dict[str, str]


@dataclass(frozen=True, slots=True)
class Converted:
    """Texts by source, and why a file has none: a sentence that names it."""

    texts: dict[str, str]
    unreadable: dict[str, str]


@dataclass(frozen=True)
class Office:
    """Converts files; results are kept in `cache`, one file for each content."""

    cache: Path
    seconds_per_file: float = 90.0

    async def texts(
        self, files: Sequence[SourceFile], on_file: Callable[[SourceFile], None]
    ) -> Converted:
        """Each file's text by its source; a file that cannot be converted stops no other."""
        unreadable = await self.convert(files, on_file)
        texts = {
            file.source: self._kept(file).read_text("utf-8")
            for file in files
            if file.source not in unreadable
        }
        return Converted(texts, unreadable)

    async def convert(
        self, files: Sequence[SourceFile], on_file: Callable[[SourceFile], None]
    ) -> dict[str, str]:
        """Convert what is not kept yet; why a file cannot be, by its source."""
        better = self.improvable(files)
        missing = [f for f in files if f.source in better or not self._kept(f).exists()]
        unreadable: dict[str, str] = {}
        self.cache.mkdir(parents=True, exist_ok=True)
        async with aclosing(self._converted(missing)) as conversions:
            async for file, answer in conversions:
                unreadable |= self._keep(file, answer)
                on_file(file)
        return unreadable

    def improvable(self, files: Sequence[SourceFile]) -> frozenset[str]:
        """The files with pages that were not read and could be by now."""
        partly = {path.stem for path in self.cache.glob("*.partly")}
        if not partly or not can_read_pictures():
            return frozenset()
        return frozenset(file.source for file in files if self._kept(file).stem in partly)

    def forget_all_but(self, files: Sequence[SourceFile]) -> None:
        """Drop what was kept for contents that no file has any more."""
        there = tuple(self.cache.glob("*.md"))
        kept = {self._kept(file).name for file in files} if there else set()
        for old in there:
            if old.name not in kept:
                old.unlink(missing_ok=True)
                old.with_suffix(".partly").unlink(missing_ok=True)

    def _keep(self, file: SourceFile, answer: Answer) -> dict[str, str]:
        """Keep the text under the file's digest, so it has to be of that content; else why not."""
        try:
            unchanged_content(file)
            text = _text_of(file, answer)
        except KnowledgeError as error:
            if not self._kept(file).exists():
                return {file.source: str(error)}
            # Its pictures could not be read: what was read without them stays.
            self._kept(file).with_suffix(".partly").unlink(missing_ok=True)
            _log.warning("%s", error)
            return {}
        write_whole(self._kept(file), text)
        self._note(file, unread_in(file.source, text))
        return {}

    def _note(self, file: SourceFile, unread: str) -> None:
        """Say once which pages were not read, and remember that there are some."""
        partly = self._kept(file).with_suffix(".partly")
        if unread:
            _log.warning("%s", unread)
        if unread and not can_read_pictures():
            partly.touch()
        else:
            partly.unlink(missing_ok=True)

    def _kept(self, file: SourceFile) -> Path:
        suffix = file.path.suffix.lower().removeprefix(".")
        return self.cache / f"{file.digest}-{suffix}-{CONVERSION}.md"

    async def _converted(
        self, files: Sequence[SourceFile]
    ) -> AsyncGenerator[tuple[SourceFile, Answer], None]:
        """Every file's answer in turn; a child that died or hangs is replaced for the rest."""
        left = list(files)
        while left:
            async with _child(left) as child, aclosing(self._answers(child, tuple(left))) as told:
                async for file, answer in told:
                    left.remove(file)
                    yield file, answer

    async def _answers(
        self, child: asyncio.subprocess.Process, files: Sequence[SourceFile]
    ) -> AsyncGenerator[tuple[SourceFile, Answer], None]:
        """What one child says, up to the file that it dies of."""
        for file in files:
            answer, alive = await self._answer(child)
            yield file, answer
            if not alive:
                return

    async def _answer(self, child: asyncio.subprocess.Process) -> tuple[Answer, bool]:
        """What it says about the next file, and whether it can be asked about another."""
        if child.stdout is None:
            raise RuntimeError("the child was started without a pipe")
        answer: Answer = {}
        while not answer:  # a page of a long document was read
            try:
                async with asyncio.timeout(self.seconds_per_file):
                    line = await child.stdout.readline()
            except TimeoutError:
                reason = f"reading it took more than {self.seconds_per_file:g} s"
                return {"error": reason}, False
            if not line:
                return {"error": "the converter crashed, or the file needs too much memory"}, False
            answer = json.loads(line)
        return answer, True


@asynccontextmanager
async def _child(files: Sequence[SourceFile]) -> AsyncIterator[asyncio.subprocess.Process]:
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
        yield child
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


def _text_of(file: SourceFile, answer: Answer) -> str:
    if "text" in answer:
        return answer["text"]
    if advice := answer.get("advice"):
        raise KnowledgeError(f"{file.source} cannot be read: {answer['error']}. {advice}")
    raise KnowledgeError(
        f"{file.source} cannot be read ({answer['error']}). Open it, save it again as "
        f"{file.path.suffix} or as Markdown, or take it out of the folder."
    )
