"""Searching a brand's knowledge: by words and by meaning, one ranking."""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.brand import Brand
from knowledge.change import SMALL_INDEX, snapshot_folder
from knowledge.cleaning import clean_line
from knowledge.embed import EmbeddedE5, Embedder
from knowledge.errors import KnowledgeError
from knowledge.index import Builder, BuildReport, Progress, Shelve
from knowledge.manifest import Manifest, read_manifest
from knowledge.nearness import Nearness
from knowledge.passages import Found, Hit, Passage
from knowledge.products import catalog_terms
from knowledge.rankings import Candidate, MemoryRankings, Rankings
from knowledge.segment import Segmenter
from knowledge.shelving import shelve_in_child
from knowledge.snapshot import load_snapshot

# How much the words count; the meaning has the rest. Scores are fused and not ranks: how far the
# first is ahead says how sure each side is. Chosen with scripts/bench_retrieval.py.
WORD_WEIGHT = 0.5
_CANDIDATES = 50
_LONGEST_QUERY = 500
_TRIES = 3
# How many passages the words of a question are compared with.
_COMPARED = 2

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Opened:
    """One version of the index, open for searching."""

    version: int
    rankings: Rankings


class BrandKnowledge:
    """A brand's knowledge, built where needed and open for searching."""

    def __init__(
        self, builder: Builder, opened: _Opened, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._builder = builder
        self._opened = opened
        self._clock = clock
        self._segmenter = Segmenter(catalog_terms(builder.brand.products))
        # What cosines mean differs from model to model; the agent's weights are for this one.
        known = builder.embedder.name == EmbeddedE5.name
        self._nearness = Nearness(builder.embedder) if known else None

    @classmethod
    async def open(
        cls,
        brand: Brand,
        folder: Path,
        embedder: Embedder,
        progress: Progress | None = None,
        shelve: Shelve = shelve_in_child,
    ) -> "BrandKnowledge":
        """The brand's knowledge, its index in `folder` (of this brand alone) brought up to date.

        Raises:
            KnowledgeError: the index cannot be written; says what to do.
        """
        builder = Builder(brand, folder, embedder, progress, shelve)
        await _bring_up_to_date(builder)
        return cls(builder, await _open_newest(folder))

    @property
    def version(self) -> int:
        """Grows by one with each build that changed something."""
        return self._opened.version

    @property
    def version_on_disk(self) -> int:
        """The version that a process which opened it now would see."""
        manifest = read_manifest(self._builder.folder)
        return manifest.version if manifest else self.version

    async def search(self, query: str, limit: int = 5) -> Found:
        """The passages nearest to the query, at most `limit`; none for a query without words."""
        opened = self._opened
        text = clean_line(query)[:_LONGEST_QUERY]
        words = self._segmenter.words(text)
        if not words or limit < 1:
            return Found(query, opened.version, ())
        started = self._clock()
        vector = await self._vector(text)
        embedding_ms = (self._clock() - started) * 1000
        candidates = await opened.rankings.candidates(words, vector, max(limit, _CANDIDATES))
        hits = fused(candidates)[:limit]
        started = self._clock()
        nearness = await self._near(text, hits)
        embedding_ms += (self._clock() - started) * 1000
        return Found(query, opened.version, hits, embedding_ms, nearness)

    async def passages(self) -> tuple[Passage, ...]:
        """All passages, by source and place."""
        return await self._opened.rankings.passages()

    async def warm(self) -> None:
        """Load the embedding model, so that the first customer does not wait for it."""
        await self._vector("?")

    async def refresh(self) -> BuildReport:
        """Take up what changed on disk; searches that run meanwhile see the version before.

        Raises:
            KnowledgeError: as `open`; the version before stays open.
        """
        report = await self._builder.build()
        _warn_of(report)
        if report.version != self._opened.version:
            self._opened = await _open_newest(self._builder.folder)
        return report

    async def close(self) -> None:
        """Let go of the index; nothing is left running."""
        self._opened = _Opened(self._opened.version, MemoryRankings.empty())

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


def fused(candidates: Iterable[Candidate]) -> tuple[Hit, ...]:
    """One ranking of both, best first; equal scores by similarity, then by id."""
    found = tuple(candidates)
    similar = [c.similarity for c in found if c.vector_rank is not None] or [0.0]
    low, high = min(similar), max(similar)
    hits = [
        Hit(c.passage, _score(c, low, high), c.similarity, c.word_rank, c.vector_rank)
        for c in found
    ]
    return tuple(sorted(hits, key=lambda hit: (-hit.score, -hit.similarity, hit.passage.id)))


def _score(candidate: Candidate, low: float, high: float) -> float:
    """Its words, and where its similarity lies between the lowest and the highest found."""
    meaning = (candidate.similarity - low) / (high - low) if high > low else 0.0
    return WORD_WEIGHT * candidate.word_score + (1 - WORD_WEIGHT) * max(0.0, meaning)


async def _bring_up_to_date(builder: Builder) -> None:
    """Build; where nothing can be written, as on a full disk, what is there answers on."""
    try:
        _warn_of(await builder.build())
    except (KnowledgeError, OSError) as error:
        manifest = read_manifest(builder.folder)
        if manifest is None or manifest.embedder != builder.embedder.name:
            raise
        _log.warning("Knowledge stays at version %d: %s", manifest.version, error)


def _warn_of(report: BuildReport) -> None:
    for sentence in report.unreadable:
        _log.warning("%s", sentence)


async def _open_newest(folder: Path) -> _Opened:
    for _ in range(_TRIES):
        manifest = read_manifest(folder)
        if manifest is None:
            break
        try:
            return _Opened(manifest.version, await open_rankings(folder, manifest))
        except FileNotFoundError:
            # Another process built twice since we read the manifest; there is a newer one.
            continue
        except (ValueError, KeyError, TypeError) as error:
            raise KnowledgeError(
                f"The knowledge index in {folder} is damaged ({error}). Delete the folder; it is "
                "built again from the brand's files."
            ) from error
    raise KnowledgeError(f"There is no knowledge index in {folder}; build it first.")


async def open_rankings(folder: Path, manifest: Manifest) -> Rankings:
    """The rankings of one version: in memory while it is small, in the database beyond."""
    if manifest.passages <= SMALL_INDEX:
        return MemoryRankings(load_snapshot(snapshot_folder(folder, manifest.version)))
    # Imported here: it costs 150 MB and a second that a small index need not pay.
    from knowledge.table import open_table_rankings  # noqa: PLC0415

    return await open_table_rankings(folder, manifest.table_version)
