"""Searching a brand's knowledge: by words and by meaning, one ranking."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.brand import Brand
from knowledge.cleaning import clean_line
from knowledge.closeness import closeness
from knowledge.covering import covered
from knowledge.current_offers import as_offered
from knowledge.embed import EmbeddedE5, Embedder
from knowledge.errors import KnowledgeError
from knowledge.filters import EVERYTHING, Only, language_of
from knowledge.foreignness import (
    Calibration,
    Signs,
    write_calibration,
)
from knowledge.fusing import Ranked, fused
from knowledge.gleaning import Gleaned, gleaned_of, read_gleaned, write_gleaned
from knowledge.index import Builder, BuildReport, Shelve
from knowledge.manifest import read_manifest, read_version
from knowledge.nearness import Nearness
from knowledge.opening import Opened, bring_up_to_date, open_newest, warn_of
from knowledge.passages import Found, Hit, Passage
from knowledge.products import catalog_terms
from knowledge.rankings import MemoryRankings, Rankings, Read
from knowledge.reading import Progress
from knowledge.remembered_vectors import RememberedVectors
from knowledge.reranking import relevances
from knowledge.segment import Segmenter
from knowledge.shelving import shelve_nearby
from knowledge.watching import state_of

_CANDIDATES = 50
# So many of the best are looked at more closely: of more the right one is no more often first.
_RERANKED = 20
# Of a large index, where each passage that is read takes some tenths of a millisecond.
_RERANKED_OF_MANY = 10
# Among so many of the best the nearest is looked for.
_SIGHTED = 8
_LONGEST_QUERY = 500
_ASKED_SECONDS = 5
# How many passages the words of a question are compared with.
_COMPARED = 2

_log = logging.getLogger(__name__)


class BrandKnowledge:
    """A brand's knowledge, built where needed and open for searching."""

    def __init__(
        self, builder: Builder, opened: Opened, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._builder = builder
        self._opened = opened
        self._offered = builder.brand
        self._clock = clock
        self._segmenter = Segmenter(catalog_terms(builder.brand.products))
        # What cosines mean differs from model to model; the agent's weights are for this one.
        known = builder.embedder.name == EmbeddedE5.name
        self._vectors = RememberedVectors(builder.embedder)
        self._nearness = Nearness(self._vectors) if known else None

    @classmethod
    async def open(
        cls,
        brand: Brand,
        folder: Path,
        embedder: Embedder,
        progress: Progress | None = None,
        shelve: Shelve = shelve_nearby,
    ) -> "BrandKnowledge":
        """The brand's knowledge, its index in `folder` (of this brand alone) brought up to date.

        Raises:
            KnowledgeError: the index cannot be written; says what to do.
        """
        return await cls.open_with(Builder(brand, folder, embedder, progress, shelve))

    @classmethod
    async def open_with(cls, builder: Builder) -> "BrandKnowledge":
        """The same, by a builder that is told more.

        Raises:
            KnowledgeError: as `open`.
        """
        await bring_up_to_date(builder)
        return cls(builder, await open_newest(builder))

    @property
    def version(self) -> int:
        """Grows by one with each build that changed something."""
        return self._opened.version

    @property
    def version_on_disk(self) -> int:
        """The version that a process which opened it now would see."""
        version = read_version(self._builder.folder)
        return self.version if version is None else version

    @property
    def held(self) -> bool:
        """Whether an operator went back to this version: changed files wait for a build."""
        manifest = read_manifest(self._builder.folder)
        return manifest is not None and manifest.held

    async def search(self, query: str, limit: int = 5, only: Only = EVERYTHING) -> Found:
        """The passages nearest to the query, at most `limit`; none for a query without words."""
        opened = self._opened
        text = clean_line(query)[:_LONGEST_QUERY]
        words = self._segmenter.words(text)
        if not words or limit < 1:
            return Found(query, opened.version, ())
        started = self._clock()
        vector = await self._vector(text)
        embedding_ms = (self._clock() - started) * 1000
        rankings = opened.rankings
        candidates = await rankings.candidates(words, vector, max(limit, _CANDIDATES), only)
        few = isinstance(rankings, MemoryRankings)
        ranked = fused(candidates)[: max(limit, _RERANKED if few else _RERANKED_OF_MANY)]
        read = await rankings.read([one.candidate.key for one in ranked], vector)
        found = [_hit(one, there) for one, there in zip(ranked, read, strict=True)]
        if self._nearness and vector is not None:
            likely = relevances(text, words, read, rankings.rarity)
            order = np.argsort(-likely, kind="stable").tolist()
            found = [replace(found[i], relevance=round(float(likely[i]), 4)) for i in order]
        hits = tuple(as_offered(found, self._offered))[:limit]
        started = self._clock()
        nearness = await self._near(text, hits)
        close = await closeness(self._vectors, vector, [hit.passage for hit in hits])
        embedding_ms += (self._clock() - started) * 1000
        signs = _signs(text, words, read[:_SIGHTED], rankings)
        known = opened.calibration if vector is not None else None
        return Found(
            query,
            opened.version,
            hits,
            embedding_ms,
            nearness,
            signs.coverage,
            known.foreignness(signs) if known else None,
            close,
        )

    async def signs(self, question: str, without: str | None = None) -> Signs:
        """What tells whether a question is foreign, as if one passage were not there."""
        text = clean_line(question)[:_LONGEST_QUERY]
        words, vector = self._segmenter.words(text), await self._vector(text)
        rankings = self._opened.rankings
        ranked = fused(await rankings.candidates(words, vector, _CANDIDATES))[:_SIGHTED]
        read = await rankings.read([one.candidate.key for one in ranked], vector)
        return _signs(text, words, [one for one in read if one.passage.id != without], rankings)

    async def recalibrated(self, calibration: Calibration) -> None:
        """Judge by this from now on; other processes do so when they next open the index."""
        write_calibration(calibration, self._builder.folder)
        self._opened = replace(self._opened, calibration=calibration)

    async def passages(self, source: str = "", most: int | None = None) -> tuple[Passage, ...]:
        """All passages, by source and place, or those of one source; at most so many of them."""
        return await self._opened.rankings.passages(source, most)

    async def gleaned(self) -> Gleaned:
        """What all passages together tell; of a large index as it was written when it was built."""
        opened = self._opened
        if isinstance(opened.rankings, MemoryRankings):
            return await asyncio.to_thread(gleaned_of, await opened.rankings.passages())
        known = await asyncio.to_thread(read_gleaned, self._builder.folder, opened.version)
        if known is None:
            # Taken over from another machine, or grown large just now.
            passages = await opened.rankings.passages()
            known = await asyncio.to_thread(gleaned_of, passages)
            write_gleaned(known, self._builder.folder, opened.version)
        return known

    async def warm(self) -> None:
        """Load the embedding model, so that the first customer does not wait for it."""
        await self._vector("?")

    async def refresh(self) -> BuildReport:
        """Take up what changed on disk; searches that run meanwhile see the version before.

        Raises:
            KnowledgeError: as `open`; the version before stays open.
        """
        report = await self.take_up(self._builder.brand)
        await self.record()
        return report

    def makes_anew(self, brand: Brand) -> bool:
        """Whether taking up this brand makes a large index anew, which takes minutes."""
        large = not isinstance(self._opened.rankings, MemoryRankings)
        return large and self._builder.recipe != replace(self._builder, brand=brand).recipe

    def offer(self, brand: Brand) -> None:
        """Tell products as this brand's catalogue has them, while an older one is taken up."""
        self._offered = brand

    async def take_up(self, brand: Brand, *, anew: bool = True) -> BuildReport:
        """As `refresh`, for the brand as it is by now; the database is left to `record`.

        Without `anew` passages stay that would only be shaped by other names.

        Raises:
            KnowledgeError: as `open`; brand and version before stay.
        """
        before, offered = self._builder.brand, self._offered
        builder = replace(self._builder, brand=brand, shaped_by=None if anew else before)
        report = await builder.publish()
        warn_of(report)
        if report.version != self._opened.version:
            self._opened = await open_newest(builder)
        self._builder = builder
        if self._offered is offered:
            self._offered = brand
        if brand is not before:
            self._segmenter = Segmenter(catalog_terms(brand.products))
        return report

    async def record(self) -> None:
        """Write what was taken up into the database, where it was not written yet."""
        await self._builder.record()

    def state_on_disk(self) -> tuple[int, int]:
        """Another one when there is something to take up: a version, or a changed file."""
        builder = self._builder
        if builder.follows:
            # Nothing tells of a new version in a store: it is asked from time to time.
            return self.version_on_disk, int(self._clock() // _ASKED_SECONDS)
        return self.version_on_disk, state_of(builder.brand.folder)

    async def close(self) -> None:
        """Let go of the index; nothing is left running."""
        self._opened = Opened(self._opened.version, MemoryRankings.empty())

    async def _near(self, text: str, hits: tuple[Hit, ...]) -> tuple[tuple[str, float], ...] | None:
        if self._nearness is None:
            return None
        best = [" ".join((*hit.passage.heading, hit.passage.text)) for hit in hits[:_COMPARED]]
        return await self._nearness.of(text, best)

    async def _vector(self, text: str) -> NDArray[np.float32] | None:
        try:
            return await self._builder.embedder.query(text)
        except KnowledgeError as error:
            # The words alone still find most answers; no answer at all would help nobody.
            _log.warning("searching by words only: %s", error)
            return None


def _hit(ranked: Ranked, read: Read) -> Hit:
    candidate = ranked.candidate
    return Hit(
        read.passage,
        ranked.score,
        read.similarity,
        candidate.word_rank,
        candidate.vector_rank,
        ranked.by_words,
        ranked.by_meaning,
    )


def _signs(text: str, words: Sequence[str], read: Sequence[Read], rankings: Rankings) -> Signs:
    nearest = max((one.similarity for one in read), default=0.0)
    share = covered(text, words, [one.words for one in read], rankings.rarity)
    return Signs(language_of(text), nearest, share)
