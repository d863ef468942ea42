"""What a brand's files say differently: the same fact, hours or sentence with another number.

Found over different files that hold today: a notice that was replaced disagrees by design. Facts
are compared by product and attribute, sentences by their words; both have to agree but for the
number. `certain` is what has the same subject by name; the rest is worth a look.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, combinations

import numpy as np
import rjieba

from knowledge.brand import Product
from knowledge.extracting import records_in
from knowledge.gist import naming, words_of
from knowledge.products import CATALOG, ProductNames
from knowledge.quantities import QUANTITY
from knowledge.review import Record, numbers_in
from knowledge.sketches import bands_of
from knowledge.statements import Span, Statement, statements_in

_ALIKE = 0.6  # chosen on the demo brands: no false one up to 0.4
_MOST_IN_A_BAND = 40
# A word that one has and the other has not, and that turns what is said.
_TURNING = re.compile(r"[不没无未非除外仅]|\b(?:not|no|never|except|only)\b")
_NAME_TAGS = frozenset({"ns", "nr", "nz", "nt", "eng", "nrt", "nrfg"})
# What a catalogue's price is called in a text; a price of an offer is another.
_PRICE = frozenset({"价格", "售价", "零售价", "单价", "price"})


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two places that say different things about the same."""

    about: str
    attribute: str
    values: tuple[str, str]
    spans: tuple[Span, Span]
    certain: bool


def contradictions(
    texts: Mapping[str, str], products: Sequence[Product], over: Iterable[str] = ()
) -> tuple[Contradiction, ...]:
    """All contradictions between the texts by source, without the sources that are `over`."""
    names = ProductNames(products)
    held = {source: text for source, text in sorted(texts.items()) if source not in set(over)}
    # Read one by one: of most records nothing is kept, as they state no fact.
    records = (one for source, text in held.items() for one in records_in(source, text, names))
    priced = chain(records, (_price(product) for product in products))
    said = [one for source, text in held.items() for one in statements_in(source, text, names)]
    found = {one.spans: one for one in (*_of_facts(priced, names), *_of_sentences(said))}
    return tuple(sorted(found.values(), key=lambda one: (not one.certain, one.about)))


def _of_facts(records: Iterable[Record], names: ProductNames) -> Iterator[Contradiction]:
    groups: dict[tuple[object, ...], list[tuple[Record, str, str]]] = {}
    for record in records:
        for key, label, value in _facts(record, names):
            groups.setdefault(key, []).append((record, label, value))
    for group in groups.values():
        for (one, label, first), (other, _, second) in combinations(group, 2):
            if one.source != other.source and _differ(first, second):
                yield Contradiction(
                    _about(one), label, (first, second), (_span(one), _span(other)), certain=True
                )


def _facts(record: Record, names: ProductNames) -> Iterator[tuple[tuple[object, ...], str, str]]:
    """Keys under which two records speak of the same, with the attribute and its value."""
    fields = record.fields
    match record.kind:
        case "product_fact":
            skus = names.named_in(fields["product"])
            value = f"{fields['value']}{fields.get('unit', '')}"
            attribute = fields["attribute"].lower()
            words = ("price",) if attribute in _PRICE else words_of(attribute)
            if len(skus) == 1:
                yield ("product", *skus, words), fields["attribute"], value
        case "table_row":
            (first, key), *rest = fields.items()
            for header, cell in rest:
                yield ("row", words_of(first), words_of(key), words_of(header)), header, cell
        case "opening_hours":
            days = fields.get("days", "")
            value = f"{fields['opens']}-{fields['closes']}"
            yield ("hours", naming(words_of(fields["place"])), words_of(days)), days, value
        case _:
            return


def _price(product: Product) -> Record:
    """The catalogue's own word on what a product costs."""
    amount = f"{Decimal(product.price_cents) / 100:f}".removesuffix(".00")
    unit = "元" if product.currency == "CNY" else product.currency
    quote = f"{product.sku}, {product.name}: {amount} {unit}"
    fields = {"product": product.sku, "attribute": "price", "value": amount, "unit": unit}
    return Record(
        kind="product_fact", fields=fields, source=CATALOG, start=0, end=0, quote=quote, by="rules"
    )


def _about(record: Record) -> str:
    fields = record.fields
    return fields.get("product") or fields.get("place") or next(iter(fields.values()))


def _differ(first: str, second: str) -> bool:
    """Values with one number each, of the same unit, that is not the same."""
    one, other = (QUANTITY.fullmatch(value.strip()) for value in (first, second))
    if one and other:
        same_unit = (one["unit"] or "") == (other["unit"] or "")
        return same_unit and numbers_in(one["value"]) != numbers_in(other["value"])
    both_hours = all(re.fullmatch(r"\S+-\S+", value) for value in (first, second))
    return both_hours and ":" in first and ":" in second and numbers_in(first) != numbers_in(second)


def _of_sentences(said: Sequence[Statement]) -> Iterator[Contradiction]:
    for one, other in _near(said):
        if _same_but_for_numbers(one, other):
            changed = [(a, b) for a, b in zip(one.values, other.values, strict=True) if a != b]
            place = one.values.index(changed[0][0])
            yield Contradiction(
                one.heading,
                one.units[place],
                changed[0],
                (one.span, other.span),
                certain=one.words == other.words and bool(one.above & other.above),
            )


def _near(said: Sequence[Statement]) -> Iterator[tuple[Statement, Statement]]:
    """Pairs from different files that MinHash has found to be nearly alike."""
    bands = bands_of(["".join(one.words) for one in said])
    seen: set[tuple[int, int]] = set()
    for column in bands.T:
        order = np.argsort(column, kind="stable")
        for group in np.split(order, np.flatnonzero(np.diff(column[order])) + 1):
            if 1 < len(group) <= _MOST_IN_A_BAND and column[group[0]]:
                seen |= {tuple(sorted(map(int, pair))) for pair in combinations(group, 2)}  # type: ignore[misc]  # a pair's order is two
    for first, second in sorted(seen):
        if said[first].span.source != said[second].span.source:
            yield said[first], said[second]


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
