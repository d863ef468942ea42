"""Taking up what an editor accepted: from a review file into the brand's knowledge."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from knowledge.brand import Brand
from knowledge.brand_edit import editing, write_whole
from knowledge.collect import READABLE, collect
from knowledge.errors import KnowledgeError
from knowledge.office import Office
from knowledge.review import Record, line_of, read_review, trouble_with
from knowledge.settling import settled
from knowledge.sources import FOLDER, RECORDS, list_sources


@dataclass(frozen=True, slots=True)
class Accepted:
    """How many were taken up, dropped and left undecided, and why some could not be taken."""

    added: int
    dropped: int
    undecided: int
    total: int
    refused: tuple[str, ...]


async def accept(review: Path, brand: Brand) -> Accepted:
    """Bring `knowledge/records.jsonl` in line with an edited review file.

    A record whose numbers or quote do not stand where it says is refused; the others are taken.

    Raises:
        KnowledgeError: the review file, or what was accepted before, cannot be read.
    """
    given = read_review(_text(review), review.name)
    wanted = [(number, record) for number, record in given if record.accept]
    texts = await source_texts(brand, {record.source for _, record in wanted})
    refused, fit = [], []
    for number, record in wanted:
        if trouble := trouble_with(record) or _misquoted(record, texts):
            refused.append(f"{review.name}, line {number}: {trouble}.")
        else:
            fit.append(_placed(record, texts))
    rejected = {record.identity for _, record in given if record.accept is False}
    path = brand.folder / RECORDS
    async with editing(brand.folder):
        before = read_records(brand.folder)
        kept = {one.identity: one for one in before if one.identity not in rejected}
        after = kept | {one.identity: one for one in fit}
        if path.exists() or after:
            write_whole(path, "".join(f"{line_of(one)}\n" for one in after.values()))
    return Accepted(
        added=len(after.keys() - kept.keys()),
        dropped=len(before) - len(kept),
        undecided=sum(record.accept is None for _, record in given),
        total=len(after),
        refused=tuple(refused),
    )


def read_records(brand_folder: Path) -> tuple[Record, ...]:
    """What was accepted so far.

    Raises:
        KnowledgeError: the file is damaged.
    """
    path = brand_folder / RECORDS
    text = _text(path) if path.exists() else ""
    return tuple(record for _, record in read_review(text, RECORDS))


async def source_texts(brand: Brand, sources: Iterable[str] | None = None) -> dict[str, str]:
    """The clean texts, as they are quoted, of these files of the brand; of all if not given."""
    listing = list_sources(brand.folder, READABLE)
    wanted = None if sources is None else set(sources)
    files = [
        file
        for file in listing.files
        if file.source != RECORDS and (wanted is None or file.source in wanted)
    ]
    with tempfile.TemporaryDirectory(prefix="digital-human-texts-") as scratch:
        collected = await collect(files, Office(Path(scratch)), lambda _: None)
    return settled(collected, brand)[0].texts


def _misquoted(record: Record, texts: dict[str, str]) -> str:
    """A record of a file that is not knowledge, such as a chat log, brings its words along."""
    if not record.source.startswith(f"{FOLDER}/"):
        return ""
    if record.source not in texts:
        return f"{record.source} is not there any more, or cannot be read"
    if record.quote not in texts[record.source]:
        return f"the quote does not stand in {record.source}; run `knowledge extract` again"
    return ""


def _placed(record: Record, texts: dict[str, str]) -> Record:
    """The record with the place where its quote stands now, nearest to where it stood."""
    text = texts.get(record.source, "")
    places = [i for i in range(len(text)) if text.startswith(record.quote, i)] if text else []
    if not places:
        return record
    start = min(places, key=lambda place: abs(place - record.start))
    return record.model_copy(update={"start": start, "end": start + len(record.quote)})


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path} cannot be read ({error}); give a review file.") from error
