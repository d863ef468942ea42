"""A brand's texts read for the report, portion by portion: what is kept of each is small."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from knowledge.brand import Brand
from knowledge.contradictions import Contradictions
from knowledge.coverage import Covering
from knowledge.extracting import records_in
from knowledge.notices import Notice, dated_in
from knowledge.passages import Passage
from knowledge.personal import PersonalKind
from knowledge.portions import Portion, Portions
from knowledge.products import ProductNames
from knowledge.record_passages import document_passages
from knowledge.review import Record
from knowledge.sources import RECORDS
from knowledge.twins import Told, Twins
from knowledge.unread_pages import unread_in

_LEFT_OUT = re.compile(r"<!-- left out: (\d+) ([a-z ]+) -->")


@dataclass
class Inspection:
    """What the first reading tells: of a source how many passages it has, of all the rest."""

    brand: Brand
    portions: Portions
    counts: dict[str, int] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    left_out: list[tuple[str, int, str]] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    fallen: list[str] = field(default_factory=list)
    partly: list[str] = field(default_factory=list)
    personal: Counter[PersonalKind] = field(default_factory=Counter)
    twins: Twins = field(default_factory=lambda: Twins.of({}))

    def __post_init__(self) -> None:
        self.covering = Covering(self.brand)
        self.contradictions = Contradictions(self.brand.products)
        self._names = ProductNames(self.brand.products)

    async def read(self) -> None:
        """Read everything once."""
        parts = [self.twins]
        async for portion in self.portions.texts():
            self.unreadable += portion.unreadable.values()
            self.fallen += map(_fallen, portion.fallen)
            self.personal.update(portion.personal)
            parts.append(self._read(portion))
        self.twins = Twins.joined(parts)

    async def read_again(self, over: Collection[str]) -> None:
        """Read what may be said twice or otherwise; nothing in what is `over` disagrees."""
        rows = self.twins.undecided(set(self.twins.sources))
        near, suspects = self.twins.sources_of(rows), self.contradictions.suspects(over)
        async for portion in self.portions.texts(near | suspects):
            self.twins = self.twins.decided_among(rows, self._documents(portion, near))
            texts = {s: t for s, t in portion.texts.items() if s in suspects}
            self.contradictions.recall(texts, self._records(texts))

    async def passages_at(self, places: Sequence[Told]) -> tuple[Passage, ...]:
        """The passages at these places, each naming the other files."""
        wanted = {place for place, _ in places}
        found: dict[tuple[str, int], Passage] = {}
        async for portion in self.portions.texts({source for source, _ in wanted}):
            for source, own in self._documents(portion).items():
                found |= {(source, n): p for n, p in enumerate(own) if (source, n) in wanted}
        return tuple(replace(found[at], also=also) for at, also in places if at in found)

    def _read(self, portion: Portion) -> Twins:
        documents = self._documents(portion)
        texts = {source: text for source, text in portion.texts.items() if source != RECORDS}
        records = self._records(texts)
        self.contradictions.note(texts, records)
        self.covering.note((one for own in documents.values() for one in own), records)
        for source, text in portion.texts.items():
            self.left_out += [(source, int(m[1]), m[2]) for m in _LEFT_OUT.finditer(text)]
            self.partly += filter(None, (unread_in(source, text),))
        for source, own in documents.items():
            self.counts[source] = len(own)
        dated = dated_in(documents)
        for source, notices in dated.items():
            self.notices += notices
            named = {notice.source for notice in notices}
            told = (one for one in documents[source] if one.id in named)
            self.titles |= {one.id: f"{source} › {' › '.join(one.heading[1:])}" for one in told}
        return Twins.of(documents, dated)

    def _documents(
        self, portion: Portion, sources: Collection[str] | None = None
    ) -> Mapping[str, tuple[Passage, ...]]:
        return {
            source: document_passages(source, text, self._names)
            for source, text in portion.texts.items()
            if sources is None or source in sources
        }

    def _records(self, texts: Mapping[str, str]) -> list[Record]:
        return [one for name, text in texts.items() for one in records_in(name, text, self._names)]


def _fallen(record: Record) -> str:
    """A sentence for an accepted record whose words are gone from its file."""
    return (
        f"{RECORDS} has a record that is left out: “{record.quote[:40]}” does not stand in "
        f"{record.source} any more."
    )
