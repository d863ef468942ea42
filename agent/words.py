"""What a customer's message literally contains: order numbers, products, a quantity."""

import re
from dataclasses import dataclass

from agent.quantity import quantity_in
from agent.spelling import is_common_english
from tools.catalog import CatalogIndex

_ORDER_NUMBER = re.compile(r"(?<![A-Za-z0-9])(?=(?:[A-Za-z-]*\d){5})[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_NUMBER = frozenset(("no", "nr", "num", "ref", "id", "po", "tel", "code"))
# "LF 20261120022", "LF 2026 1120 022": letters that are no word belong to the number behind them.
_SPACED = re.compile(
    r"(?<![A-Za-z0-9])([A-Za-z]{1,4})\s?((?:\d{2,8}\s){1,3}\d{2,6}|(?<=\s)\d{6,})(?![A-Za-z0-9])"
)
# Numbers that one rings: 打12315, "call 10086".
_HOTLINE = re.compile(
    r"(?:[打拨]|电话|热线|\b(?:call|ring|dial|phone)\b)[^\d,，。]{0,4}\d{5}(?!\d)", re.I
)
_FEWEST_DIGITS = 8
_TAIL = re.compile(r"(?<![A-Za-z0-9.])\d{4}(?![A-Za-z0-9%元块年]|\.\d)")
_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_PREVIOUS = re.compile(
    r"上一?[单个笔]|前一?[单个笔]|再上|(?:再往?|更|再之)[前早]"
    r"|(?:previous|one before|last but one)",
    re.I,
)
MAX_PRODUCTS = 3
# Before or behind the name of what something is to be used with.
_FITS_BEFORE = re.compile(
    r"(?:\b(?:for|fits?|to fit|inside|goes (?:in|on))\s+"
    r"(?:(?:my|our|the|a|an|this|that|old)\s+)*|给[^,，。]{0,6})$",
    re.IGNORECASE,
)
_FITS_BEHIND = re.compile(r"^\s*(?:用的|配的|上的|能用的|的|'s\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Words:
    """What the customer's message literally contains.

    `wanted` has for each of the `product_names` the products that it may stand for.
    """

    text: str
    order_numbers: tuple[str, ...]
    phone_tail: str
    products: tuple[str, ...]
    product_names: tuple[str, ...]
    wanted: tuple[tuple[str, ...], ...]
    quantity: int
    previous: bool


def words_of(text: str, catalog: CatalogIndex) -> Words:
    """Read order numbers, a phone's last digits, products and a quantity out of a message."""
    bare = _SPACED.sub(_joined, _HOTLINE.sub(" ", _PHONE.sub(" ", text)))
    numbers = tuple(dict.fromkeys(m.group().upper() for m in _ORDER_NUMBER.finditer(bare)))
    rest = bare
    for number in numbers:
        rest = re.sub(re.escape(number), " ", rest, flags=re.I)
    tail = _TAIL.search(rest)
    phone = _PHONE.search(text)
    mentions = catalog.mentions(text)
    spans: dict[str, tuple[str, ...]] = {}
    for mention in mentions:
        name = text[mention.start : mention.end]
        spans[name] = tuple(dict.fromkeys((*spans.get(name, ()), mention.sku)))
    for name in spans:  # of a "Pike 58" one is wanted
        rest = rest.replace(name, " ")
    return Words(
        text=text,
        order_numbers=numbers,
        phone_tail=phone.group()[-4:] if phone else tail.group() if tail else "",
        products=tuple(dict.fromkeys(m.sku for m in mentions))[:MAX_PRODUCTS],
        product_names=tuple(spans),
        wanted=tuple(catalog.meant(skus, text) for skus in spans.values())[:MAX_PRODUCTS],
        quantity=quantity_in(rest),
        previous=bool(_PREVIOUS.search(text)),
    )


def _joined(match: re.Match[str]) -> str:
    word, digits = match.group(1), re.sub(r"\s", "", match.group(2))
    capitals = word.isupper() and not match.string.isupper()
    apart = word.lower() in _NUMBER or (is_common_english(word.lower()) and not capitals)
    return match.group() if apart or len(digits) < _FEWEST_DIGITS else f"{word}{digits}"


def things_wanted(words: Words) -> tuple[str, ...]:
    """The names of the products that are wanted: the battery of "a battery for my vacuum"."""
    own = [name for name in words.product_names if not _is_fitted(name, words)]
    return tuple(own) or words.product_names


def _is_fitted(name: str, words: Words) -> bool:
    """Whether it is named for what another product is to be used with."""
    before, _, behind = words.text.partition(name)
    others = [other for other in words.product_names if other != name]
    if any(other in before for other in others) and _FITS_BEFORE.search(before):
        return True
    link = _FITS_BEHIND.match(behind)
    return link is not None and any(behind[link.end() :].lstrip().startswith(o) for o in others)


def about(part: str, words: Words) -> str:
    """A part of the message, with the product that another part names."""
    if not part or not words.product_names or any(name in part for name in words.product_names):
        return part
    return f"{words.product_names[0]} {part}"
