"""A table's row as a sentence: what was asked for, with its unit behind it."""

import re
from dataclasses import dataclass
from itertools import pairwise

from agent.ranges import meant
from knowledge.stems import stem

_PAIR = re.compile(r";\s*")
# No unit is a condition: 银卡（满5000元）.
_UNIT = re.compile(r"\s*[（(]([^（）()\d]{1,12})[)）]\s*$")
_NUMBER = re.compile(
    r"^(?P<figures>(?:[<>≤≥]\s?)?\d[\d.,\-–~～至]*%?)(?P<bound>\+|[及或]?以[上下内外])?$"
)
_HAN = re.compile(r"[一-鿿]")
_WORD = re.compile(r"[a-z0-9]+|[一-鿿]")
_MONEY = re.compile(r"多少钱|几块|价|费|贵|收多少|how much|price|cost|fee", re.I)
_MONEY_COLUMN = re.compile(r"元|(?<!免)费|价|金额|\$|£|€|usd|gbp|price|fee|cost", re.I)
_LOAD = re.compile(r"能装|装得?下|承受|承重|载重|\b(?:carry|carries|hold|holds|take|takes)\b", re.I)
_LOAD_COLUMN = re.compile(r"承重|载重|容量|\b(?:load|capacity|payload)\b", re.I)
# What is measured goes by one word in questions and by another at the head of a column.
_MEASURED = tuple(
    (re.compile(asked, re.I), re.compile(column, re.I))
    for asked, column in (
        (r"多宽|\bwide\b", r"宽|\bwidth\b"),
        (r"多高|\b(?:tall|high)\b", r"高|\bheight\b"),
        (r"多长(?!时间)|\bhow long (?:is|are)\b", r"长度?$|\blength\b"),
        (r"多深|\bdeep\b", r"深|\bdepth\b"),
        (r"多厚|\bthick\b", r"厚|\bthickness\b"),
        (r"多重|几斤|几公斤|\b(?:heavy|weighs?)\b", r"重|\bweight\b"),
    )
)
# Of who or what goes in or on it, not of the thing itself.
_OF_OTHERS = re.compile(r"最[大小高低]|适合|适用|承重|载重|\b(?:max|min|rider|user|load)", re.I)
_TIME = re.compile(r"多久|几天|多长时间|几个?[小工]|什么时候|how long|how soon|when", re.I)
_TIME_COLUMN = re.compile(r"时|天|日|周|月|年|期|day|hour|week|time|period", re.I)
# 每公斤加多少 asks for the column in 元/公斤.
_EACH = re.compile(
    r"每个?\s?(公斤|千克|公里|平方?米|小时|分钟|[一-鿿a-z]+?)(?![米斤])|\bper (\w+)", re.I
)
# Rows with fewer columns are said whole: leaving one out saves nothing.
_FEW = 3
_CLEAR = 3
_SHORT = 3  # letters: of the, per, day


@dataclass(frozen=True, slots=True)
class _Cell:
    header: str
    unit: str
    value: str

    def said(self) -> str:
        value = self.value
        if self.unit and (number := _NUMBER.match(value)):
            value = f"{number['figures']} {self.unit}{number['bound'] or ''}"
        return f"{self.header} {value}".strip()


def row_said(text: str, *questions: str, shared: bool = False) -> str:
    """The row's first cell, and those of its others that the question asks for, or all of them.

    Args:
        text: A row as the index keeps it: `header: value; header: value`.
        questions: What the customer asked; the first that fits any column counts.
        shared: Whether other rows begin with the same cell: the second then names it as well.
    """
    cells = _cells(text)
    if not cells:
        return text
    if shared and len(cells) > _FEW and _is_name(cells[0]) and _is_name(cells[1]):
        both = " ".join((cells[0].value, cells[1].value))
        cells = [_Cell(cells[0].header, "", both), *cells[2:]]
    chinese = any("一" <= char <= "鿿" for char in text)
    joint, mark = ("，", "：") if chinese else (", ", ": ")
    first, others = cells[0], cells[1:]
    asked = _asked(others, tuple(_without(first.value, question) for question in questions))
    name = first.value if _is_name(first) else first.said()
    told = joint.join(cell.said() for cell in asked)
    return f"{name}{mark}{told}" if told else name


def in_units(text: str) -> str:
    """All cells of a row with their units behind the figures, as they are said."""
    return "; ".join(cell.said() for cell in _cells(text))


