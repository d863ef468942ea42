"""Building a brand's index: only what changed is read and embedded again."""

import asyncio
import shutil
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.brand import Brand
from knowledge.change import SMALL_INDEX, Change, last_version
from knowledge.collect import READABLE
from knowledge.digests import read_digests, write_digests
from knowledge.embed import Embedder
from knowledge.gleaning import forget_gleaned, glean, gleaned_of
from knowledge.known_vectors import known_vectors
from knowledge.manifest import Manifest, alone, read_manifest, recipe, write_manifest
from knowledge.office import CONVERSION, Office
from knowledge.once import kept_once
from knowledge.passages import Passage
from knowledge.products import CATALOG, catalog_terms
from knowledge.publishing import publish, record
from knowledge.reading import Progress, Reading
from knowledge.remembered_twins import forget_twins, has_twins, read_twins, write_twins
from knowledge.segment import Segmenter
from knowledge.shelving import shelve_nearby
from knowledge.snapshot import Row, Snapshot
from knowledge.sources import Listing, list_sources
from knowledge.twins import Kept, Twins
from knowledge.versions import KEPT, is_whole, kept_numbers, tidy_versions
from knowledge.writing import in_context

Shelve = Callable[[Path, Path], Awaitable[int]]

PIPELINE = 12  # raise it when the same sources would give other passages or words
_BATCH = 32
_EMBEDDING = "embedding passages"


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build found. `skipped` are files of a kind that is not read.

    `unreadable` says in a sentence each which files could not be read: one that was there before
    is still answered from as it was then, a new one is left out.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    skipped: tuple[str, ...]
    unreadable: tuple[str, ...]
    passages: int
    version: int
    seconds: float


