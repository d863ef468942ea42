"""Tables as people make them: with titles, notes, blank rows, and headers of several rows."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

Row = Sequence[str]

MOST_HEADER_ROWS = 3
_NOTE = re.compile(
    r"\W*(?:注意?|备注|说明|提示|附注|来源|notes?|remarks?|source)\b|\W*注", re.IGNORECASE
)
_LONG = 24
_SENTENCE = re.compile(r"[。；;！!]|\.\s|\.$")
_HAN = re.compile(r"[一-鿿]")
_VALUE = re.compile(r"[\W\d]*|.|免费|可以|支持|不限|yes|no|n/?a|none|free", re.IGNORECASE)
# An amount, an hour, a telephone number and the like: what a column is not called.
_FIGURE = re.compile(
    r"(?:[\d\s:：.,/+()（）%#*~～–—-]|[元点时分日月天个折楼层号至到周一二三四五六每起]|[¥￥$€£]|[ap]m|h\b)+",
    re.IGNORECASE,
)
_PAIR = 2


def grid_text(rows: Sequence[Row], header_rows: Callable[[int], int] = lambda _: 1) -> str:
    """The rows as Markdown: each table with one header, what stands around it as text.

    A merged cell's text stands in every place that it covers. Blank rows and blank columns divide
    tables. A row with nothing but one text is a title at the top, a heading where it is merged
    over the whole width, and else a note if it looks like one.

    Args:
        rows: All rows, blank ones as well.
        header_rows: How many rows the header has that begins in the row with this number.
    """
    width = max(map(len, rows), default=0)
    parts: list[str] = []
    for start, block in _blocks(rows, width):
        if len(block[0]) == 1 < width:
            parts += [row[0] for row in block]
        else:
            parts += _block_text(block, start, header_rows)
    return "\n\n".join(filter(None, parts))


def table_text(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table whose first row is the header."""
    if not rows:
        return ""
    width = max(map(len, rows))
    lines = [_line(row, width) for row in rows]
    return "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])


def _line(row: Row, width: int) -> str:
    cells = [" ".join(cell.split()).replace("|", "\\|") for cell in row]
    return f"| {' | '.join([*cells, *[''] * (width - len(cells))])} |"


def _blocks(rows: Sequence[Row], width: int) -> Iterator[tuple[int, list[list[str]]]]:
    """What blank rows and blank columns divide, with the number of the first row."""
    full = [[*(cell.strip() for cell in row), *[""] * (width - len(row))] for row in rows]
    for block in _filled(enumerate(full)):
        for left, right in _sides([row for _, row in block]):
            # Beside a longer table there are rows that are blank here alone.
            for part in _filled((number, row[left:right]) for number, row in block):
                yield part[0][0], [row for _, row in part]


def _filled(rows: Iterable[tuple[int, list[str]]]) -> Iterator[list[tuple[int, list[str]]]]:
    """What blank rows divide."""
    for filled, run in groupby(rows, key=lambda one: any(one[1])):
        if filled:
            yield list(run)


def _sides(rows: list[list[str]]) -> list[tuple[int, int]]:
    """The columns of tables beside each other: from and to. One alone if they are no tables."""
    used = [any(row[place] for row in rows) for place in range(len(rows[0]))]
    runs = [
        (columns[0], columns[-1] + 1)
        for filled, run in groupby(range(len(used)), key=lambda place: used[place])
        if filled and (columns := list(run))
    ]
    if len(runs) > 1 and all(right - left >= _PAIR for left, right in runs):
        return runs
    return [(runs[0][0], runs[-1][1])]


def _block_text(
    rows: list[list[str]], start: int, header_rows: Callable[[int], int]
) -> Iterator[str]:
    top = 0
    while top < len(rows) and len(rows[0]) > 1 and _alone(rows[top]):
        yield _alone(rows[top])
        top += 1
    rows = rows[top:]
    if not rows:
        return
    if _are_pairs(rows):
        yield "\n".join(f"- {_pair(row)}" for row in rows)
        return
    depth = max(1, min(header_rows(start + top), MOST_HEADER_ROWS, len(rows) - 1))
    header = joined(rows[:depth])
    held: list[list[str]] = []
    for row in rows[depth:]:
        heading, note = _over_all(row), _note(row)
        if not (heading or note):
            held.append(row)
            continue
        yield table_text([header, *held]) if held else ""
        held = []
        yield note or f"### {heading}"
    yield table_text([header, *held]) if held or depth == len(rows) else ""


def _alone(row: list[str]) -> str:
    """The text of a row that has no other."""
    texts = {cell for cell in row if cell}
    return texts.pop() if len(texts) == 1 else ""


def _over_all(row: list[str]) -> str:
    """The text that is in every place of a row: a cell merged over its whole width.

    Values that are the same for all columns are none: yes, free, a number.
    """
    is_one = len(row) > 1 and len(set(row)) == 1
    return row[0] if is_one and not _VALUE.fullmatch(row[0]) else ""


def _note(row: list[str]) -> str:
    text = _alone(row) if row[0] and len(row) > 1 else ""
    speaks = _NOTE.match(text) or len(text) > _LONG or _SENTENCE.search(text)
    return text if text and speaks else ""


def _are_pairs(rows: list[list[str]]) -> bool:
    """Whether each row is a thing and what it is, with no header above: `电话 | 400-800-1234`."""
    first = rows[0]
    if len(rows) < _PAIR or len(first) != _PAIR or not all(row[0] for row in rows):
        return False
    is_figure = _FIGURE.fullmatch(first[1]) and any(char.isdigit() for char in first[1])
    return bool(is_figure) and not first[0].isdigit()


def _pair(row: list[str]) -> str:
    colon = "：" if _HAN.search(row[0]) else ": "
    return f"{row[0].rstrip('：: ')}{colon}{row[1]}" if row[1] else row[0]


def joined(rows: list[list[str]]) -> list[str]:
    """One header of several rows: `标准配送` over `运费(元)` is `标准配送 运费(元)`."""
    return [" ".join(dict.fromkeys(filter(None, column))) for column in zip(*rows, strict=True)]
