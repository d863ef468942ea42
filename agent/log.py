"""The conversation log: one append-only table of our own JSON events, the system of record."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Integer, MetaData, String, Table, Text, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

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

    `kind` is message, model, decision, tool, evidence, verdict, fault, focus, timings or reply.
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

    async def append(self, batch: Sequence[Event]) -> None:
        """Write events in one transaction.

        Raises:
            sqlalchemy.exc.IntegrityError: another writer took their place in the conversation.
        """
        rows = [
            {
                "conversation": event.conversation,
                "seq": event.seq,
                "turn": event.turn,
                "kind": event.kind,
                "at": event.at.astimezone(UTC).isoformat(),
                "body": json.dumps(event.body, ensure_ascii=False, separators=(",", ":")),
            }
            for event in batch
        ]
        async with self._engine.begin() as connection:
            await connection.execute(insert(events), rows)

    async def read(self, conversation: str) -> tuple[Event, ...]:
        """All events of a conversation in their order; none if it does not exist."""
        query = select(events).where(events.c.conversation == conversation).order_by(events.c.seq)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            Event(
                row.conversation,
                row.seq,
                row.turn,
                row.kind,
                datetime.fromisoformat(row.at),
                json.loads(row.body),
            )
            for row in rows
        )

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
