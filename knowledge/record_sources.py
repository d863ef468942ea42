"""Accepted records stand as long as their words do: in the file that they were read in."""

from collections.abc import Collection, Mapping
from pathlib import Path

from knowledge.collect import Collected
from knowledge.errors import KnowledgeError
from knowledge.manifest import recipe
from knowledge.review import Record, line_of, read_review
from knowledge.sources import FOLDER, RECORDS


def with_records(digests: Mapping[str, str], brand_folder: Path) -> dict[str, str]:
    """The digests; that of the records changes when a file does that one was read in."""
    if RECORDS not in digests:
        return dict(digests)
    named = (digests.get(source, "") for source in sorted(_named(brand_folder)))
    return {**digests, RECORDS: recipe((digests[RECORDS], *named))}


def needed(sources: Collection[str], brand_folder: Path) -> set[str]:
    """What has to be read for these sources: for the records also the files they were read in."""
    return {*sources, *(_named(brand_folder) if RECORDS in sources else ())}


def settled_records(collected: Collected, sources: Collection[str]) -> Collected:
    """Of these sources alone, the records without those whose words are gone."""
    texts = {source: text for source, text in collected.texts.items() if source in sources}
    if RECORDS in texts:
        kept, _ = standing(texts[RECORDS], collected)
        texts[RECORDS] = "".join(f"{line_of(record)}\n" for record in kept)
    unreadable = {name: why for name, why in collected.unreadable.items() if name in sources}
    return Collected(texts, unreadable)


def standing(
    records_text: str, collected: Collected
) -> tuple[tuple[Record, ...], tuple[Record, ...]]:
    """The records whose words stand in their file, and those whose do not any more.

    A record of a file that cannot be read just now stands, as does one of a chat log.
    """
    records = [record for _, record in read_review(records_text, RECORDS)]
    fallen = tuple(record for record in records if not _stands(record, collected))
    return tuple(record for record in records if record not in fallen), fallen


def _stands(record: Record, collected: Collected) -> bool:
    if not record.source.startswith(f"{FOLDER}/") or record.source in collected.unreadable:
        return True
    return record.quote in collected.texts.get(record.source, "")


def _named(brand_folder: Path) -> frozenset[str]:
    """The files of the knowledge folder that records were read in; damaged records name none."""
    try:
        text = (brand_folder / RECORDS).read_text("utf-8-sig")
        records = [record for _, record in read_review(text, RECORDS)]
    except (OSError, UnicodeDecodeError, KnowledgeError):
        return frozenset()
    return frozenset(one.source for one in records if one.source.startswith(f"{FOLDER}/"))
