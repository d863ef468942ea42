"""Deleting a customer's data for good, with a proof that tells nothing of what it was."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, Table, delete, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from agent import log
from agent.database import Database
from agent.delivery_tables import conversations, effects, inbox, outbox, shown_links
from agent.gaps import forget_leaders
from agent.lesson_tables import (
    conversation_tallies,
    corrections,
    gap_questions,
    replay_results,
    turn_tallies,
)
from agent.said import forget_said, said
from console.auditing import Act, record
from console.tables import operator_notes, presence, sightings
from tools.store import proof_attempts, proofs, purchases

# Every table with a row for each conversation, but the audit: that one tells who did what, and
# holds none of the customer's words. A test compares this with the schema.
TABLES: tuple[Table, ...] = (
    log.events,
    said,
    inbox,
    outbox,
    shown_links,
    purchases,
    proofs,
    proof_attempts,
    operator_notes,
    presence,
    sightings,
    conversation_tallies,
    turn_tallies,
    corrections,
    gap_questions,
    replay_results,
)
RETENTION = "retention"
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Erased:
    """What was deleted: rows by table, and a digest over all of them in their order."""

    conversations: int
    rows: dict[str, int]
    digest: str


async def conversations_of(database: Database, brand: str, customer: str) -> tuple[str, ...]:
    """All conversations of a customer: by his id, or, for a guest, by that of any one of them."""
    chat = select(conversations.c.bot, conversations.c.chat).where(
        conversations.c.id == customer, conversations.c.customer.is_(None)
    )
    same_chat = tuple_(conversations.c.bot, conversations.c.chat).in_(chat)
    whose = or_(conversations.c.customer == customer, same_chat)
    held = select(conversations.c.id).where(conversations.c.brand == brand, whose)
    async with database.reading() as connection:
        return tuple((await connection.scalars(held)).all())


async def erase(connection: AsyncConnection, ids: Sequence[str]) -> Erased:
    """Delete all that is known of these conversations, in a transaction of the caller's."""
    digest, rows = hashlib.sha256(), dict.fromkeys((t.name for t in (*TABLES, effects)), 0)
    for name in ids:
        for table in TABLES:
            query = select(table).where(table.c.conversation == name)
            found = (await connection.execute(query)).mappings().all()
            _digest(digest, table.name, (dict(row) for row in found))
            rows[table.name] += len(found)
            if table is said:
                await forget_said(connection, name)
            else:
                await connection.execute(delete(table).where(table.c.conversation == name))
        keyed = delete(effects).where(effects.c.key.startswith(f"{name}:", autoescape=True))
        rows["effects"] += (await connection.execute(keyed)).rowcount
        await connection.execute(delete(conversations).where(conversations.c.id == name))
    await forget_leaders(connection)
    return Erased(
        len(ids), {table: count for table, count in rows.items() if count}, digest.hexdigest()
    )


async def left_of(connection: AsyncConnection, ids: Sequence[str]) -> int:
    """How many rows there still are of these conversations."""
    left = 0
    for table in TABLES:
        query = select(func.count()).where(table.c.conversation.in_(ids))
        left += await connection.scalar(query.select_from(table)) or 0
    return left


async def forget_old(database: Database, days: int, now: datetime) -> int:
    """Delete conversations in which nothing has happened for so many days; how many."""
    if days <= 0:
        return 0
    old = select(conversations.c.id).where(
        conversations.c.updated_at < now - timedelta(days=days),
        conversations.c.state.in_(("bot", "closed")),
        conversations.c.due_at.is_(None),
    )
    count = 0
    while done := await _forget_some(database, old.limit(_AT_ONCE), days, now):
        count += done
    return count


async def _forget_some(database: Database, old: Select[Any], days: int, now: datetime) -> int:
    """Few in a transaction, as others wait for it."""
    async with database.writing() as connection:
        ids: Sequence[str] = (await connection.scalars(old)).all()
        if ids:
            erased = await erase(connection, ids)
            act = Act(RETENTION, "erase", now, "")
            await record(connection, act, days=days, **proof_of(erased))
    return len(ids)


def proof_of(erased: Erased) -> dict[str, object]:
    """For the audit."""
    return {
        "conversations": erased.conversations,
        "rows": erased.rows,
        "sha256": erased.digest,
    }


def _digest(digest: "hashlib._Hash", table: str, rows: Iterable[dict[str, object]]) -> None:
    for row in rows:
        line = json.dumps([table, row], ensure_ascii=False, sort_keys=True, default=str)
        digest.update(line.encode("utf-8", "surrogatepass"))
