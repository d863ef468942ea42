"""CSV files as Markdown tables."""

import csv
import io

from knowledge.grid import grid_text


def csv_text(text: str) -> str:
    """A CSV file (comma, semicolon or tab): its tables, and what stands around them."""
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    # A price list may hold a cell longer than the library's own limit of 131,072 characters.
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    return grid_text(list(csv.reader(io.StringIO(text), delimiter=delimiter)))