def is_meant(text: str, question: str, place: int = 0, *, exactly: bool = False) -> bool | None:
    """Whether a figure of the question falls in the range that the row is for.

    The cell at `place` says what the row is for; `exactly`: also by a figure of its own. None if
    it names none, or nothing in the question can be compared with it.
    """
    cells = _cells(text)
    if len(cells) <= place:
        return None
    cell = cells[place]
    return meant(cell.value if _is_name(cell) else cell.said(), question, exactly=exactly)


def first_cell(text: str) -> str:
    """What a row begins with."""
    return _PAIR.split(text, maxsplit=1)[0]


def name_of(text: str) -> str:
    """What tells a row from its neighbours: of its first two cells those that are no figures."""
    cells = (_cell(pair) for pair in _PAIR.split(text, maxsplit=2)[:2])
    return " ".join(cell.value for cell in cells if _is_name(cell))


def _cells(text: str) -> list[_Cell]:
    """The cells of a row; a value that has semicolons itself is one cell all the same."""
    pairs: list[str] = []
    for part in filter(str.strip, _PAIR.split(text)):
        if pairs and ": " in pairs[-1] and ": " not in part:
            joint = "，" if _HAN.search(pairs[-1]) else ", "
            pairs[-1] = f"{pairs[-1].rstrip()}{joint}{part.strip()}"
        else:
            pairs.append(part)
    return [_cell(pair) for pair in pairs]


def _cell(pair: str) -> _Cell:
    header, colon, value = pair.partition(": ")
    if not colon:
        return _Cell("", "", pair.strip())
    unit = _UNIT.search(header)
    return _Cell(_UNIT.sub("", header), unit.group(1) if unit else "", value.strip())


def _is_name(cell: _Cell) -> bool:
    return bool(cell.value) and not _NUMBER.match(cell.value)


def _without(name: str, question: str) -> str:
    """The question without the row's own name: of an E-Bike's range, not its "bike weight"."""
    if not _HAN.search(name):
        own = _stems(name)
        return " ".join(word for word in re.findall(r"\S+", question) if not _stems(word) <= own)
    return question.replace(name, " ")


def _asked(cells: list[_Cell], questions: tuple[str, ...]) -> list[_Cell]:
    cells = _of_range(cells, questions)
    if len(cells) <= _FEW:
        return cells
    for question in questions:
        words = _stems(question)
        points = [_points(cell, question, words) for cell in cells]
        best = max(points)
        if best >= _CLEAR:
            return [
                cell
                for cell, own in zip(cells, points, strict=True)
                if own * 2 > best or (own >= _CLEAR and _is_all_asked(cell, words))
            ]
    return cells


def _of_range(cells: list[_Cell], questions: tuple[str, ...]) -> list[_Cell]:
    """Without columns for ranges that no figure of the question falls in, if one falls in others.

    "5年以内: 310元; 5年到10年: 180元", asked about one of seven years.
    """
    for question in questions:
        meant_ = [meant(cell.header, question, exactly=True) for cell in cells]
        if True in meant_:
            return [cell for cell, own in zip(cells, meant_, strict=True) if own is not False]
    return cells


def _is_all_asked(cell: _Cell, words: set[str]) -> bool:
    """Whether the question has all of a column's name: one of two things that it asks for."""
    return words >= _stems(cell.header)


def _points(cell: _Cell, question: str, asked: set[str]) -> int:
    """How well a column's header fits the question: words, pairs of characters, kind of figure."""
    header = _WORD.findall(cell.header.lower())
    points = sum(_weight(word) for word in set(header) if stem(word) in asked)
    plain = question.lower()
    points += sum(2 for one, two in pairwise(header) if one + two in plain)
    about = f"{cell.header} {cell.unit}"
    points += bool(_MONEY.search(question) and _MONEY_COLUMN.search(about))
    itself = not _OF_OTHERS.search(cell.header)
    for asked_for, column in _MEASURED:
        points += _CLEAR * bool(
            itself and asked_for.search(question) and column.search(cell.header)
        )
    points += _CLEAR * bool(_LOAD.search(question) and _LOAD_COLUMN.search(about))
    each = _EACH.search(question)
    points += _CLEAR * bool(each and cell.unit.lower().endswith(f"/{each[1] or each[2]}".lower()))
    points += bool(_TIME.search(question) and _TIME_COLUMN.search(about))
    return points


def _stems(text: str) -> set[str]:
    """Words of Latin letters without their commonest endings, and Chinese characters."""
    return {stem(word) for word in _WORD.findall(text.lower())}


def _weight(word: str) -> int:
    """A character of Chinese says less than a word, a short word less than a long one."""
    if word > "z":
        return 1
    return _CLEAR if len(word) > _SHORT else 2
