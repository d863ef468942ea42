"""What the look of a PDF says of its text: headings by the size of their letters, drawn tables.

Only the converting child process imports this.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pdfplumber
from pdfplumber.page import Page

from knowledge.grid import grid_text
from knowledge.ruled_tables import RuledTable, ruled_tables
from knowledge.two_columns import GAP, two_columns

# Letters of a heading are larger than those of the text by more than a printer's inaccuracy.
_LARGER = 1.04
_LEVELS = 6
# The share of torn lines from which on a page is set in columns.
_TORN = 0.3
_LONGEST = 60
_SENTENCE = re.compile(r"[。；;，,]|[.!！]$")
_BOLD = re.compile("bold|black|heavy", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a page: the `size` of its letters in points, and whether they are `bold`.

    `torn`: whether it has a gap as wide as between columns.
    """

    text: str
    size: float
    bold: bool
    torn: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """`pages`: the text of each, line by line over the whole width, and with its drawn tables.

    `ruled` and `columns`: the numbers, from 0, of pages with drawn tables or two columns of text,
    and of those whose lines cannot be read over the whole width. `headings`: what a line that is
    one becomes, by the line without its white space.
    """

    pages: tuple[str, ...]
    ruled: frozenset[int]
    columns: frozenset[int]
    headings: Mapping[str, str]

    def marked(self, text: str) -> str:
        """The text of a page with its headings marked as in Markdown."""
        return "\n".join(self.headings.get(_key(line), line) for line in text.split("\n"))


def layout_of(file: Path, on_page: Callable[[], None]) -> Layout:
    """Look at every page; `on_page` is told of each.

    A table that goes on at the top of the next page keeps its header there.
    """
    pages: list[str] = []
    ruled: set[int] = set()
    columns: set[int] = set()
    read: set[int] = set()
    lines: list[_Line] = []
    last: RuledTable | None = None
    with pdfplumber.open(file) as document:
        for number, page in enumerate(document.pages):
            tables = ruled_tables(page)
            text = _outside(page, tables)
            own = tuple(_lines(text))
            lines += own
            columns |= {number} if sum(line.torn for line in own) > _TORN * len(own) else set()
            if tables and last is not None and not _between(text, 0, tables[0].box[1]):
                tables = (tables[0].going_on(last), *tables[1:])
            ruled |= {number} if tables else set()
            beside = _beside(text) if number in columns and not tables else ""
            if beside:
                columns.discard(number)
                read.add(number)
            pages.append(beside or "\n\n".join(_parts(text, tables)))
            ends = tables and not _between(text, tables[-1].box[3], page.height)
            last = tables[-1] if ends else None
            page.close()
            on_page()
    return Layout(tuple(pages), frozenset(ruled | read), frozenset(columns), _headings(lines))


def _outside(page: Page, tables: Sequence[RuledTable]) -> Page:
    def is_outside(thing: Any) -> bool:
        x, y = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
        return not any(
            left <= x <= right and top <= y < bottom
            for left, top, right, bottom in (one.box for one in tables)
        )

    return page.filter(is_outside)


def _parts(page: Page, tables: Sequence[RuledTable]) -> Iterator[str]:
    """The tables, and what stands above, between and below them."""
    top = 0.0
    for one in tables:
        # What stands beside a table comes before it.
        yield from filter(None, (_between(page, top, one.box[3]),))
        yield grid_text(one.rows, one.header_rows)
        top = one.box[3]
    yield from filter(None, (_between(page, top, page.height),))


def _between(page: Page, top: float, bottom: float) -> str:
    text: str = page.filter(
        lambda one: top <= (one["top"] + one["bottom"]) / 2 < bottom
    ).extract_text()
    return text.strip()


def _beside(page: Page) -> str:
    """The text of a page in two columns; empty if it is no such page."""
    return two_columns(page.extract_text_lines(strip=True), float(page.width))


def _lines(page: Page) -> Iterator[_Line]:
    for line in page.extract_text_lines(strip=True):
        letters = [one for one in line["chars"] if one["text"].strip()]
        if letters:
            sizes = Counter(round(one["size"], 1) for one in letters)
            size = sizes.most_common(1)[0][0]
            bold = all(_BOLD.search(one["fontname"]) for one in letters)
            torn = any(two["x0"] - one["x1"] > GAP * size for one, two in pairwise(letters))
            yield _Line(line["text"], size, bold, torn)


def _headings(lines: Sequence[_Line]) -> dict[str, str]:
    """Lines in larger letters than most of the text, and short ones that are bold."""
    letters: Counter[float] = Counter()
    for line in lines:
        letters[line.size] += len(line.text)
    if not letters:
        return {}
    body = letters.most_common(1)[0][0]
    larger = sorted({line.size for line in lines if line.size > body * _LARGER}, reverse=True)
    found: dict[str, str] = {}
    for line in lines:
        if len(line.text) > _LONGEST or _SENTENCE.search(line.text):
            continue
        if line.size in larger:
            level = min(larger.index(line.size) + 1, _LEVELS)
            found[_key(line.text)] = f"{'#' * level} {line.text}"
        elif line.bold and line.size == body and not line.text.endswith((":", "：")):
            found[_key(line.text)] = f"**{line.text}**"
    return found


def _key(line: str) -> str:
    return "".join(line.split())
