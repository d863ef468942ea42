"""Rows of one table beside each other: those that the question does not mean are not told.

Asked what a parcel to the next province costs, a customer is helped by that province's row, and
misled by the row of a far one below it.
"""

from collections import defaultdict
from collections.abc import Iterable

from agent.evidence import Line
from agent.grams import bigrams
from agent.rows import first_cell, is_meant, name_of


def without_neighbours(lines: Iterable[Line], question: str) -> tuple[Line, ...]:
    """The lines without rows that the question does not mean, where it means others.

    It means those for whose range it has a figure, else those whose names it has words of: words
    that not every one of the table's rows told has. Rows likelier to answer than these stay.
    """
    told = tuple(lines)
    tables: dict[tuple[str, ...], list[Line]] = defaultdict(list)
    for line in told:
        if line.hit.passage_kind == "table_row":
            tables[(line.hit.source, *line.hit.heading)].append(line)
    left_out = {row.hit.id for rows in tables.values() for row in _not_meant(rows, question)}
    return tuple(line for line in told if line.hit.id not in left_out)


def _not_meant(rows: list[Line], question: str) -> list[Line]:
    # Where the first cell only says what the table is of, the second tells the rows apart.
    same = len({first_cell(row.hit.text) for row in rows}) == 1
    fits = [is_meant(row.hit.text, question, place=int(same), exactly=True) for row in rows]
    if True in fits:
        return [row for row, own in zip(rows, fits, strict=True) if own is False]
    asked = bigrams(question)
    names = [bigrams(name_of(row.hit.text)) for row in rows]
    common = frozenset.intersection(*names)
    own = [name - common for name in names]
    named = [row for row, name in zip(rows, own, strict=True) if asked & name]
    return [
        row
        for row, name in zip(rows, own, strict=True)
        if name and named and row not in named and not _is_likelier(row, named)
    ]


def _is_likelier(row: Line, named: list[Line]) -> bool:
    """Whether it answers more likely than all that are named: two letters may agree by chance."""
    relevance = row.hit.relevance
    known = [other.hit.relevance for other in named if other.hit.relevance is not None]
    return relevance is not None and bool(known) and relevance > max(known)
