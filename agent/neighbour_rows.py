"""Rows of one table beside each other: those that the question does not mean are not told.

Asked what a parcel to the next province costs, a customer is helped by that province's row, and
misled by the row of a far one below it.
"""

from collections import defaultdict
from collections.abc import Iterable

from agent.evidence import Line
from agent.grams import bigrams
from agent.rows import name_of


def without_neighbours(lines: Iterable[Line], question: str) -> tuple[Line, ...]:
    """The lines without rows whose names the question has nothing of, where it has of another's.

    A name's words count that not every one of the table's rows told has.
    """
    told = tuple(lines)
    tables: dict[tuple[str, ...], list[Line]] = defaultdict(list)
    for line in told:
        if line.hit.passage_kind == "table_row":
            tables[(line.hit.source, *line.hit.heading)].append(line)
    asked = bigrams(question)
    left_out: set[str] = set()
    for rows in tables.values():
        names = {row.hit.id: bigrams(name_of(row.hit.text)) for row in rows}
        common = frozenset.intersection(*map(frozenset, names.values()))
        own = {row: name - common for row, name in names.items()}
        if any(asked & name for name in own.values()):
            left_out |= {row for row, name in own.items() if name and not asked & name}
    return tuple(line for line in told if line.hit.id not in left_out)
