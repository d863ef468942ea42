"""Mining an exported chat log into a review file, which an editor goes through."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from knowledge.brand import Brand
from knowledge.brand_edit import write_whole
from knowledge.chat_answers import records_of
from knowledge.chat_messages import Message, messages_of
from knowledge.chat_pairs import Dropped, mined
from knowledge.chat_sides import with_sides
from knowledge.errors import KnowledgeError
from knowledge.origins import Origin, licensed, read_origins, write_origins
from knowledge.review import Record, line_of, read_review
from knowledge.settling import own_contacts
from knowledge.sources import content_of, digest_of, visible_files

FOLDER = "review"
LOGS = frozenset({".csv", ".json", ".jsonl", ".txt", ".xlsx"})


@dataclass(frozen=True, slots=True)
class ChatOptions:
    """How the operator wants a log read."""

    columns: Mapping[str, str]
    staff: Collection[str]
    licence: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The review file, how many questions it has, and what came of the log."""

    name: str
    questions: int
    exchanges: int
    conversations: int
    dropped: Counter[Dropped]
    refused: tuple[str, ...] = ()
    unchanged: bool = False


def mine_log(brand: Brand, path: Path, options: ChatOptions, now: datetime) -> Reviewed:
    """Write the review file of a log, or of a folder of logs, into the brand folder.

    What was decided in it stays; a log that cannot be read stops no other.

    Raises:
        KnowledgeError: nothing can be read, or nothing in it is for others.
    """
    logs, refused = _contents(path)
    told = [content for _, content in logs]
    asked = repr((sorted(options.columns.items()), options.staff))
    digest = digest_of("".join([*map(digest_of, told), asked]).encode())
    name = f"{FOLDER}/{path.stem}.jsonl"
    origins = read_origins(brand.folder)
    known, review = origins.get(name), brand.folder / name
    if known and known.digest == digest and review.is_file():
        write_origins(brand.folder, origins | {name: licensed(known, options.licence)})
        return Reviewed(name, 0, 0, 0, Counter(), tuple(refused), unchanged=True)
    own = (brand.name, brand.agent_name)
    messages = with_sides(_messages(logs, options, refused), options.staff, own)
    found = mined(messages, own_contacts(brand))
    if not found.exchanges:
        raise KnowledgeError(
            f"{path.name} has no answer that could be told to others ({shown(found.dropped)})."
        )
    records = _as_decided(records_of(found.exchanges, path.name), review)
    write_whole(review, "".join(f"{line_of(record)}\n" for record in records))
    licence = options.licence or (known.licence if known else "")
    origins[name] = Origin(origin=str(path), fetched_at=now, digest=digest, licence=licence)
    write_origins(brand.folder, origins)
    return Reviewed(
        name,
        len(records),
        len(found.exchanges),
        found.conversations,
        found.dropped,
        tuple(refused),
    )


def _contents(path: Path) -> tuple[list[tuple[str, bytes]], list[str]]:
    """Each log by its name, and why one cannot be opened."""
    files = [path]
    if path.is_dir():
        files = [one for one in visible_files(path) if one.suffix.lower() in LOGS]
    logs, refused = [], []
    for file in files:
        try:
            logs.append((file.name, content_of(file, file.name)))
        except KnowledgeError as error:
            refused.append(str(error))
    if not logs:
        kinds = " ".join(sorted(LOGS))
        raise KnowledgeError(" ".join(refused) or f"There is no log in {path}; known are {kinds}.")
    return logs, refused


def _messages(
    logs: list[tuple[str, bytes]], options: ChatOptions, refused: list[str]
) -> list[Message]:
    messages: list[Message] = []
    for name, content in logs:
        try:
            # Two logs number their conversations each for itself.
            messages += [
                replace(one, conversation=f"{name} {one.conversation}")
                for one in messages_of(content, name, options.columns)
            ]
        except KnowledgeError as error:
            if len(logs) == 1:
                raise
            refused.append(str(error))
    if not messages:
        raise KnowledgeError(" ".join(refused[:3]) or f"{logs[0][0]} has no messages.")
    return messages


def shown(dropped: Mapping[Dropped, int]) -> str:
    """Why how many were dropped."""
    return ", ".join(f"{count} {_WHY[why]}" for why, count in sorted(dropped.items())) or "nothing"


_WHY: Mapping[Dropped, str] = {
    "personal": "with personal data",
    "order": "about an order or with a long number",
    "price": "with a price",
    "link": "with a link",
    "no question": "without a question",
    "no answer": "without an answer",
    "unclear": "not to be understood alone",
}


def _as_decided(records: tuple[Record, ...], review: Path) -> list[Record]:
    """What an editor said of the same question and answer before still counts."""
    if not review.is_file():
        return list(records)
    before = {
        record.identity: record.accept
        for _, record in read_review(review.read_text("utf-8-sig"), review.name)
    }
    return [one.model_copy(update={"accept": before.get(one.identity)}) for one in records]
