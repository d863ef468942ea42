"""What a brand's files say differently: the same fact, hours or sentence with another number.

Found over different files that hold today: a notice that was replaced disagrees by design. Facts
are compared by product and attribute, sentences by their words; both have to agree but for the
number. `certain` is what has the same subject by name; the rest is worth a look.
"""

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import rjieba

from knowledge.brand import Product
from knowledge.facts import Fact, about_of, differ, facts_of, price_of
from knowledge.products import CATALOG, ProductNames
from knowledge.review import Record
from knowledge.sketches import bands_of
from knowledge.statements import Span, Statement, statements_in
from knowledge.traces import Likely, SaidTrace, Traces

_ALIKE = 0.6  # chosen on the demo brands: no false one up to 0.4
# A word that one has and the other has not, and that turns what is said.
_TURNING = re.compile(r"[不没无未非除外仅]|\b(?:not|no|never|except|only)\b")
_NAME_TAGS = frozenset({"ns", "nr", "nz", "nt", "eng", "nrt", "nrfg"})


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two places that say different things about the same."""

    about: str
    attribute: str
    values: tuple[str, str]
    spans: tuple[Span, Span]
    certain: bool


class Contradictions:
    """Found in two readings, since a million sentences are too many to hold.

    The first notes a few numbers of what is said (`knowledge/traces.py`), the second keeps the
    words of what may disagree by these. Texts come in the order of their sources both times.
    """

    def __init__(self, products: Sequence[Product]) -> None:
        self.names = ProductNames(products)
        self._prices = [price_of(product) for product in products]
        self._traces = Traces()
        self._likely = Likely(frozenset(), frozenset(), {}, [])
        self._facts: dict[Hashable, list[Fact]] = {}
        self._said: dict[int, Statement] = {}
        self._note_facts(self._prices)

    def note(self, texts: Mapping[str, str], records: Iterable[Record]) -> None:
        """First reading: these texts, and the records that rules read in them."""
        self._note_facts(records)
        said = [one for name, text in texts.items() for one in self._statements(name, text)]
        bands = bands_of(["".join(one.words) for one in said])
        self._traces.note_said([_trace(one) for one in said], bands)

    def suspects(self, over: Iterable[str]) -> frozenset[str]:
        """The sources to read again; nothing in those that are `over` disagrees."""
        self._likely = self._traces.likely(set(over))
        return self._likely.sources - {CATALOG}

    def recall(self, texts: Mapping[str, str], records: Iterable[Record]) -> None:
        """Second reading, of the suspects."""
        self._recall_facts(records)
        for name, text in texts.items():
            for one in self._statements(name, text):
                place = self._likely.places.get((name, one.span.start))
                if place is not None:
                    self._said[place] = one

    def found(self) -> tuple[Contradiction, ...]:
        """All there are, the certain ones first."""
        self._recall_facts(self._prices)
        found = {one.spans: one for one in (*_of_facts(self._facts), *self._of_sentences())}
        return tuple(sorted(found.values(), key=lambda one: (not one.certain, one.about)))

    def _statements(self, source: str, text: str) -> Iterator[Statement]:
        return statements_in(source, text, self.names)

    def _note_facts(self, records: Iterable[Record]) -> None:
        facts = (fact for record in records for fact in facts_of(record, self.names))
        self._traces.note_facts(
            (one.source, hash(key), hash(value)) for key, (one, _, value) in facts
        )

    def _recall_facts(self, records: Iterable[Record]) -> None:
        for record in records:
            for key, fact in facts_of(record, self.names):
                if hash(key) in self._likely.keys and record.source in self._likely.sources:
                    self._facts.setdefault(key, []).append(fact)

    def _of_sentences(self) -> Iterator[Contradiction]:
        for first, second in self._likely.pairs:
            one, other = self._said.get(first), self._said.get(second)
            if one and other and _same_but_for_numbers(one, other):
                yield _disagreement(one, other)


def _trace(one: Statement) -> SaidTrace:
    return one.span.source, one.span.start, hash((one.units, one.products)), hash(one.values)


def _of_facts(groups: Mapping[Hashable, Sequence[Fact]]) -> Iterator[Contradiction]:
    for group in groups.values():
        for (one, label, first), (other, _, second) in combinations(group, 2):
            if one.source != other.source and differ(first, second):
                yield Contradiction(
                    about_of(one), label, (first, second), (_span(one), _span(other)), certain=True
                )


def _disagreement(one: Statement, other: Statement) -> Contradiction:
    changed = [(a, b) for a, b in zip(one.values, other.values, strict=True) if a != b]
    return Contradiction(
        one.heading,
        one.units[one.values.index(changed[0][0])],
        changed[0],
        (one.span, other.span),
        certain=one.words == other.words and bool(one.above & other.above),
    )


def _same_but_for_numbers(one: Statement, other: Statement) -> bool:
    if one.units != other.units or one.values == other.values or one.products != other.products:
        return False
    first, second = frozenset(map(_stem, one.words)), frozenset(map(_stem, other.words))
    mine, yours = first - second, second - first
    turned = any(_TURNING.search(word) for word in mine | yours)
    # `退货` here and `换货` there are two subjects; a word more is the same in other words.
    swapped = any(len(word) > 1 for word in mine) and any(len(word) > 1 for word in yours)
    if turned or swapped or len(first & second) / len(first | second) < _ALIKE:
        return False
    return not _about_others(one.above - other.above - first, other.above - one.above - second)


def _about_others(mine: frozenset[str], yours: frozenset[str]) -> bool:
    """Whether headings put the same sentence under two subjects: `香港漫游`, `澳门漫游`."""
    return bool(_names_in(mine) and _names_in(yours))


def _names_in(words: frozenset[str]) -> list[str]:
    """Names of places, people, makes and everything Latin."""
    tagged = [pair for word in sorted(words) for pair in rjieba.tag(word, hmm=False)]
    return [word for word, tag in tagged if tag in _NAME_TAGS]


def _stem(word: str) -> str:
    return re.sub(r"(?<=[a-z]{3})(?:ed|ing|es|s)$", "", word)


def _span(record: Record) -> Span:
    return Span(record.source, record.start, record.end, record.quote)
