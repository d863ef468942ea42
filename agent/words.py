"""What a customer's message literally contains: order numbers, products, a quantity."""

import re
from dataclasses import dataclass

from agent.quantity import quantity_in
from tools.catalog import CatalogIndex

_ORDER_NUMBER = re.compile(r"(?<![A-Za-z0-9])(?=(?:[A-Za-z-]*\d){5})[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_TAIL = re.compile(r"(?<![A-Za-z0-9.])\d{4}(?![A-Za-z0-9.%元块年])")
_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_PREVIOUS = re.compile(
    r"上一?[单个笔]|前一?[单个笔]|再上|(?:再往?|更|再之)[前早]"
    r"|(?:previous|one before|last but one)",
    re.I,
)
MAX_PRODUCTS = 3


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
    bare = _PHONE.sub(" ", text)
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


def about(part: str, words: Words) -> str:
    """A part of the message, with the product that another part names."""
    if not part or not words.product_names or any(name in part for name in words.product_names):
        return part
    return f"{words.product_names[0]} {part}"
