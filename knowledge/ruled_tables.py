"""Tables that are drawn with lines on a PDF's page.

The text layer of such a table is words in no order that a reader would choose: a country without
its zone, a price without what it is the price of. The lines say which cell a word is in.

Only the converting child process imports this.
"""

import re
from dataclasses import dataclass, replace

from pdfplumber.page import Page
from pdfplumber.table import Table

_FEWEST = 2
# A frame around a paragraph, or a page drawn from boxes, is mostly empty.
_FILLED = 0.5
# Points of 1/72 inch: as far as columns of two pages may lie apart and be the same ones.
_NEAR = 3.0
_HAN = r"[⺀-鿿＀-￯]"
_HAN_BORDER = re.compile(rf"(?<={_HAN})\n(?={_HAN})")


@dataclass(frozen=True, slots=True)
class RuledTable:
    """A table, and where it stands on its page.

    `box`: left, top, right and bottom in points from the upper left corner. `columns`: the left
    edges of its columns, so coarse that those of two pages can be compared. `header`: how many
    rows of header it has.
    """

    box: tuple[float, float, float, float]
    columns: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    header: int = 1

    def header_rows(self, row: int) -> int:
        """How many rows a header has that begins in this one."""
        return 1 if row else self.header

    def going_on(self, before: "RuledTable") -> "RuledTable":
        """This table under the header of one that it goes on from; itself if it is another."""
        if self.columns != before.columns or self.rows[0] == before.rows[0]:
            return self
        return replace(self, rows=(*before.rows[: before.header], *self.rows), header=before.header)


def ruled_tables(page: Page) -> tuple[RuledTable, ...]:
    """The page's tables from above, without those within another."""
    # Most pages have no lines at all, and looking for tables takes longer than reading the text.
    if not (page.rects or page.lines or page.curves):
        return ()
    found: list[RuledTable] = []
    for table in sorted(page.find_tables(), key=lambda one: (one.bbox[1], -one.bbox[3])):
        if found and table.bbox[1] < found[-1].box[3] - _NEAR:
            continue
        rows = _rows(table)
        if _is_table(rows):
            lefts = sorted({cell[0] for row in table.rows for cell in row.cells if cell})
            columns = tuple(round(x / _NEAR) for x in lefts)
            found.append(RuledTable(table.bbox, columns, rows, _header_rows(table)))
    return tuple(found)


def _is_table(rows: tuple[tuple[str, ...], ...]) -> bool:
    cells = [cell for row in rows for cell in row]
    filled = sum(map(bool, cells)) >= _FILLED * len(cells)
    return len(rows) >= _FEWEST and len(rows[0]) >= _FEWEST and filled


def _header_rows(table: Table) -> int:
    """As many as the first row's cells reach down, and one more below a broad one."""
    first = table.rows[0]
    bottom = max(cell[3] for cell in first.cells if cell)
    deep: int = sum(row.bbox[1] < bottom - _NEAR for row in table.rows)
    return max(deep, 2 if None in first.cells else 1)


def _rows(table: Table) -> tuple[tuple[str, ...], ...]:
    """The cells' texts; one that reaches over several rows or columns is in each of them."""
    rows: list[tuple[str, ...]] = []
    for number, cells in enumerate(table.extract()):
        row: list[str] = []
        for place, cell in enumerate(cells):
            if cell is not None:
                row.append(" ".join(_HAN_BORDER.sub("", cell.strip()).split()))
            elif rows and _from_above(table, number, place):
                row.append(rows[-1][place])
            else:
                row.append(row[-1] if row else "")
        rows.append(tuple(row))
    return tuple(row for row in rows if any(row))


def _from_above(table: Table, row: int, column: int) -> bool:
    """Whether a cell further up reaches down into this row."""
    top = table.rows[row].bbox[1]
    above = [one.cells[column] for one in table.rows[:row]]
    return any(cell is not None and cell[1] < top < cell[3] - _NEAR for cell in above)
