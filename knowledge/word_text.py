"""Word documents as HTML: the title is a heading, and a footnote stands where it is called.

Only the converting child process imports this.
"""

from typing import BinaryIO

import mammoth  # type: ignore[import-untyped]  # ships no types
from bs4 import BeautifulSoup, Tag

_STYLES = "p[style-name='Title'] => h1.title:fresh"
_DEEPEST = 6
_HAN_FROM = "\u2e80"
_BACK = "↑"


def word_html(stream: BinaryIO) -> str:
    """The document's text; an exception in a footnote is not told apart from its rule."""
    page = BeautifulSoup(mammoth.convert_to_html(stream, style_map=_STYLES).value, "html.parser")
    for call in page.select("sup > a[href^='#footnote-'], sup > a[href^='#endnote-']"):
        note = page.find(id=str(call["href"])[1:])
        if isinstance(note, Tag) and isinstance(call.parent, Tag):
            said = " ".join(note.get_text(" ").replace(_BACK, "").split())
            call.parent.replace_with(_in_place(said))
    for note in page.select("li[id^='footnote-'], li[id^='endnote-']"):
        note.decompose()
    for rest in page.find_all("ol"):
        if not rest.get_text(strip=True):
            rest.decompose()
    _put_under_title(page)
    return str(page)


def _put_under_title(page: BeautifulSoup) -> None:
    """Its first headings are as large in name as the title that stands above them."""
    title = page.select_one("h1.title")
    for level in range(_DEEPEST - 1, 0, -1) if title else ():
        for heading in page.find_all(f"h{level}"):
            if heading is not title:
                heading.name = f"h{level + 1}"


def _in_place(note: str) -> str:
    if not note:
        return ""
    return f"（注：{note}）" if any(char >= _HAN_FROM for char in note) else f" (note: {note})"
