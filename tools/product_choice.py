"""Which of several products that share a name is meant, and what to offer where that is open."""

import re
from collections.abc import Sequence

from knowledge.brand import Product
from knowledge.folding import fold

# "30ml", "07 rose": in a name without white space only the size can be told from the rest.
_SIZE = re.compile(
    r"[(（]?\d+(\.\d+)?\s*(ml|g|kg|l|片装?|支装?|盒装?|包装?|粒装?|袋装?|件装?)[)）]?$"
)
_TOKEN = re.compile(r"\d+(?:\.\d+)?[a-z]*|[a-z]+\d*|[一-鿿]+")
_GAP = re.compile(r"(?<=\d)\s+(?=(?:ml|kg|g|l|cm|mm|m|gb|tb|毫|公|千|克|升|厘|米)(?![a-z]))")
_UNITS = tuple(
    (re.compile(rf"(?<=\d){said}"), unit)
    for said, unit in (
        ("(?:毫升|ML)", "ml"),
        ("(?:公斤|千克)", "kg"),
        ("克", "g"),
        ("升", "l"),
        ("厘米|公分", "cm"),
        ("米", "m"),
    )
)


def short_names(product: Product) -> tuple[str, ...]:
    """The name without its size or shade, as customers say it: what stands before the space."""
    first, *rest = product.name.split()
    short = first if rest and not first.isascii() else _SIZE.sub("", product.name).strip()
    return (short,) if short != product.name and len(fold(short)) > 2 else ()


def called(name: str, products: Sequence[Product]) -> tuple[str, ...]:
    """The names of the products that go by this name, alias or short name."""
    wanted = fold(name)
    return tuple(
        product.name
        for product in products
        if wanted and wanted in map(fold, (product.name, *product.aliases, *short_names(product)))
    )


def narrowed(candidates: Sequence[Product], text: str) -> tuple[Product, ...]:
    """Those of the candidates that the text has most words of which not all of them share.

    "the 10 metre one" leaves that of 10 m. All of them where the text says nothing of the kind.
    """
    words = [_tokens(f"{one.name} {' '.join(one.aliases)}") for one in candidates]
    shared = frozenset.intersection(*words) if words else frozenset()
    said = _measured(text)
    numbers = _tokens(text)
    counts = [
        sum(token in numbers if token.isascii() else token in said for token in own - shared)
        for own in words
    ]
    most = max(counts, default=0)
    return tuple(one for one, count in zip(candidates, counts, strict=True) if count == most)


def _measured(text: str) -> str:
    text = _GAP.sub("", text.lower())
    for said, unit in _UNITS:
        text = said.sub(unit, text)
    return text


def _tokens(text: str) -> frozenset[str]:
    return frozenset(_TOKEN.findall(_measured(text)))
