"""Cutting a long text at its sentences, by the bytes that WeChat counts."""

import re
from typing import Final

TEXT_BYTES: Final = 2048

_ENDS = (
    re.compile(r"\n+"),
    re.compile(r"[。！？!?…；;]+[”’」』）)\"']*|\.[”’\"')]*(?=\s)"),
    re.compile(r"[，,、：:\s]+"),
)


def size(text: str) -> int:
    """Length as WeChat counts it."""
    return len(text.encode("utf-8", "replace"))


def cut(text: str, limit: int = TEXT_BYTES) -> tuple[str, ...]:
    """Pieces that fit, ended at a paragraph, a sentence or a clause if one ends late enough.

    Nothing but white space at the ends of pieces is lost; a text of white space has no pieces.
    """
    pieces: list[str] = []
    rest = text.strip()
    while size(rest) > limit:
        window = _front(rest, limit)
        end = _good_end(window)
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return tuple(piece for piece in (*pieces, rest) if piece)


def shortened(text: str, limit: int) -> str:
    """The text, or as much of it as fits and an ellipsis."""
    text = text.strip()
    if size(text) <= limit:
        return text
    return _front(text, limit - size("…")).rstrip() + "…"


def _front(text: str, limit: int) -> str:
    """As many whole characters as fit, at least one."""
    kept = text.encode("utf-8", "replace")[:limit].decode("utf-8", "ignore")
    return kept or text[:1]


def _good_end(window: str) -> int:
    least = len(window) // 4
    for mark in _ENDS:
        ends = [found.end() for found in mark.finditer(window) if found.end() > least]
        if ends:
            return ends[-1]
    return len(window)
