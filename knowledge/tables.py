"""Table rows as passages: each row on its own, with its header."""

from collections.abc import Iterator

from knowledge.cutting import cut
from knowledge.outline import Table
from knowledge.passages import Passage, PassageKind
from knowledge.products import ProductNames
from knowledge.writing import passage

_QUESTIONS = frozenset({"问题", "问", "提问", "常见问题", "question", "questions", "q"})
_ANSWERS = frozenset({"答案", "回答", "答", "答复", "answer", "answers", "a"})
_LONGEST_KEY = 80
_LONGEST_QUESTION = 120


def row_passages(
    source: str, heading: tuple[str, ...], table: Table, names: ProductNames, limit: int
) -> Iterator[Passage]:
    """Each row as `header: value; header: value`; of a table of questions, each as an answer.

    A row longer than `limit` becomes several passages that all begin with its first cell.
    """
    columns = [name.casefold() for name in table.header]
    asks = next((i for i, name in enumerate(columns) if name in _QUESTIONS), None)
    answers = next((i for i, name in enumerate(columns) if name in _ANSWERS), None)
    for row in table.rows or (table.header,):
        about = names.about((*row, *reversed(heading)))
        above, cells, kind = heading, list(enumerate(row)), _kind(asks, answers, row)
        if kind == "question_answer" and asks is not None:
            above = (*heading, row[asks])
            cells = [(i, cell) for i, cell in cells if i != asks]
        pairs = [
            cell if i == answers and kind == "question_answer" else _pair(table, i, cell)
            for i, cell in cells
            if cell
        ]
        for text in _joined(pairs, limit):
            yield passage(source, above, text, kind, about)


def _kind(asks: int | None, answers: int | None, row: tuple[str, ...]) -> PassageKind:
    if asks is None or answers is None or max(asks, answers) >= len(row):
        return "table_row"
    asked = 0 < len(row[asks]) <= _LONGEST_QUESTION
    return "question_answer" if asked and row[answers] else "table_row"


def _pair(table: Table, place: int, cell: str) -> str:
    header = table.header[place] if place < len(table.header) else ""
    return f"{header}: {cell}" if header and header != cell else cell


def _joined(pairs: list[str], limit: int) -> Iterator[str]:
    whole = "; ".join(pairs)
    if len(whole) <= limit:
        yield from filter(None, (whole,))
        return
    key = f"{pairs[0]}; " if len(pairs[0]) <= _LONGEST_KEY else ""
    held = ""
    for piece in (p for pair in pairs[bool(key) :] for p in cut(pair, limit - len(key))):
        if held and len(key) + len(held) + 2 + len(piece) > limit:
            yield key + held
            held = piece
        else:
            held = f"{held}; {piece}" if held else piece
    yield key + held
