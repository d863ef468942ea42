"""Taking a product feed into a brand's catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from knowledge.brand import Brand
from knowledge.brand_edit import editing, write_whole
from knowledge.catalog_change import CATALOG, CatalogChange, changed_catalog
from knowledge.material import Material
from knowledge.offers import Offers, offers_of
from knowledge.origins import Origin, read_origins, write_origins
from knowledge.sources import digest_of


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """How the operator wants a feed taken."""

    columns: Mapping[str, str]
    replace: bool
    licence: str


def feed_key(origin: str) -> str:
    """Under which name the origin of a feed is kept; several may fill one catalogue."""
    return f"{CATALOG} < {origin}"


def is_settled(brand: Brand, known: Origin | None, options: FeedOptions) -> bool:
    """Whether the catalogue is still what the feed made of it, with these options."""
    return known is not None and known.made == _made(brand, options)


async def take_feed(
    brand: Brand, material: Material, options: FeedOptions, now: datetime
) -> tuple[Offers, CatalogChange]:
    """Update catalog.csv by a feed, whole or not at all.

    Raises:
        KnowledgeError: the feed cannot be read, or nothing of it be used.
    """
    offers = offers_of(material.sheet(), options.columns, brand.currency)
    needed = [line.sku for order in brand.demo_orders for line in order.lines]
    async with editing(brand.folder):
        change = changed_catalog(
            brand.folder, offers, brand.currency, replace=options.replace, needed=needed
        )
        if change.added or change.changed or change.removed:
            write_whole(brand.folder / CATALOG, change.text)
        origins = read_origins(brand.folder)
        key = feed_key(material.origin)
        before = origins[key].licence if key in origins else ""
        origins[key] = Origin(
            origin=material.origin,
            fetched_at=now,
            digest=material.digest,
            licence=options.licence or before,
            etag=material.etag,
            modified=material.modified,
            # What was refused is said again next time.
            made="" if change.refused else _made(brand, options),
        )
        write_origins(brand.folder, origins)
    return offers, change


def _made(brand: Brand, options: FeedOptions) -> str:
    content = (brand.folder / CATALOG).read_bytes()
    return digest_of(content + repr((sorted(options.columns.items()), options.replace)).encode())