@dataclass(frozen=True)
class Builder:
    """Keeps the index in `folder` in step with a brand. `shelve` writes it (by a child process).

    `kept` versions can be gone back to; after that files count again only for a builder that may
    `release`. The database lies in the `store` if there is one; a builder that `follows` makes
    nothing of its own but takes over what another one put there. Up to `small` passages are
    searched in memory. `shaped_by` is the brand as it was, whose names and settings the passages go
    by until all of them are made anew.
    """

    brand: Brand
    folder: Path
    embedder: Embedder
    progress: Progress | None = None
    shelve: Shelve = shelve_nearby
    kept: int = KEPT
    release: bool = False
    store: str = ""
    follows: bool = False
    small: int = SMALL_INDEX
    shaped_by: Brand | None = None

    async def build(self) -> BuildReport:
        """Bring the index and its database up to date; without a change it stays as it is.

        Raises:
            KnowledgeError: the index cannot be written; it is as it was, or the database behind.
        """
        report = await self.publish()
        await self.record()
        return report

    async def record(self) -> None:
        """Write what was published into the database, where it was not written yet."""
        if self.follows:
            return
        await record(self.folder, self.shelve, self.small)
        if self.store:
            # Imported here as well: only who shares an index needs the database for this.
            from knowledge.sharing import announce  # noqa: PLC0415

            await announce(self.folder, self.store)

    async def publish(self) -> BuildReport:
        """Make what changed live for readers; a small index's database is left to `record`.

        Raises:
            KnowledgeError: the index cannot be written; it is as it was.
        """
        started = time.perf_counter()
        async with alone(self.folder, "building"):
            digests = read_digests(self.folder)
            listing = list_sources(self.brand.folder, READABLE, digests)
            before = read_manifest(self.folder)
            unreadable: Mapping[str, str]
            if self.follows:
                from knowledge.sharing import take_over  # noqa: PLC0415

                after, unreadable = await take_over(self.folder, self.store, self.small), {}
            elif before is not None and before.held and not self.release:
                after, unreadable = before, {}
            else:
                after, unreadable = await self._after(before, listing)
                if after.held:
                    after = after.model_copy(update={"held": False})
                    write_manifest(after, self.folder)
                self._tidy(after, listing)
                write_digests(digests, self.folder)
        then, now = before.digests if before else {}, after.digests
        return BuildReport(
            added=tuple(sorted(now.keys() - then.keys())),
            changed=tuple(sorted(s for s in now.keys() & then.keys() if now[s] != then[s])),
            removed=tuple(sorted(then.keys() - now.keys())),
            skipped=listing.skipped,
            unreadable=tuple(unreadable[source] for source in sorted(unreadable)),
            passages=after.passages,
            version=after.version,
            seconds=time.perf_counter() - started,
        )

    @property
    def _reading(self) -> Reading:
        return Reading(self.brand, Office(self.folder / "converted"), self.progress)

    async def _after(
        self, before: Manifest | None, listing: Listing
    ) -> tuple[Manifest, dict[str, str]]:
        """The index as it is from now on, and what could not be read."""
        base = before if before is not None and self._still_good(before) else None
        reading = self._reading
        better = reading.office.improvable(listing.files)
        known = {s: d for s, d in (base.digests if base else {}).items() if s not in better}
        now = _as_known(reading.digests(listing), listing.unreadable, known)
        unreadable = dict(listing.unreadable)
        if base is not None and known == now:
            return base, unreadable
        remembered = read_twins(self.folder, base.version) if base else None
        if remembered is None:
            base, known, remembered = None, {}, Twins.of({})
        texts, unread = await reading.texts(_stale(known, now) & now.keys(), listing)
        unreadable |= unread
        now = _as_known(now, unread, known)
        if base is not None and known == now:
            return base, unreadable
        if base is not None and not base.passages:
            base, known = None, {}  # an empty table does not know yet how long the vectors are
        stale = _stale(known, now)
        version = max(before.version if before else 0, last_version(self.folder)) + 1

        once = await kept_once(
            remembered,
            stale,
            await asyncio.to_thread(reading.documents, texts, with_catalog=CATALOG in stale),
            lambda sources: reading.read(sources, listing),
        )
        now |= dict.fromkeys(once.missed, "")
        stale |= once.kept.keys()
        rows = await asyncio.to_thread(self._rows, once.kept)
        write_twins(once.twins, self.folder, version)
        change = Change(
            version,
            base.table_version if base else None,
            tuple(sorted(stale)),
            Snapshot(rows, await self._vectors([row.passage for row in rows], before)),
            self.store,
            self.small,
        )
        counts = {
            **{s: n for s, n in (base.counts if base else {}).items() if s not in stale},
            **Counter(row.passage.source for row in rows),
        }
        if sum(counts.values()) > self.small:
            fresh = await asyncio.to_thread(gleaned_of, [r.passage for r in rows], once.dated)
            glean(self.folder, base.version if base else None, version, stale, fresh)
        return await self._commit(base, change, now, counts), unreadable

    async def _commit(
        self, base: Manifest | None, change: Change, now: dict[str, str], counts: dict[str, int]
    ) -> Manifest:
        """Write copy or database, then say so: until then readers see what was before."""
        manifest = Manifest(
            version=change.version,
            table_version=await publish(self.folder, base, change, self.shelve),
            embedder=self.embedder.name,
            recipe=self.recipe,
            digests=now,
            counts=counts,
            store=self.store,
        )
        write_manifest(manifest, self.folder)
        return manifest

    @property
    def recipe(self) -> str:
        """Product names shape every document's passages: which product they are about."""
        brand = self.shaped_by or self.brand
        settings = (brand.personal, *brand.own_contacts)
        terms = catalog_terms(brand.products)
        return recipe((f"{PIPELINE}.{CONVERSION}", *settings, "", *terms))

    def _still_good(self, before: Manifest) -> bool:
        made = (before.embedder, before.recipe, before.store)
        same = made == (self.embedder.name, self.recipe, self.store)
        remembered = has_twins(self.folder, before.version)
        return same and remembered and is_whole(self.folder, before, self.small)

    def _rows(self, kept: Kept) -> tuple[Row, ...]:
        """The passages with their words, each document's together."""
        segmenter = Segmenter(catalog_terms(self.brand.products))
        placed = [one for document in kept.values() for one in document]
        lines = segmenter.lines([_all_text(passage) for _, passage in placed])
        return tuple(
            Row(passage, place, words)
            for (place, passage), words in zip(placed, lines, strict=True)
        )

    async def _vectors(
        self, passages: Sequence[Passage], before: Manifest | None
    ) -> NDArray[np.float32]:
        """The passages' vectors; a passage that was there before keeps the one it has."""
        usable = before if before and before.embedder == self.embedder.name else None
        vectors = await known_vectors(self.folder, usable, passages, self.small)
        missing = [passage for passage in passages if passage.id not in vectors]
        for start in range(0, len(missing), _BATCH):
            batch = missing[start : start + _BATCH]
            made = await self.embedder.passages([in_context(passage) for passage in batch])
            vectors |= zip((passage.id for passage in batch), made, strict=True)
            self._tell(start + len(batch), len(missing), _EMBEDDING)
        rows = [vectors[passage.id] for passage in passages]
        return np.array(rows, dtype=np.float32) if rows else np.zeros((0, 1), dtype=np.float32)

    def _tidy(self, after: Manifest, listing: Listing) -> None:
        """Remove what nobody can need."""
        shutil.rmtree(self.folder / "change", ignore_errors=True)
        tidy_versions(self.folder, after, self.kept)
        numbers = kept_numbers(self.folder, after)
        forget_twins(self.folder, numbers)
        forget_gleaned(self.folder, numbers)
        self._reading.office.forget_all_but(listing.files)

    def _tell(self, done: int, total: int, label: str) -> None:
        if self.progress is not None:
            self.progress(done, total, label)


def _stale(known: Mapping[str, str], now: Mapping[str, str]) -> set[str]:
    return {source for source in {*known, *now} if known.get(source) != now.get(source)}


def _as_known(
    now: Mapping[str, str], unreadable: Collection[str], known: Mapping[str, str]
) -> dict[str, str]:
    """What cannot be read stays as it was known; what never was known is left out."""
    rest = {source: digest for source, digest in now.items() if source not in unreadable}
    return rest | {source: known[source] for source in unreadable if source in known}


def _all_text(passage: Passage) -> str:
    return "\n".join((*passage.heading, passage.text))
