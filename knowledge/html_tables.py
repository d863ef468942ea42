"""Tables and lists of terms of HTML, made so plain that every converter gets them right.

Markdown has no cells over several rows or columns and no lists of terms. Converted as they are,
values stand under the wrong header, and answers under no question.
"""

import itertools
from collections.abc import Iterator, Sequence

from bs4 import BeautifulSoup, Tag

from knowledge.grid import grid_text, joined

_MOST_SPAN = 100  # an attribute may say anything


def plainer(html: str) -> str:
    """The page with tables that any converter gets right, and terms over what they mean."""
    page = BeautifulSoup(html, "html.parser")
    simplify_tables(page)
    embolden_terms(page)
    return str(page)


def tables_of(page: BeautifulSoup) -> Iterator[Tag]:
    """The tables that are some: those around others, or without a second column, are layout."""
    for table in page.find_all("table"):
        columns = max((sum(map(_width, _cells(row))) for row in table.find_all("tr")), default=0)
        if columns > 1 and table.find("table") is None and table.find_parent("table") is None:
            yield table


def table_text(table: Tag) -> str:
    """A table as Markdown, with its caption above."""
    rows = table.find_all("tr")
    caption = table.find("caption")
    above = f"{caption.get_text(' ', strip=True)}\n\n" if caption else ""
    return above + grid_text(list(_texts(rows)), lambda place: _header_rows(rows[place:]))


def simplify_tables(page: BeautifulSoup) -> None:
    """Give each table one row of header, and every row all its cells."""
    for table in list(tables_of(page)):
        rows = table.find_all("tr")
        if not any(_width(cell) > 1 or _height(cell) > 1 for row in rows for cell in _cells(row)):
            continue
        texts = list(_texts(rows))
        depth = max(1, min(_header_rows(rows), len(rows) - 1))
        width = max(map(len, texts))
        full = [[*row, *[""] * (width - len(row))] for row in texts]
        plain = page.new_tag("table")
        for name, row in [("th", joined(full[:depth])), *(("td", row) for row in full[depth:])]:
            line = page.new_tag("tr")
            for text in row:
                cell = page.new_tag(name)
                cell.string = text
                line.append(cell)
            plain.append(line)
        table.replace_with(plain)


def embolden_terms(page: BeautifulSoup) -> None:
    """Make a term or a summary a bold line of its own, which what follows stands under."""
    for term in page.find_all(["dt", "summary"]):
        text = " ".join(term.get_text(" ", strip=True).split())
        if not text:
            continue
        bold, line = page.new_tag("b"), page.new_tag("p")
        bold.string = text
        line.append(bold)
        term.replace_with(line)
        holder = line.parent
        if holder is not None and holder.name == "dl":
            holder.name = "div"
            for told in holder.find_all("dd", recursive=False):
                told.name = "p"


def _texts(rows: Sequence[Tag]) -> Iterator[list[str]]:
    """The texts, each in every place that its cell covers."""
    over: dict[int, tuple[int, str]] = {}  # by column: for how many rows yet, and the text
    for row in rows:
        texts: dict[int, str] = {place: text for place, (_, text) in over.items()}
        begun: dict[int, tuple[int, str]] = {}
        for cell in _cells(row):
            first = next(place for place in itertools.count() if place not in texts)
            covered = range(first, first + _width(cell))
            texts |= dict.fromkeys(covered, text := _cell_text(cell))
            begun |= dict.fromkeys(covered, (_height(cell), text))
        yield [texts.get(place, "") for place in range(max(texts, default=-1) + 1)]
        over = {
            place: (left - 1, text) for place, (left, text) in (over | begun).items() if left > 1
        }


def _header_rows(rows: Sequence[Tag]) -> int:
    """As many as are marked as header; else as the first one's cells reach down."""
    marked = 0
    for row in rows:
        cells = _cells(row)
        if row.find_parent("thead") is None and not all(cell.name == "th" for cell in cells):
            break
        marked += 1
    deep = max((_height(cell) for cell in _cells(rows[0])), default=1)
    broad = any(_width(cell) > 1 for cell in _cells(rows[0]))
    return marked or max(deep, 2 if broad else 1)


def _cells(row: Tag) -> list[Tag]:
    return list(row.find_all(["td", "th"], recursive=False))


def _cell_text(cell: Tag) -> str:
    for line_break in cell.find_all(["br", "p", "li", "div"]):
        line_break.insert_before(" ")
    for link in cell.find_all("a"):
        address, text = str(link.get("href", "")), link.get_text(strip=True)
        if address.startswith(("http://", "https://")) and text:
            link.replace_with(f"[{text}]({address})")
    return " ".join(cell.get_text().split())


def _width(cell: Tag) -> int:
    return _span(cell, "colspan")


def _height(cell: Tag) -> int:
    return _span(cell, "rowspan")


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name, "1"))
    return max(1, min(int(value), _MOST_SPAN)) if value.isdigit() else 1
