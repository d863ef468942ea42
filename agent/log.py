"""The conversation log: one append-only table of our own JSON events, the system of record."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    Text,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agent import said
from agent.said import Spoken, note_said

REMEMBERED = ("message", "focus", "evidence", "reply", "failed", "heard", "operator")

metadata = MetaData()
events = Table(
    "events",
    metadata,
    Column("conversation", String(64), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("turn", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at", String(40), nullable=False),
    Column("body", Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a turn.

    `kind` is message, model, decision, tool, spelling, standing, evidence, verdict, fault, focus,
    timings or reply; failed in a reply's place; and beside the turns holding, handover, said,
    feedback, paid, correction (a reply marked wrong), and what happens while a person answers:
    heard (the customer) and operator.
    `body` is plain JSON; `seq` counts from 1 within the conversation.
    """

    conversation: str
    seq: int
    turn: int
    kind: str
    at: datetime
    body: dict[str, Any]


class Log:
    """Append and read; nothing is ever changed. One writer per conversation."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def create_table(self) -> None:
        """Make the table where it is missing."""
        async with self._engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
            await connection.run_sync(said.metadata.create_all)
            await connection.run_sync(said.create_words)

    async def append(self, batch: Sequence[Event]) -> None:
        """Write events in one transaction.

        Raises:
            sqlalchemy.exc.IntegrityError: another writer took their place in the conversation.
        """
        async with self._engine.begin() as connection:
            await connection.execute(insert(events), [_row(event) for event in batch])
            await note_said(connection, [_spoken(event) for event in batch])

    async def read(self, conversation: str) -> tuple[Event, ...]:
        """All events of a conversation in their order; none if it does not exist."""
        async with self._engine.connect() as connection:
            return await _events(connection, events.c.conversation == conversation)

    async def conversations(self, limit: int = 20) -> tuple[tuple[str, int, str], ...]:
        """The latest conversations: id, number of turns, time of the last event."""
        last = func.max(events.c.at)
        query = (
            select(events.c.conversation, func.max(events.c.turn), last)
            .group_by(events.c.conversation)
            .order_by(last.desc())
            .limit(limit)
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).all()
        return tuple((row[0], row[1], row[2]) for row in rows)


async def read_for_turn(connection: AsyncConnection, conversation: str) -> tuple[Event, ...]:
    """What the next turn needs: all that is remembered, and the last turn whole."""
    last = select(func.max(events.c.turn)).where(events.c.conversation == conversation)
    wanted = or_(events.c.kind.in_(REMEMBERED), events.c.turn == last.scalar_subquery())
    return await _events(connection, events.c.conversation == conversation, wanted)


async def _events(connection: AsyncConnection, *which: Any) -> tuple[Event, ...]:
    query = select(events).where(*which).order_by(events.c.seq)
    rows = (await connection.execute(query)).mappings().all()
    return tuple(_event(row) for row in rows)


async def append_next(connection: AsyncConnection, batch: Sequence[Event]) -> None:
    """Write events of one conversation after its last one, in a transaction of the caller's.

    Whoever calls holds the conversation's row, so that no two count on from the same number.
    """
    first = await next_seq(connection, batch[0].conversation)
    placed = [replace(event, seq=place) for place, event in enumerate(batch, start=first)]
    await connection.execute(insert(events), [_row(event) for event in placed])
    await note_said(connection, [_spoken(event) for event in placed])


async def next_seq(connection: AsyncConnection, conversation: str) -> int:
    """The number that the next event of a conversation gets."""
    query = select(func.max(events.c.seq)).where(events.c.conversation == conversation)
    return (await connection.scalar(query) or 0) + 1


async def append_beside(
    connection: AsyncConnection, conversation: str, kind: str, at: datetime, body: dict[str, Any]
) -> None:
    """Write one event that is no step of a turn: it counts to the last turn there was."""
    query = select(func.max(events.c.turn)).where(events.c.conversation == conversation)
    turn = await connection.scalar(query) or 0
    await append_next(connection, [Event(conversation, 0, turn, kind, at, body)])


def _spoken(event: Event) -> tuple[int, Spoken]:
    return event.seq, Spoken(event.conversation, event.kind, event.at, event.body)


def _row(event: Event) -> dict[str, Any]:
    return {
        "conversation": event.conversation,
        "seq": event.seq,
        "turn": event.turn,
        "kind": event.kind,
        "at": event.at.astimezone(UTC).isoformat(),
        "body": json.dumps(event.body, ensure_ascii=False, separators=(",", ":")),
    }


def _event(row: RowMapping) -> Event:
    return Event(
        row["conversation"],
        row["seq"],
        row["turn"],
        row["kind"],
        datetime.fromisoformat(row["at"]),
        json.loads(row["body"]),
    )
