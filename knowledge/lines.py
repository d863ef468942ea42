"""A text's lines with their exact places, the headings above them, and the tables they form."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from knowledge.markup import plain

_HEADING = re.compile(r"(#{1,6})\s+(\S.*?)\s*#*")
_BOLD = re.compile(r"(?:\*\*|__)(\S[^*_\n]{0,58}?)(?:\*\*|__)\s*[:：]?")
_ASKED = re.compile(r"[*_]{0,2}(?:问题?|Q)\s*\d{0,3}\s*[:：]\s*(\S.*?)[*_]{0,2}", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*-->")
_SEPARATOR = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")
_CELL = re.compile(r"(?<!\\)\|")
_SENTENCE = re.compile(r"(?:[^。！？!?；;.]|\.(?!\s|$))+[。！？!?；;.]*")
_MARK = re.compile(r"(?:[-*+>]|\d{1,2}[.)、])\s+|[•·●◆■▪]\s*")


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its list mark; `asks` if it is a question that what follows answers."""

    text: str
    start: int
    heading: tuple[str, ...]
    is_heading: bool = False
    asks: bool = False

    @property
    def end(self) -> int:
        """Where it ends in the document."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table: its cells by their headers, and the line it was written in."""

    cells: tuple[tuple[str, str], ...]
    line: Line


def lines_in(source: str, text: str) -> Iterator[Line | TableRow]:
    """The lines that say something, and tables by row."""
    written = list(_written(text))
    path: list[tuple[int, str]] = [(0, _title(source, written))]
    header: tuple[str, ...] | None = None
    for place, (start, raw) in enumerate(written):
        heading = tuple(name for _, name in path)
        below = written[place + 1][1] if place + 1 < len(written) else ""
        if header is None and "|" in raw and _is_separator(below):
            header = _cells(raw)
        elif header is not None and "|" in raw:
            if not _is_separator(raw):
                yield TableRow(_paired(header, _cells(raw)), Line(raw, start, heading))
        elif found := _heading(raw):
            header, (level, name) = None, found
            path = [above for above in path if above[0] < level and above[0]] + [(level, name)]
            asks = level == 8 or (level > 1 and name.endswith(("?", "？")))
            yield Line(raw, start, tuple(name for _, name in path), is_heading=True, asks=asks)
        else:
            header = None
            mark = _MARK.match(raw)
            skipped = mark.end() if mark else 0
            yield Line(raw[skipped:], start + skipped, heading)


def sentences(line: Line) -> Iterator[Line]:
    """A line's sentences, each with its own place."""
    for match in _SENTENCE.finditer(line.text):
        said = match.group().strip()
        if said:
            shift = match.start() + len(match.group()) - len(match.group().lstrip())
            yield Line(said, line.start + shift, line.heading)


def _title(source: str, written: list[tuple[int, str]]) -> str:
    """A short first line without a sentence's signs, as in plain text files; or the file's name."""
    first = written[0][1] if written else ""
    is_title = 0 < len(first) <= 40 and not re.search(r"[。！？；，：|!?;:]|\.$", first)
    return first if is_title else PurePosixPath(source).stem


def _written(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for raw in text.split("\n"):
        if (said := raw.strip()) and not _COMMENT.fullmatch(said):
            yield at + raw.index(said), said
        at += len(raw) + 1


def _heading(line: str) -> tuple[int, str] | None:
    if match := _HEADING.fullmatch(line):
        name = plain(match.group(2))
        asked = _ASKED.fullmatch(name)
        return (8 if asked else len(match.group(1))), (asked.group(1) if asked else name)
    if match := _ASKED.fullmatch(line):
        return 8, plain(match.group(1))
    match = _BOLD.fullmatch(line)
    return (7, plain(match.group(1))) if match else None


def _is_separator(line: str) -> bool:
    return "-" in line and "|" in line and bool(_SEPARATOR.fullmatch(line))


def _paired(header: tuple[str, ...], row: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Cells that say something; a column without a header goes by its number."""
    named = [name or f"#{place}" for place, name in enumerate(header, start=1)]
    return tuple((name, cell) for name, cell in zip(named, row, strict=False) if cell)


def _cells(line: str) -> tuple[str, ...]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return tuple(plain(cell.strip()) for cell in _CELL.split(inner))
