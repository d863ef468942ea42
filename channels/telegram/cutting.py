"""Cutting a long text at its sentences, and keeping within what Telegram counts as length."""

import re
import unicodedata

TEXT_UNITS = 4096
CAPTION_UNITS = 1024

_PARAGRAPH = re.compile(r"\n\s*\n|\n")
_SENTENCE = re.compile(r"[。！？!?…；;]+[”’」』）)\"']*|\.[”’\"')]*(?=\s)")
_CLAUSE = re.compile(r"[，,、：:\s]+")
_JOINER = "\u200d"


def units(text: str) -> int:
    """Length as Telegram counts it: UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def cut(text: str, limit: int = TEXT_UNITS) -> tuple[str, ...]:
    """Pieces that fit: ended at a paragraph if one ends late enough, else sentence, clause, sign.

    Nothing but white space at the ends of pieces is lost; a text of white space has no pieces.
    """
    pieces: list[str] = []
    rest = text.strip()
    while units(rest) > limit:
        room = _fitting(rest, limit)
        end = _good_end(rest[:room], limit) or _whole_sign(rest, room)
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return tuple(piece for piece in (*pieces, rest) if piece)


def shortened(text: str, limit: int) -> str:
    """The text, or as much as fits and an ellipsis."""
    text = text.strip()
    if units(text) <= limit:
        return text
    return text[: _whole_sign(text, _fitting(text, limit - 1))].rstrip() + "…"


def _fitting(text: str, limit: int) -> int:
    """How many characters from the front fit."""
    if text.isascii():
        return limit
    used = 0
    for place, character in enumerate(text):
        used += 2 if character > "\uffff" else 1
        if used > limit:
            return place
    return len(text)


def _good_end(window: str, limit: int) -> int:
    """Where the last paragraph, sentence or clause of the window ends; 0 if none ends late."""
    least = min(len(window), limit) // 4
    for mark in (_PARAGRAPH, _SENTENCE, _CLAUSE):
        ends = [found.end() for found in mark.finditer(window) if found.end() > least]
        if ends:
            return ends[-1]
    return 0


def _whole_sign(text: str, place: int) -> int:
    """The place, or one a little before it that does not tear a sign apart."""
    end = place
    while end > max(1, place - 32) and _inside_sign(text, end):
        end -= 1
    return end if not _inside_sign(text, end) else place


def _inside_sign(text: str, place: int) -> bool:
    if place >= len(text):
        return False
    after, before = text[place], text[place - 1]
    if unicodedata.combining(after) or after in {_JOINER, "\ufe0e", "\ufe0f"}:
        return True
    return before == _JOINER or "\U0001f3fb" <= after <= "\U0001f3ff"
