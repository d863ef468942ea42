"""What was said, a row for each thing, with its words: so that it can be found again.

Written together with the events it is taken from; the log stays the record.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    column,
    func,
    insert,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge.segment import Segmenter
from tools.store import Moment

By = Literal["customer", "bot", "operator"]
_SEGMENTER = Segmenter()
_MOST_INDEXED = 4000

metadata = MetaData()
said = Table(
    "said",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("conversation", String(64), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("by", String(8), nullable=False),  # customer, bot or operator
    Column("at", Moment, nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("conversation", "seq", "by", name="said_once"),
    Index("said_by_conversation", "conversation", "by", "number"),
    Index("said_by_time", "at"),
    sqlite_autoincrement=True,
)
# A full-text table of SQLite, or a table with a full-text index of PostgreSQL.
said_words = table("said_words", column("rowid"), column("number"), column("words"))
WORDS_DDL = {
    "sqlite": ("CREATE VIRTUAL TABLE IF NOT EXISTS said_words USING fts5(words)",),
    "postgresql": (
        "CREATE TABLE IF NOT EXISTS said_words (number INTEGER PRIMARY KEY, words tsvector)",
        "CREATE INDEX IF NOT EXISTS said_words_by_word ON said_words USING gin (words)",
    ),
}
_ADD_WORDS = {
    "sqlite": text("INSERT INTO said_words (rowid, words) VALUES (:number, :words)"),
    "postgresql": text(
        "INSERT INTO said_words (number, words) VALUES (:number, to_tsvector('simple', :words))"
    ),
}
_DROP_WORDS = {
    "sqlite": text("DELETE FROM said_words WHERE rowid = :number"),
    "postgresql": text("DELETE FROM said_words WHERE number = :number"),
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """The part of an event that this is about."""

    conversation: str
    kind: str
    at: datetime
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Match:
    """A condition on `said_words` that finds all the words of a query."""

    condition: ColumnElement[bool]
    number: ColumnElement[int]


def create_words(connection: Connection) -> None:
    """Make the full-text table where it is missing."""
    for statement in WORDS_DDL[connection.dialect.name]:
        connection.execute(text(statement))


async def note_said(connection: AsyncConnection, batch: Sequence[tuple[int, Spoken]]) -> None:
    """Write down what was said in these events, each given with its seq."""
    if any(event.kind in _SPOKEN for _, event in batch):
        await connection.run_sync(write_said, batch)


def write_said(connection: Connection, batch: Iterable[tuple[int, Spoken]]) -> None:
    """The same, for a migration."""
    for seq, event in batch:
        for row in _rows(seq, event):
            number = connection.scalar(insert(said).values(row).returning(said.c.number))
            values = {"number": number, "words": words_of(row["text"])}
            connection.execute(_ADD_WORDS[connection.dialect.name], values)


async def forget_said(connection: AsyncConnection, conversation: str) -> int:
    """Delete what was said in a conversation; how much it was."""
    query = select(said.c.number).where(said.c.conversation == conversation)
    numbers = (await connection.scalars(query)).all()
    for number in numbers:
        await connection.execute(_DROP_WORDS[connection.dialect.name], {"number": number})
    await connection.execute(said.delete().where(said.c.conversation == conversation))
    return len(numbers)


def words_of(spoken: str) -> str:
    """The words it is found by, between spaces."""
    return " ".join(dict.fromkeys(_SEGMENTER.words(spoken[:_MOST_INDEXED])))


def wanted_words(query: str) -> tuple[str, ...]:
    """What a query asks for; a text that has the query in it has all of these."""
    return tuple(dict.fromkeys(_SEGMENTER.words(query[:200])))


def matching(query: str, dialect: str) -> Match | None:
    """The condition for a query; none if there is no word in it."""
    words = [re.sub(r"[\"'\\&|!:*()<>]", " ", word).strip() for word in wanted_words(query)]
    words = [word for word in words if word]
    if not words:
        return None
    if dialect == "sqlite":
        asked = " AND ".join(f'"{word}"{"*" if len(word) == 1 else ""}' for word in words)
        found = literal_column("said_words").op("MATCH")(asked)
        return Match(found, said_words.c.rowid)
    asked = " & ".join(f"'{word}'{':*' if len(word) == 1 else ''}" for word in words)
    found = said_words.c.words.op("@@")(func.to_tsquery(literal_column("'simple'"), asked))
    return Match(found, said_words.c.number)


def _rows(seq: int, event: Spoken) -> Iterable[dict[str, Any]]:
    body = event.body
    for by, name in _SPOKEN.get(event.kind, ()):
        spoken = str(body.get(name) or "").strip()
        if spoken:
            yield {
                "conversation": event.conversation,
                "seq": seq,
                "by": by,
                "at": event.at,
                "text": spoken,
            }


_SPOKEN: dict[str, tuple[tuple[By, str], ...]] = {
    "message": (("customer", "text"),),
    "heard": (("customer", "text"),),
    "reply": (("bot", "text"),),
    "holding": (("bot", "text"),),
    "failed": (("customer", "heard"), ("bot", "text")),
    "said": (("customer", "heard"), ("bot", "text")),
    "handover": (("customer", "heard"), ("bot", "text")),
    "paid": (("bot", "text"),),
    "operator": (("operator", "text"),),
}
