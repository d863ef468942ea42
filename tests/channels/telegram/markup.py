"""Telegram's strict reading of its HTML, and how long it finds a text."""

import re
from html.parser import HTMLParser
from typing import Any

from tests.channels.telegram.ledger import Refused


class _Markup(HTMLParser):
    """Telegram's strict reading of its HTML: known tags, closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in {"b", "i", "u", "s", "code", "pre", "a"}:
            raise Refused(400, f"Bad Request: can't parse entities: Unsupported start tag {tag!r}")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise Refused(400, "Bad Request: can't parse entities: Unmatched end tag")

    def handle_data(self, data: str) -> None:
        self.text += data


def shown_text(text: str, parse_mode: str | None) -> str:
    """What the customer reads."""
    if parse_mode != "HTML":
        return text
    if re.search(r"<(?!/?[a-z])", text):
        raise Refused(400, "Bad Request: can't parse entities: Unsupported start tag")
    markup = _Markup()
    markup.feed(text)
    markup.close()
    if markup.open:
        raise Refused(400, "Bad Request: can't parse entities: Can't find end tag")
    return markup.text


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
