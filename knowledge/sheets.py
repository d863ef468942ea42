"""Workbooks as tables: values as the sheet shows them, not as a data frame bends them."""

from collections.abc import Sequence
from datetime import date, datetime, time
from functools import partial
from pathlib import Path

from openpyxl import load_workbook  # type: ignore[import-untyped]  # ships no types
from openpyxl.cell.cell import Cell  # type: ignore[import-untyped]  # ships no types
from openpyxl.worksheet.worksheet import (  # type: ignore[import-untyped]  # ships no types
    Worksheet,
)

from knowledge.grid import grid_text

# First row, first column, last row, last column, counted from 1.
Area = tuple[int, int, int, int]


def workbook_text(file: Path) -> str:
    """Each visible sheet as a heading and its tables; merged cells repeat their value."""
    book = load_workbook(file, data_only=True)
    parts = []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        areas = [(a.min_row, a.min_col, a.max_row, a.max_col) for a in sheet.merged_cells.ranges]
        text = grid_text(_rows(sheet, areas), partial(_header_rows, areas))
        if text:
            parts.append(f"## {sheet.title}\n\n{text}")
    return "\n\n".join(parts)


def _rows(sheet: Worksheet, areas: Sequence[Area]) -> list[list[str]]:
    merged = {
        (row, column): (top, left)
        for top, left, bottom, right in areas
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    }
    return [
        [_shown(sheet.cell(*merged.get((c.row, c.column), (c.row, c.column)))) for c in cells]
        for cells in sheet.iter_rows()
    ]


def _header_rows(areas: Sequence[Area], row: int) -> int:
    """As many as the cells merged in its first row reach down, and one more below a broad one."""
    own = [area for area in areas if area[0] == row + 1]
    deep = max((bottom - top + 1 for top, _, bottom, _ in own), default=1)
    broad = any(right > left for _, left, _, right in own)
    return max(deep, 2 if broad else 1)


def _shown(cell: Cell) -> str:
    value = cell.value
    match value:
        case bool():
            return str(value).upper()
        case int() | float():
            percent = "%" in str(cell.number_format)
            return f"{value * 100:.10g}%" if percent else f"{value:.15g}"
        case datetime():
            return value.isoformat(" ", "minutes").removesuffix(" 00:00")
        case date() | time():
            return value.isoformat()
        case _:
            return "" if value is None else str(value)
