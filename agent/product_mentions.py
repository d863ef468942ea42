"""Where a text names products of the catalogue."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agent.fact_forms import Found
from knowledge.brand import Product

_SHORTEST_NAME = 2
_TAKEN = "\x1f"


@dataclass(frozen=True, slots=True)
class ProductNames:
    """Every name, alias and SKU, longest first, and the SKUs it stands for."""

    names: tuple[tuple[str, tuple[str, ...]], ...]

    @staticmethod
    def of(products: Iterable[Product]) -> "ProductNames":
        """The names of these products; a name that several share stands for all of them."""
        skus: dict[str, list[str]] = {}
        for product in products:
            for name in (product.sku, product.name, _unsized(product.name), *product.aliases):
                key = _squeezed(unicodedata.normalize("NFKC", name))
                if len(key) >= _SHORTEST_NAME and product.sku not in skus.setdefault(key, []):
                    skus[key].append(product.sku)
        ordered = sorted(skus.items(), key=lambda item: (-len(item[0]), item[0]))
        return ProductNames(tuple((name, tuple(own)) for name, own in ordered if own))

    def about(self, skus: Iterable[str]) -> "ProductNames":
        """Only the names of these products, and longer names that have one of them inside."""
        wanted = set(skus)
        own = [name for name, stands_for in self.names if wanted.intersection(stands_for)]
        return ProductNames(
            tuple(entry for entry in self.names if any(name in entry[0] for name in own))
        )

    def mentions(self, text: str) -> list[Found]:
        """Products named in the text (after NFKC), longer names before the shorter in them."""
        squeezed = _squeezed(text)
        places: list[int] = []
        found: list[Found] = []
        for name, skus in self.names:
            if name not in squeezed:
                continue
            places = places or [n for n, c in enumerate(text) if not c.isspace()]
            spans = [
                (places[at], places[at + len(name) - 1] + 1) for at in _occurrences(name, squeezed)
            ]
            keys = frozenset(f"product {sku}" for sku in skus)
            value = "|".join(skus)
            found += [
                Found("product", value, *span, keys, keys)
                for span in spans
                if _is_whole(text, *span)
            ]
            squeezed = squeezed.replace(name, _TAKEN * len(name))
        return sorted(found, key=lambda one: one.start)


def _occurrences(name: str, text: str) -> Iterator[int]:
    at = text.find(name)
    while at >= 0:
        yield at
        at = text.find(name, at + len(name))


def _squeezed(text: str) -> str:
    return "".join(text.replace("İ", "I").lower().split())


def _unsized(name: str) -> str:
    """The name without a size behind it: 玫瑰精华液 30ml is 玫瑰精华液."""
    first, _, last = name.rpartition(" ")
    return first if last[:1].isdecimal() else name


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether a name in Latin letters or digits stands by itself, not within a longer word."""
    left, right = text[max(0, start - 1) : start + 1], text[end - 1 : end + 1]
    return not any(len(edge) == 2 and edge.isascii() and edge.isalnum() for edge in (left, right))
