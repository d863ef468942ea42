"""Products that are found, told as the catalogue has them now: an index may be behind it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from knowledge.brand import Brand
from knowledge.passages import Hit
from knowledge.products import product_passage


def as_offered(hits: Iterable[Hit], brand: Brand) -> Iterator[Hit]:
    """The hits with each product's own passage as of now; none of what is sold no more."""
    for hit in hits:
        if hit.passage.kind != "product":
            yield hit
        elif product := brand.product(hit.passage.sku or ""):
            yield replace(hit, passage=product_passage(product, brand.language))
