"""Facts a customer could hold us to, and which of them nothing supports.

A figure, date, amount, code, address or product in a draft must occur in the evidence, in whatever
spelling: 七天 is 7 days, ¥168.00 is 168元, 11月1日 is supported by 2026-11-01. Figures are compared
without what they count, so `7 days` is supported by a 7 of anything.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from agent.fact_dates import DATE_FORMS, LATE_DATE_FORMS
from agent.fact_forms import (
    ADDRESS_FORMS,
    CODE_FORMS,
    NUMBER_FORMS,
    QUANTITY_FORMS,
    FactKind,
    Found,
)
from agent.numerals import Digits, in_digits
from agent.product_mentions import ProductNames
from knowledge.brand import Product

_FORMS = (
    *ADDRESS_FORMS,
    *DATE_FORMS,
    *QUANTITY_FORMS,
    *CODE_FORMS,
    *LATE_DATE_FORMS,
    *NUMBER_FORMS,
)
_TAKEN = "\x1f"
_LISTED = re.compile(
    r"(?:\([0-9]{1,2}\)|[0-9](?<![0-9a-z.¥$%~(-][0-9])[0-9]?[.、)])(?=[ \t]*[^\s0-9])"
)
# Numbers of steps, choices and points, which count what stands beside them.
_ORDINAL = re.compile(
    r"第(?:1(?![0-9])|[0-9]++(?!\s?(?:个月|[天日件年周期代支瓶盒套份])))"
    r"|(?:步骤|方法|方案|情况|选项|方式|问题|step|option|tip)\s?[0-9]{1,2}(?![0-9a-z.%])"
    r"|(?:以下|下面|下列|如下|这)\s?[0-9]{1,2}\s?[点步种个条项款件]"
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: `value` is the same for every spelling, `shown` is how the text has it."""

    kind: FactKind
    value: str
    shown: str = field(compare=False)


def facts(text: str, products: Iterable[Product]) -> frozenset[Fact]:
    """What the text states; equal facts in different spellings count once."""
    return frozenset(fact for fact, _ in _stated(text, ProductNames.of(products)))


def unsupported(
    draft: str, evidence: Iterable[str], products: Iterable[Product]
) -> tuple[Fact, ...]:
    """The facts of the draft that no text of the evidence gives, in the draft's order.

    A product counts as given where its name, an alias or its SKU occurs.
    """
    names = ProductNames.of(products)
    open_facts = list(dict.fromkeys(_stated(draft, names)))
    open_products = (fact.value.split("|") for fact, _ in open_facts if fact.kind == "product")
    wanted = names.about(chain.from_iterable(open_products))
    for text in evidence:
        if not open_facts:
            break
        given = _given(text, wanted)
        open_facts = [(fact, needs) for fact, needs in open_facts if needs.isdisjoint(given)]
    return tuple(dict.fromkeys(fact for fact, _ in open_facts))


def _stated(text: str, names: ProductNames) -> list[tuple[Fact, frozenset[str]]]:
    """Facts with the keys each needs. A figure inside a product's name belongs to the name."""
    digits = in_digits(text)
    mentions = names.mentions(digits.original)
    starts = [mention.start for mention in mentions]
    stated = {(one.kind, one.value, one.needs): (one.start, one.end) for one in reversed(mentions)}
    for one in _found(digits):
        if (key := one[:2] + one[4:5]) in stated:
            continue
        start, end = digits.origin(one.start, one.end)
        nearest = bisect_right(starts, start) - 1
        if nearest < 0 or end > mentions[nearest].end:
            stated[key] = (start, end)
    ordered = sorted(stated.items(), key=lambda item: item[1])
    return [
        (Fact(kind, value, digits.original[start:end]), needs)
        for (kind, value, needs), (start, end) in ordered
    ]


def _given(text: str, names: ProductNames) -> frozenset[str]:
    """Everything the text supports, of the products those with these names."""
    digits = in_digits(text)
    mentions = names.mentions(digits.original) if names.names else ()
    return frozenset(chain.from_iterable(one.gives for one in chain(_found(digits), mentions)))


def _found(digits: Digits) -> Iterator[Found]:
    text = _blanked(_without_list_numbers(digits.text), _ORDINAL)
    for pattern, read in _FORMS:
        pieces: list[str] = []
        place = 0
        for match in pattern.finditer(text):
            found = read(match)
            if found is None:
                continue
            yield from found
            start = max(place, min(found[0].start, match.start()))
            pieces += [text[place:start], _TAKEN * (match.end() - start)]
            place = match.end()
        if place:
            text = "".join([*pieces, text[place:]])


def _blanked(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(lambda match: _TAKEN * len(match.group()), text)


def _without_list_numbers(text: str) -> str:
    """The text without the numbers of a list: 1. at the start of a line, and those that follow."""
    counted: set[int] = set()

    def blank(match: re.Match[str]) -> str:
        number = int(match.group().strip("().、"))
        before = text[max(0, match.start() - 8) : match.start()].rstrip(" \t*#>•-")
        starts = not before or before[-1] in "\n:;。!?,"
        if (number == 1 and starts) or number - 1 in counted:
            counted.add(number)
            return _TAKEN * len(match.group())
        return match.group()

    return _LISTED.sub(blank, text)
