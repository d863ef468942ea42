"""A page of a PDF that is set in two columns, read one after the other.

Only the converting child process imports this.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

# Of the letters' size: wider than any space, even where lines are stretched to one width.
GAP = 1.6
_FEWEST = 4
# Of the page's width: how wide a column is at least, and where its edge may be.
_NARROWEST, _MIDDLE = 0.2, (0.3, 0.7)
# Running text fills its column: so many of its lines, to such a share of its width.
_MOST, _FULL = 0.6, 0.85


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stands in a line on one side of a gap."""

    text: str
    left: float
    right: float


def two_columns(lines: Sequence[Mapping[str, Any]], width: float) -> str:
    """The text, column by column between lines that go over both; empty if it is not so set.

    Rows of a table without lines do not fill their columns, and stay rows.

    Args:
        lines: As the library finds them over the whole width, with their letters.
        width: That of the page.
    """
    rows = [_pieces(line) for line in lines]
    torn = [row for row in rows if len(row) > 1]
    if len(torn) < _FEWEST or any(len(row) > 2 for row in torn):
        return ""
    ends, begins = max(row[0].right for row in torn), min(row[1].left for row in torn)
    if ends > begins or not _MIDDLE[0] < (ends + begins) / 2 / width < _MIDDLE[1]:
        return ""
    if not all(_is_running([row[side] for row in torn], width) for side in (0, 1)):
        return ""
    return "\n".join(_in_order(rows, ends, begins))


def _pieces(line: Mapping[str, Any]) -> list[_Piece]:
    letters = [one for one in line["chars"] if one["text"].strip()]
    if not letters:
        return []
    cuts = [
        at
        for at, (one, two) in enumerate(pairwise(letters), 1)
        if two["x0"] - one["x1"] > GAP * one["size"]
    ]
    runs = [letters[start:end] for start, end in pairwise([0, *cuts, len(letters)])]
    return [_Piece(_text(run, line), run[0]["x0"], run[-1]["x1"]) for run in runs]


def _text(letters: Sequence[Mapping[str, Any]], line: Mapping[str, Any]) -> str:
    """The letters with the spaces that the line has between them."""
    inside = [
        one["text"]
        for one in line["chars"]
        if letters[0]["x0"] <= one["x0"] and one["x1"] <= letters[-1]["x1"]
    ]
    words = "".join(inside)
    if " " in words:
        return words.strip()
    parts = [letters[0]["text"]]
    for one, two in pairwise(letters):
        parts.append(f" {two['text']}" if two["x0"] - one["x1"] > one["size"] / 5 else two["text"])
    return "".join(parts)


def _is_running(pieces: Sequence[_Piece], width: float) -> bool:
    widths = [one.right - one.left for one in pieces]
    full = sum(one >= _FULL * max(widths) for one in widths)
    return median(widths) >= _NARROWEST * width and full >= _MOST * len(widths)


def _in_order(rows: Sequence[Sequence[_Piece]], ends: float, begins: float) -> list[str]:
    told: list[str] = []
    left: list[str] = []
    right: list[str] = []
    for row in rows:
        if len(row) == 1 and row[0].right > ends and row[0].left < begins:
            told += [*left, *right, row[0].text]
            left, right = [], []
            continue
        for piece in row:
            (left if piece.right <= ends else right).append(piece.text)
    return [*told, *left, *right]
