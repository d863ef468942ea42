"""What the catalogue sells and the knowledge says nothing about."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from knowledge.brand import Brand, Product
from knowledge.folding import fold
from knowledge.known_names import KnownNames
from knowledge.passages import Passage
from knowledge.products import ProductNames, catalog_terms
from knowledge.review import Record

# Of how many products, and of which share of them, an attribute counts as usual.
_FEWEST, _SHARE = 3, 0.6
_SHORTEST_NAME = 3


@dataclass(frozen=True, slots=True)
class Coverage:
    """Products that no passage names, and what most others of a category have and one lacks."""

    products: int
    without_passage: tuple[Product, ...]
    missing: tuple[tuple[Product, str], ...]


class Covering:
    """Grows with the passages that are looked at and the facts that rules read."""

    def __init__(self, brand: Brand) -> None:
        self._brand = brand
        self._names = KnownNames(name for product in brand.products for name in _names(product))
        self._products = ProductNames(brand.products)
        self._said: set[str] = set()
        self._facts: dict[str, set[str]] = defaultdict(set)

    def note(self, passages: Iterable[Passage], records: Iterable[Record]) -> None:
        """What these passages name, and what these records state of products."""
        for passage in passages:
            if passage.kind != "product":
                told = fold(" ".join((*passage.heading, passage.text)))
                self._said.update(self._names.found_in(told))
        for record in records:
            if record.kind == "product_fact":
                for sku in self._products.named_in(record.fields["product"]):
                    self._facts[sku].add(record.fields["attribute"])

    def result(self) -> Coverage:
        """Of all that was noted."""
        products = self._brand.products
        categories: dict[str, list[Product]] = defaultdict(list)
        for product in products:
            categories[product.category].append(product)
        return Coverage(
            len(products),
            tuple(one for one in products if self._said.isdisjoint(_names(one))),
            tuple(pair for members in categories.values() for pair in self._missing(members)),
        )

    def _missing(self, members: Sequence[Product]) -> Iterator[tuple[Product, str]]:
        known = {product.sku: self._facts.get(product.sku, set()) for product in members}
        counts = Counter(attribute for attributes in known.values() for attribute in attributes)
        for attribute, count in sorted(counts.items()):
            if len(members) >= _FEWEST and _SHARE <= count / len(members) < 1:
                yield from ((p, attribute) for p in members if attribute not in known[p.sku])


def _names(product: Product) -> tuple[str, ...]:
    """Its names, folded, that are no mere word or two."""
    names = (fold(name) for name in catalog_terms((product,)))
    return tuple(name for name in names if len(name) >= _SHORTEST_NAME)
