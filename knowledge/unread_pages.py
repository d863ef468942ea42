"""Pages of a document that were not read, since they are pictures: noted, told, read later."""

import importlib.util
import re
from collections.abc import Iterable

INSTALL = "pip install 'digital-human[ocr]'"
NOTE = re.compile(r"<!-- not read: pages ([\d, -]+) -->")


def can_read_pictures() -> bool:
    """Whether pictures can be read here."""
    return importlib.util.find_spec("rapidocr") is not None


def note_of(pages: Iterable[int]) -> str:
    """A comment that names them, counted from 1."""
    return f"<!-- not read: pages {_ranges(sorted(pages))} -->"


def unread_in(source: str, text: str) -> str:
    """A sentence that names the pages of a text that were not read; empty if all were."""
    found = NOTE.search(text)
    if found is None:
        return ""
    why = "there are too many of them. Split it" if can_read_pictures() else f"{INSTALL} reads them"
    return f"{source}: pages {found[1]} are pictures and were not read; {why}."


def _ranges(pages: list[int]) -> str:
    told: list[str] = []
    start = None
    for place, page in enumerate(pages):
        start = page if start is None else start
        if place + 1 == len(pages) or pages[place + 1] != page + 1:
            told.append(str(page) if start == page else f"{start}-{page}")
            start = None
    return ", ".join(told)
