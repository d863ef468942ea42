"""How a brand's index is built, as the settings want it."""

from app.settings import Settings
from knowledge.brand import Brand
from knowledge.embed import Embedder
from knowledge.index import Builder
from knowledge.reading import Progress


def knowledge_builder(
    brand: Brand, settings: Settings, embedder: Embedder, progress: Progress | None = None
) -> Builder:
    """The builder of the brand's index in the data folder.

    Raises:
        ValueError: to follow takes a store.
    """
    store = settings.knowledge_store
    if settings.knowledge_follows and not store:
        raise ValueError("DIGITAL_HUMAN_KNOWLEDGE_FOLLOWS takes DIGITAL_HUMAN_KNOWLEDGE_STORE.")
    return Builder(
        brand,
        settings.data_dir / "knowledge" / brand.id,
        embedder,
        progress,
        kept=settings.knowledge_versions,
        store=f"{store.rstrip('/')}/{brand.id}" if store else "",
        follows=settings.knowledge_follows,
    )
