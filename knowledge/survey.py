"""A brand's knowledge looked over: what came in, what was left out and why, what does not agree."""

import re
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from knowledge.accepting import read_records
from knowledge.brand import Brand
from knowledge.collect import READABLE, Collected, collect
from knowledge.contradictions import Contradiction, contradictions
from knowledge.coverage import Coverage, coverage
from knowledge.notices import Standing, notices_in, standings
from knowledge.office import Office
from knowledge.origins import Origin, read_origins
from knowledge.passages import Passage
from knowledge.personal import PersonalKind
from knowledge.products import CATALOG, ProductNames, product_passages
from knowledge.record_passages import document_passages
from knowledge.record_sources import settled_records, standing
from knowledge.settling import settled
from knowledge.sources import RECORDS, SourceFile, list_sources
from knowledge.twins import Kept, Twins
from knowledge.unread_pages import unread_in

LEFT_OUT = re.compile(r"<!-- left out: (\d+) ([a-z ]+) -->")


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
    """Everything there is to report; no personal data is in it, only how much there was."""

    brand: Brand
    today: date
    sources: tuple[SourceLine, ...]
    skipped: tuple[str, ...]
    unreadable: tuple[str, ...]
    left_out: tuple[tuple[str, int, str], ...]
    duplicates: tuple[Passage, ...]
    contradictions: tuple[Contradiction, ...]
    outdated: tuple[Outdated, ...]
    personal: Mapping[PersonalKind, int]
    coverage: Coverage
    records: int

    @property
    def passages(self) -> int:
        """How many are searched."""
        return sum(line.kept for line in self.sources)


async def survey(brand: Brand, today: date) -> Survey:
    """Read all of a brand's knowledge and look it over; the index is not needed and not changed."""
    listing = list_sources(brand.folder, READABLE)
    with tempfile.TemporaryDirectory(prefix="digital-human-survey-") as scratch:
        collected = await collect(listing.files, Office(Path(scratch)), lambda _: None)
    clean, personal = settled(collected, brand)
    fallen = _fallen(clean)
    clean = settled_records(clean, clean.texts.keys() | clean.unreadable.keys())
    names = ProductNames(brand.products)
    documents = {s: document_passages(s, text, names) for s, text in sorted(clean.texts.items())}
    kept = _kept(documents)
    passages = [passage for document in kept.values() for _, passage in document]
    texts = {source: text for source, text in clean.texts.items() if source != RECORDS}
    outdated = _outdated(passages, today)
    return Survey(
        brand=brand,
        today=today,
        sources=_sources(brand, listing.files, documents, kept),
        skipped=listing.skipped,
        unreadable=(
            *listing.unreadable.values(),
            *clean.unreadable.values(),
            *fallen,
            *filter(None, (unread_in(source, text) for source, text in clean.texts.items())),
        ),
        left_out=_left_out(clean.texts),
        duplicates=tuple(p for p in passages if p.also and p.source != RECORDS),
        contradictions=contradictions(texts, brand.products, [one.place for one in outdated]),
        outdated=outdated,
        personal=personal,
        coverage=coverage(brand, texts, passages),
        records=len(read_records(brand.folder)),
    )


def _fallen(clean: Collected) -> tuple[str, ...]:
    """A sentence for each accepted record whose words are gone from its file."""
    _, fallen = standing(clean.texts.get(RECORDS, ""), clean)
    return tuple(
        f"{RECORDS} has a record that is left out: “{one.quote[:40]}” does not stand in "
        f"{one.source} any more."
        for one in fallen
    )


def _kept(documents: Mapping[str, tuple[Passage, ...]]) -> Kept:
    twins = Twins.of({}).changed(set(), documents)
    twins = twins.decided(twins.undecided(set(documents)), documents)
    return twins.once(documents)


def _sources(
    brand: Brand,
    files: Sequence[SourceFile],
    documents: Mapping[str, tuple[Passage, ...]],
    kept: Kept,
) -> tuple[SourceLine, ...]:
    origins = read_origins(brand.folder)
    lines = [
        _line(file, origins.get(file.source), documents[file.source], len(kept[file.source]))
        for file in files
        if file.source in documents
    ]
    catalog = brand.folder / CATALOG
    products = len(product_passages(brand))
    return (*lines, SourceLine(CATALOG, "", _changed(catalog), "", "", products, products))


def _line(
    file: SourceFile, origin: Origin | None, passages: Sequence[Passage], kept: int
) -> SourceLine:
    at = origin.fetched_at if origin else _changed(file.path)
    where, licence = (origin.origin, origin.licence) if origin else ("", "")
    return SourceLine(file.source, where, at, file.digest[:12], licence, len(passages), kept)


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _left_out(texts: Mapping[str, str]) -> tuple[tuple[str, int, str], ...]:
    return tuple(
        (source, int(match[1]), match[2])
        for source, text in sorted(texts.items())
        for match in LEFT_OUT.finditer(text)
    )


def _outdated(passages: Sequence[Passage], today: date) -> tuple[Outdated, ...]:
    notices = notices_in(passages)
    standing = standings(notices, today)
    titles = {one.id: f"{one.source} › {' › '.join(one.heading[1:])}" for one in passages}
    days = {
        one.source: one.starts if standing.get(one.source) == "coming" else one.ends
        for one in notices
    }
    found = [
        Outdated(titles.get(name, name), why, days.get(name)) for name, why in standing.items()
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
