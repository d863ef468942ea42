"""What the catalogue sells and the knowledge says nothing about."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.brand import Brand, Product
from knowledge.extracting import records_in
from knowledge.folding import fold
from knowledge.known_names import KnownNames
from knowledge.passages import Passage
from knowledge.products import ProductNames, catalog_terms

# Of how many products, and of which share of them, an attribute counts as usual.
_FEWEST, _SHARE = 3, 0.6
_SHORTEST_NAME = 3


@dataclass(frozen=True, slots=True)
class Coverage:
    """Products that no passage names, and what most others of a category have and one lacks."""

    products: int
    without_passage: tuple[Product, ...]
    missing: tuple[tuple[Product, str], ...]


def coverage(brand: Brand, texts: Mapping[str, str], passages: Iterable[Passage]) -> Coverage:
    """Of the catalogue by the passages; attributes by the facts that rules read in the texts."""
    names = KnownNames(name for product in brand.products for name in _names(product))
    said = {
        name
        for passage in passages
        if passage.kind != "product"
        for name in names.found_in(fold(" ".join((*passage.heading, passage.text))))
    }
    facts = list(_facts(texts, ProductNames(brand.products)))
    categories: dict[str, list[Product]] = defaultdict(list)
    for product in brand.products:
        categories[product.category].append(product)
    return Coverage(
        len(brand.products),
        tuple(product for product in brand.products if said.isdisjoint(_names(product))),
        tuple(pair for members in categories.values() for pair in _missing(members, facts)),
    )


def _names(product: Product) -> tuple[str, ...]:
    """Its names, folded, that are no mere word or two."""
    names = (fold(name) for name in catalog_terms((product,)))
    return tuple(name for name in names if len(name) >= _SHORTEST_NAME)


def _facts(texts: Mapping[str, str], names: ProductNames) -> Iterator[tuple[str, str]]:
    """Each product's number with an attribute that a text states of it."""
    for source, text in texts.items():
        for record in records_in(source, text, names):
            if record.kind == "product_fact":
                skus = names.named_in(record.fields["product"])
                yield from ((sku, record.fields["attribute"]) for sku in skus)


def _missing(
    members: Sequence[Product], facts: Sequence[tuple[str, str]]
) -> Iterator[tuple[Product, str]]:
    here = {product.sku for product in members}
    known = {(sku, attribute) for sku, attribute in facts if sku in here}
    counts = Counter(attribute for _, attribute in known)
    for attribute, count in sorted(counts.items()):
        if len(members) >= _FEWEST and _SHARE <= count / len(members) < 1:
            yield from ((p, attribute) for p in members if (p.sku, attribute) not in known)
