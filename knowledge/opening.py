"""Opening an index: brought up to date first, its newest version then ready for searching."""

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path

from knowledge.change import SMALL_INDEX, snapshot_folder
from knowledge.errors import KnowledgeError
from knowledge.foreignness import Calibration, calibration_of
from knowledge.index import Builder, BuildReport
from knowledge.manifest import Manifest, read_manifest
from knowledge.rankings import MemoryRankings, Rankings
from knowledge.snapshot import load_snapshot

_TRIES = 3

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Opened:
    """One version of the index, open for searching."""

    version: int
    rankings: Rankings
    calibration: Calibration | None = None


async def bring_up_to_date(builder: Builder) -> None:
    """Build; where nothing can be written, as on a full disk, what is there answers on."""
    try:
        warn_of(await builder.build())
    except (KnowledgeError, OSError) as error:
        manifest = read_manifest(builder.folder)
        if manifest is None or manifest.embedder != builder.embedder.name:
            raise
        _log.warning("Knowledge stays at version %d: %s", manifest.version, error)


def warn_of(report: BuildReport) -> None:
    """Name in the log each file that could not be read."""
    for sentence in report.unreadable:
        _log.warning("%s", sentence)


async def open_newest(builder: Builder) -> Opened:
    """The newest version on disk.

    Raises:
        KnowledgeError: there is none, it is damaged, or too old to be read; says what to do.
    """
    folder = builder.folder
    name, language = builder.embedder.name, builder.brand.language
    for _ in range(_TRIES):
        manifest = read_manifest(folder)
        if manifest is None:
            break
        try:
            rankings = await open_rankings(folder, manifest, builder.small)
            return Opened(manifest.version, rankings, calibration_of(folder, name, language))
        except FileNotFoundError:
            # Another process built twice since we read the manifest; there is a newer one.
            continue
        except KnowledgeError:
            raise  # it says already what to do
        except (ValueError, KeyError, TypeError) as error:
            raise KnowledgeError(
                f"The knowledge index in {folder} is damaged ({error}). Delete the folder; it is "
                "built again from the brand's files."
            ) from error
    raise KnowledgeError(f"There is no knowledge index in {folder}; build it first.")


async def open_rankings(folder: Path, manifest: Manifest, small: int = SMALL_INDEX) -> Rankings:
    """The rankings of one version: in memory up to `small` passages, in the database beyond."""
    if manifest.passages <= small:
        # In a thread: thousands of passages take a second, and other questions go on meanwhile.
        return await asyncio.to_thread(_in_memory, snapshot_folder(folder, manifest.version))
    # Imported here: it costs 150 MB and a second that a small index need not pay.
    from knowledge.table_rankings import open_table_rankings  # noqa: PLC0415

    return await open_table_rankings(folder, manifest.table_version, manifest.store)


def _in_memory(folder: Path) -> MemoryRankings:
    return MemoryRankings(load_snapshot(folder))
