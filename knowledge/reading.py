"""A brand's sources, read and cut into passages."""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass

from knowledge.brand import Brand
from knowledge.collect import collect
from knowledge.manifest import recipe
from knowledge.office import Office
from knowledge.products import CATALOG, ProductNames, product_passages
from knowledge.record_passages import document_passages
from knowledge.record_sources import needed, settled_records, with_records
from knowledge.settling import settled
from knowledge.sources import Listing
from knowledge.twins import Documents

Progress = Callable[[int, int, str], None]
READING = "reading knowledge"


@dataclass(frozen=True)
class Reading:
    """Reads a brand's files, office documents by the help of `office`, and its catalogue."""

    brand: Brand
    office: Office
    progress: Progress | None = None

    def digests(self, listing: Listing) -> dict[str, str]:
        """What each source is as of now, in short."""
        catalog = recipe(map(repr, (self.brand.language, *self.brand.products)))
        digests = {file.source: file.digest for file in listing.files} | {CATALOG: catalog}
        return with_records(digests, self.brand.folder)

    async def texts(
        self, sources: set[str], listing: Listing
    ) -> tuple[dict[str, str], dict[str, str]]:
        """The texts of these sources, and why some of them have none."""
        read = needed(sources, self.brand.folder)
        files = [file for file in listing.files if file.source in read]
        done = itertools.count(1)
        collected = await collect(files, self.office, lambda _: self._tell(next(done), len(files)))
        hidden, _ = await asyncio.to_thread(settled, collected, self.brand)
        clean = settled_records(hidden, sources)
        return clean.texts, clean.unreadable

    async def read(self, sources: set[str], listing: Listing) -> Documents:
        """The passages of those of these sources that can be read."""
        texts, _ = await self.texts(sources, listing)
        return await asyncio.to_thread(self.documents, texts)

    def documents(self, texts: dict[str, str], *, with_catalog: bool = False) -> Documents:
        """The passages of these texts by source."""
        names = ProductNames(self.brand.products)
        documents = {s: document_passages(s, text, names) for s, text in texts.items()}
        return documents | ({CATALOG: product_passages(self.brand)} if with_catalog else {})

    def _tell(self, done: int, total: int) -> None:
        if self.progress is not None:
            self.progress(done, total, READING)
