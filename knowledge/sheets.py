"""Workbooks as tables: values as the sheet shows them, not as a data frame bends them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path

from openpyxl import load_workbook  # type: ignore[import-untyped]  # ships no types
from openpyxl.cell.cell import Cell  # type: ignore[import-untyped]  # ships no types
from openpyxl.worksheet.worksheet import (  # type: ignore[import-untyped]  # ships no types
    Worksheet,
)

from knowledge.grid import grid_text
from knowledge.unreadable import UnreadableError

# First row, first column, last row, last column, counted from 1.
Area = tuple[int, int, int, int]


def workbook_text(file: Path) -> str:
    """Each visible sheet as a heading and its tables; merged cells repeat their value.

    Hidden rows and columns are not shown to anybody, such as what the shop pays: a note at the end
    counts them.

    Raises:
        UnreadableError: there are headers and nothing below them.
    """
    book = load_workbook(file, data_only=True)
    parts, hidden, bare = [], 0, False
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        shown = _shown_of(sheet)
        hidden += shown.left_out
        if _is_header_only(shown.rows):
            bare = True
        elif text := grid_text(shown.rows, partial(_header_rows, shown.areas, shown.numbers)):
            parts.append(f"## {sheet.title}\n\n{text}")
    if bare and not parts:
        raise UnreadableError("it has a header line and no rows", "Fill it, or take it out.")
    note = [f"<!-- left out: {hidden} hidden rows and columns -->"] if hidden and parts else []
    return "\n\n".join([*parts, *note])


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a sheet shows: rows with their numbers in the sheet, and how much is hidden."""

    rows: list[list[str]]
    numbers: list[int]
    areas: Sequence[Area]
    left_out: int


def _shown_of(sheet: Worksheet) -> _Shown:
    areas = [(a.min_row, a.min_col, a.max_row, a.max_col) for a in sheet.merged_cells.ranges]
    rows = _rows(sheet, areas)
    columns = _hidden_columns(sheet)
    # Rows that a filter hides just now are there for everybody.
    lines = set() if sheet.auto_filter.filterColumn else _hidden_rows(sheet)
    kept = [number for number in range(1, len(rows) + 1) if number not in lines]
    told = [[cell for at, cell in enumerate(rows[n - 1], 1) if at not in columns] for n in kept]
    left_out = sum(any(rows[n - 1]) for n in lines if n <= len(rows))
    left_out += sum(any(row[at - 1] for row in rows if at <= len(row)) for at in columns)
    return _Shown(told, kept, areas, left_out)


def _hidden_rows(sheet: Worksheet) -> set[int]:
    return {number for number, row in sheet.row_dimensions.items() if row.hidden}


def _hidden_columns(sheet: Worksheet) -> set[int]:
    hidden = [one for one in sheet.column_dimensions.values() if one.hidden]
    last = sheet.max_column
    return {at for one in hidden for at in range(one.min, min(one.max, last) + 1)}


def _is_header_only(rows: Sequence[Sequence[str]]) -> bool:
    """Whether there is but one row, of several words that are no values."""
    filled = [[cell for cell in row if cell] for row in rows if any(row)]
    if len(filled) != 1 or len(filled[0]) < 2:
        return False
    return not any(char.isdigit() for cell in filled[0] for char in cell)


def _rows(sheet: Worksheet, areas: Sequence[Area]) -> list[list[str]]:
    merged = {
        (row, column): (top, left)
        for top, left, bottom, right in areas
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    }
    return [
        [_shown(sheet.cell(*merged.get((c.row, c.column), (c.row, c.column)))) for c in cells]
        for cells in sheet.iter_rows(min_row=1, min_col=1)
    ]


def _header_rows(areas: Sequence[Area], numbers: Sequence[int], row: int) -> int:
    """As many as the cells merged in its first row reach down, and one more below a broad one."""
    own = [area for area in areas if area[0] == numbers[row]]
    deep = max((bottom - top + 1 for top, _, bottom, _ in own), default=1)
    broad = any(right > left for _, left, _, right in own)
    return max(deep, 2 if broad else 1)


def _shown(cell: Cell) -> str:
    value = cell.value
    if cell.data_type == "e":
        return ""  # #DIV/0! and the like
    if isinstance(value, date | time | timedelta):
        return _time_shown(value)
    match value:
        case bool():
            return str(value).upper()
        case int() | float():
            percent = "%" in str(cell.number_format)
            return f"{value * 100:.10g}%" if percent else f"{value:.15g}"
        case _:
            return "" if value is None else str(value)


def _time_shown(value: date | time | timedelta) -> str:
    match value:
        case datetime():
            return value.isoformat(" ", "minutes").removesuffix(" 00:00")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("seconds" if value.second else "minutes")
        case timedelta():
            minutes = round(value.total_seconds() / 60)
            return f"{minutes // 60}:{minutes % 60:02}"
