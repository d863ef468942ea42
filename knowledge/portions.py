"""A brand's texts, a few megabytes at a time and as often as need be."""

from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.brand import Brand
from knowledge.collect import Collected, collect
from knowledge.office import OFFICE, Office
from knowledge.personal import PersonalKind
from knowledge.record_sources import needed, settled_records, standing
from knowledge.review import Record
from knowledge.settling import settled
from knowledge.sources import RECORDS, SourceFile

PORTION = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Portion:
    """Some texts by source, ready to be cut into passages, and why others have none.

    `personal` is how much was hidden in them, `fallen` are accepted records that do not stand.
    """

    texts: Mapping[str, str]
    unreadable: Mapping[str, str]
    personal: Mapping[PersonalKind, int]
    fallen: tuple[Record, ...] = ()


@dataclass(frozen=True)
class Portions:
    """Reads the files in the order of their names; office documents are converted once.

    `failed` says which of these cannot be, and why. A portion has at most so many bytes of files.
    """

    brand: Brand
    files: tuple[SourceFile, ...]
    office: Office
    failed: Mapping[str, str]
    on_file: Callable[[SourceFile], None]
    most_bytes: int = PORTION

    @classmethod
    async def of(
        cls,
        brand: Brand,
        files: Sequence[SourceFile],
        office: Office,
        on_file: Callable[[SourceFile], None],
        most_bytes: int = PORTION,
    ) -> "Portions":
        """All of these files."""
        documents = [file for file in files if file.path.suffix.lower() in OFFICE]
        failed = await office.convert(documents, lambda _: None)
        ordered = tuple(sorted(files, key=lambda f: f.source))
        return cls(brand, ordered, office, failed, on_file, most_bytes)

    async def texts(self, sources: Collection[str] | None = None) -> AsyncIterator[Portion]:
        """Those of these sources, or all, in order; the accepted records are a portion alone."""
        wanted = [file for file in self.files if sources is None or file.source in sources]
        readable = [file for file in wanted if file.source not in self.failed]
        for some in _cut(readable, self.most_bytes):
            if some[0].source == RECORDS:
                yield await self._records()
            else:
                clean, personal = settled(
                    await collect(some, self.office, self.on_file), self.brand
                )
                yield Portion(clean.texts, clean.unreadable, personal)

    async def _records(self) -> Portion:
        """With the files that records were read in, which say whether their words still stand."""
        named = needed({RECORDS}, self.brand.folder)
        files = [f for f in self.files if f.source in named and f.source not in self.failed]
        collected = await collect(files, self.office, lambda _: None)
        _, personal = settled(_only(collected, {RECORDS}), self.brand)
        clean, _ = settled(collected, self.brand)
        unread = {**clean.unreadable, **self.failed}
        clean = Collected(clean.texts, unread)
        _, fallen = standing(clean.texts.get(RECORDS, ""), clean)
        own = settled_records(clean, {RECORDS})
        return Portion(own.texts, own.unreadable, personal, fallen)


def _only(collected: Collected, sources: Collection[str]) -> Collected:
    return Collected({s: t for s, t in collected.texts.items() if s in sources}, {})


def _cut(files: Sequence[SourceFile], most_bytes: int) -> Iterator[list[SourceFile]]:
    """Files of so many bytes together; a larger one, or that of the records, is alone."""
    some: list[SourceFile] = []
    size = 0
    for file in files:
        own = file.path.stat().st_size if file.path.exists() else 0
        if some and (size + own > most_bytes or RECORDS in {file.source, some[0].source}):
            yield some
            some, size = [], 0
        some.append(file)
        size += own
    if some:
        yield some
