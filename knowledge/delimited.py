"""CSV files, and any rows, as Markdown tables."""

import csv
import io
from collections.abc import Sequence


def csv_text(text: str) -> str:
    """A CSV file (comma, semicolon or tab) as one table."""
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    # A price list may hold a cell longer than the library's own limit of 131,072 characters.
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    return table_text([row for row in rows if any(cell.strip() for cell in row)])


def table_text(rows: Sequence[Sequence[str]]) -> str:
    """The rows as a Markdown table whose first row is the header; a lone title row goes above."""
    title = ""
    if len(rows) > 1 and len({cell.strip() for cell in rows[0]} - {""}) == 1 and len(rows[0]) > 1:
        title = f"{next(cell.strip() for cell in rows[0] if cell.strip())}\n\n"
        rows = rows[1:]
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    lines = [_line(row, width) for row in rows]
    return title + "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])


def _line(row: Sequence[str], width: int) -> str:
    cells = [" ".join(cell.split()).replace("|", "\\|") for cell in row]
    return f"| {' | '.join([*cells, *[''] * (width - len(cells))])} |"
