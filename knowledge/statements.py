"""Sentences that state a number, made comparable: the same with another number disagrees."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from knowledge.gist import naming, plain, words_of
from knowledge.lines import Line, TableRow, lines_in, sentences
from knowledge.products import ProductNames
from knowledge.quantities import QUANTITY

_FEWEST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Span:
    """Where words stand in a source's text."""

    source: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence with its measured numbers taken out, in order.

    `units` are what they measure, `words` what is left, `above` the words of the headings.
    """

    span: Span
    values: tuple[str, ...]
    units: tuple[str, ...]
    words: tuple[str, ...]
    above: frozenset[str]
    products: frozenset[str]
    heading: str


def statements_in(source: str, text: str, names: ProductNames) -> Iterator[Statement]:
    """The sentences of a text that measure something, outside tables."""
    for item in lines_in(source, text):
        if isinstance(item, TableRow) or item.is_heading:
            continue
        for said in sentences(item):
            if statement := _statement(source, said, names):
                yield statement


def _statement(source: str, said: Line, names: ProductNames) -> Statement | None:
    found = [match for match in QUANTITY.finditer(plain(said.text)) if match["unit"]]
    # Of a million sentences most words are the same ones: each is kept once.
    words = tuple(map(sys.intern, words_of(QUANTITY.sub(" ", plain(said.text)))))
    if not found or len(words) < _FEWEST_WORDS:
        return None
    return Statement(
        span=Span(source, said.start, said.end, said.text),
        values=tuple(match["value"].replace(" ", "").replace(",", "") for match in found),
        units=tuple(sys.intern(_UNIT.get(match["unit"], match["unit"])) for match in found),
        words=words,
        above=frozenset(map(sys.intern, naming(words_of(" ".join(said.heading))))),
        products=names.named_in(f"{' '.join(said.heading)} {said.text}"),
        heading=said.heading[-1],
    )


_UNIT: Mapping[str, str] = {
    "日": "天",
    "个自然日": "天",
    "自然日": "天",
    "个工作日": "工作日",
    "块": "元",
    "毫升": "ml",
    "千克": "kg",
    "公斤": "kg",
    "day": "days",
    "week": "weeks",
    "month": "months",
    "year": "years",
    "hour": "hours",
}
