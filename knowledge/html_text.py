"""HTML as Markdown, with nothing of its tables and lists of terms lost.

Only the converting child process imports this.
"""

import re

from bs4 import BeautifulSoup
from markitdown import DocumentConverterResult
from markitdown.converters import HtmlConverter

from knowledge.html_tables import embolden_terms, table_text, tables_of

_PLACE = "\u2060table {}\u2060"  # invisible, and no sign of Markdown
_PLACED = re.compile("\u2060table (\\d+)\u2060")


def markdown_of(html: str) -> DocumentConverterResult:
    """The page's text and title; each value of a table under its own header."""
    page = BeautifulSoup(html, "html.parser")
    embolden_terms(page)
    tables: list[str] = []
    for table in list(tables_of(page)):
        place = page.new_tag("p")
        place.string = _PLACE.format(len(tables))
        tables.append(table_text(table))
        table.replace_with(place)
    result = HtmlConverter().convert_string(str(page))
    result.markdown = _PLACED.sub(lambda one: tables[int(one[1])], result.markdown)
    return result
