"""A brand's knowledge looked over: what came in, what was left out and why, what does not agree."""

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from knowledge.accepting import read_records
from knowledge.brand import Brand
from knowledge.collect import READABLE
from knowledge.contradictions import Contradiction
from knowledge.coverage import Coverage
from knowledge.inspecting import Inspection
from knowledge.notices import Standing, standings
from knowledge.office import Office
from knowledge.origins import Origin, read_origins
from knowledge.passages import Passage
from knowledge.personal import PersonalKind
from knowledge.portions import PORTION, Portions
from knowledge.products import CATALOG, product_passages
from knowledge.reading import READING, Progress
from knowledge.sources import RECORDS, SourceFile, list_sources

MOST_SHOWN = 200  # passages that stand in several files


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One file that came in: where from, when, and how many passages it gave and are kept."""

    source: str
    origin: str
    at: datetime
    digest: str
    licence: str
    passages: int
    kept: int


@dataclass(frozen=True, slots=True)
class Outdated:
    """A file or a passage that does not hold today, and until or from when."""

    place: str
    standing: Standing
    day: date | None


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything there is to report; no personal data is in it, only how much there was.

    `duplicates` are the first of `repeated` passages that stand in several files.
    """

    brand: Brand
    today: date
    sources: tuple[SourceLine, ...]
    skipped: tuple[str, ...]
    unreadable: tuple[str, ...]
    left_out: tuple[tuple[str, int, str], ...]
    duplicates: tuple[Passage, ...]
    repeated: int
    contradictions: tuple[Contradiction, ...]
    outdated: tuple[Outdated, ...]
    personal: Mapping[PersonalKind, int]
    coverage: Coverage
    records: int

    @property
    def passages(self) -> int:
        """How many are searched."""
        return sum(line.kept for line in self.sources)


async def survey(
    brand: Brand, today: date, progress: Progress | None = None, portion: int = PORTION
) -> Survey:
    """Look all of a brand's knowledge over; the index is not needed and not changed.

    Texts are read a `portion` of bytes at a time, and those again that may say something twice or
    otherwise.
    """
    listing = list_sources(brand.folder, READABLE)
    with tempfile.TemporaryDirectory(prefix="digital-human-survey-") as scratch:
        told = _Told(len(listing.files), progress)
        office = Office(Path(scratch))
        portions = await Portions.of(brand, listing.files, office, told.one_more, portion)
        looked = Inspection(brand, portions)
        await looked.read()
        outdated = _outdated(looked, today)
        await looked.read_again([one.place for one in outdated])
        repeated = [one for one in looked.twins.repeated() if one[1] and one[0][0] != RECORDS]
        repeated.sort()
        shown = await looked.passages_at(repeated[:MOST_SHOWN])
    return Survey(
        brand=brand,
        today=today,
        sources=_sources(looked, listing.files),
        skipped=listing.skipped,
        unreadable=(
            *listing.unreadable.values(),
            *looked.portions.failed.values(),
            *looked.unreadable,
            *looked.fallen,
            *looked.partly,
        ),
        left_out=tuple(looked.left_out),
        duplicates=shown,
        repeated=len(repeated),
        contradictions=looked.contradictions.found(),
        outdated=outdated,
        personal=looked.personal,
        coverage=looked.covering.result(),
        records=len(read_records(brand.folder)),
    )


@dataclass
class _Told:
    """Counts the files that are read; those that are read again are not told of."""

    total: int
    progress: Progress | None
    done: int = 0

    def one_more(self, _: SourceFile) -> None:
        self.done += 1
        if self.progress is not None:
            self.progress(min(self.done, self.total), self.total, READING)


def _sources(looked: Inspection, files: Sequence[SourceFile]) -> tuple[SourceLine, ...]:
    brand, dropped = looked.brand, looked.twins.dropped()
    origins = read_origins(brand.folder)
    lines = [
        _line(file, origins.get(file.source), count, count - dropped.get(file.source, 0))
        for file in files
        if (count := looked.counts.get(file.source)) is not None
    ]
    catalog = brand.folder / CATALOG
    products = len(product_passages(brand))
    return (*lines, SourceLine(CATALOG, "", _changed(catalog), "", "", products, products))


def _line(file: SourceFile, origin: Origin | None, passages: int, kept: int) -> SourceLine:
    at = origin.fetched_at if origin else _changed(file.path)
    where, licence = (origin.origin, origin.licence) if origin else ("", "")
    return SourceLine(file.source, where, at, file.digest[:12], licence, passages, kept)


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _outdated(looked: Inspection, today: date) -> tuple[Outdated, ...]:
    standing = standings(looked.notices, today)
    days = {
        one.source: one.starts if standing.get(one.source) == "coming" else one.ends
        for one in looked.notices
    }
    found = [
        Outdated(looked.titles.get(name, name), why, days.get(name))
        for name, why in standing.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.standing, one.place)))


def totals(looked: Survey) -> dict[str, int]:
    """Every number of a survey by its name."""
    return {
        "files": len(looked.sources),
        "passages": looked.passages,
        "records": looked.records,
        "skipped": len(looked.skipped),
        "unreadable": len(looked.unreadable),
        "left_out": sum(count for _, count, _ in looked.left_out),
        "duplicates": sum(line.passages - line.kept for line in looked.sources),
        "contradictions": len(looked.contradictions),
        "outdated": Counter(one.standing != "coming" for one in looked.outdated)[True],
        "coming": Counter(one.standing == "coming" for one in looked.outdated)[True],
        "personal": sum(looked.personal.values()),
        "unknown_products": len(looked.coverage.without_passage),
        "missing_attributes": len(looked.coverage.missing),
    }
