"""Deleting a customer's data for good, with a proof that tells nothing of what it was."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, Table, and_, delete, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from agent import log
from agent.database import Database
from agent.day_sums import days_of, grow_stale
from agent.delivery_tables import conversations, effects, inbox, notebook, outbox, shown_links
from agent.gaps import forget_leaders
from agent.leases import notes_about
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
Chat = tuple[str, str]  # a bot and a chat of its channel
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Erased:
    """What was deleted: rows by table, and a digest over all of them in their order."""

    conversations: int
    rows: dict[str, int]
    digest: str
    chats: tuple[Chat, ...] = ()


async def conversations_of(database: Database, brand: str, customer: str) -> tuple[str, ...]:
    """All conversations of a customer: by his id, or, for a guest, by that of any one of them.

    Those that he held in the same chat before it was known who he is are his as well.
    """
    c = conversations.c
    guest = and_(c.id == customer, c.customer.is_(None))
    chats = select(c.bot, c.chat).where(c.brand == brand, or_(c.customer == customer, guest))
    unnamed = and_(c.customer.is_(None), tuple_(c.bot, c.chat).in_(chats))
    held = select(c.id).where(c.brand == brand, or_(c.customer == customer, unnamed))
    async with database.reading() as connection:
        return tuple((await connection.scalars(held)).all())


async def erase(
    connection: AsyncConnection, ids: Sequence[str], at: datetime, *, whole_chats: bool = False
) -> Erased:
    """Delete all that is known of these conversations, in a transaction of the caller's.

    With the last conversation of a chat goes what its channel has noted about the chat;
    `whole_chats`: in any case, as whoever was there is to be forgotten.
    """
    tables = (*TABLES, effects, notebook)
    digest, rows = hashlib.sha256(), dict.fromkeys((table.name for table in tables), 0)
    chats = await _chats(connection, ids)
    await grow_stale(connection, await days_of(connection, ids), at)
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
    held = set() if whole_chats else await _still_held(connection, chats)
    for bot, chat in sorted(chats - held):
        notes = await notes_about(connection, bot, chat)
        _digest(digest, notebook.name, notes)
        rows[notebook.name] += len(notes)
        which = (notebook.c.bot == bot, notebook.c.key.in_([note["key"] for note in notes]))
        await connection.execute(delete(notebook).where(*which))
    await forget_leaders(connection)
    some = {table: count for table, count in rows.items() if count}
    return Erased(len(ids), some, digest.hexdigest(), tuple(sorted(chats)))


async def left_of(
    connection: AsyncConnection, ids: Sequence[str], chats: Iterable[Chat] = ()
) -> int:
    """How many rows there still are of these conversations, and notes about these chats."""
    left = 0
    for table in TABLES:
        query = select(func.count()).where(table.c.conversation.in_(ids))
        left += await connection.scalar(query.select_from(table)) or 0
    for bot, chat in chats:
        left += len(await notes_about(connection, bot, chat))
    return left


async def _chats(connection: AsyncConnection, ids: Sequence[str]) -> set[Chat]:
    query = select(conversations.c.bot, conversations.c.chat).where(conversations.c.id.in_(ids))
    return {(bot, chat) for bot, chat in (await connection.execute(query)).all()}


async def _still_held(connection: AsyncConnection, chats: set[Chat]) -> set[Chat]:
    """Those in which there are conversations yet."""
    pair = tuple_(conversations.c.bot, conversations.c.chat)
    query = select(conversations.c.bot, conversations.c.chat).where(pair.in_(chats))
    return {(bot, chat) for bot, chat in (await connection.execute(query)).all()}


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
            erased = await erase(connection, ids, now)
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


def _digest(digest: "hashlib._Hash", table: str, rows: Iterable[Mapping[str, object]]) -> None:
    for row in rows:
        line = json.dumps([table, row], ensure_ascii=False, sort_keys=True, default=str)
        digest.update(line.encode("utf-8", "surrogatepass"))
