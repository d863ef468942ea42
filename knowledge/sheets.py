"""Workbooks as tables: values as the sheet shows them, not as a data frame bends them."""

from datetime import date, datetime, time
from pathlib import Path

from openpyxl import load_workbook  # type: ignore[import-untyped]  # ships no types
from openpyxl.cell.cell import Cell  # type: ignore[import-untyped]  # ships no types
from openpyxl.worksheet.worksheet import (  # type: ignore[import-untyped]  # ships no types
    Worksheet,
)

from knowledge.delimited import table_text


def workbook_text(file: Path) -> str:
    """Each visible sheet as a heading and a table; merged cells repeat their value."""
    book = load_workbook(file, data_only=True)
    parts = []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        rows = _rows(sheet)
        if rows:
            parts.append(f"## {sheet.title}\n\n{table_text(rows)}")
    return "\n\n".join(parts)


def _rows(sheet: Worksheet) -> list[list[str]]:
    merged = {
        (row, column): (area.min_row, area.min_col)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
    }
    rows = []
    for cells in sheet.iter_rows():
        row = [_shown(sheet.cell(*merged.get((c.row, c.column), (c.row, c.column)))) for c in cells]
        if any(row):
            rows.append(row)
    return rows


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
