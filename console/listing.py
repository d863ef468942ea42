"""The inbox's queries: a page of conversations, found by state, brand, time or words."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.database import Database
from agent.delivery_tables import conversations
from agent.said import said
from console.filters import PAGE, Filter, conditions
from console.finding import found
from console.tables import operators, presence, sightings
from tools.store import Moment

PRESENT = timedelta(seconds=25)
STATES = ("waiting", "taken_over", "bot", "closed")


@dataclass(frozen=True, slots=True)
class Line:
    """One conversation in the list. `hit` is what the words were found in."""

    id: str
    brand: str
    bot: str
    customer: str | None
    state: str
    operator: str | None
    reason: str | None
    at: datetime
    waits_since: datetime | None
    by: str
    text: str
    unread: bool
    hit: str
    present: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some conversations, and where the next page begins."""

    lines: tuple[Line, ...]
    after: str


async def page_of(database: Database, wanted: Filter, now: datetime, zone: tzinfo = UTC) -> Page:
    """The newest that fit; those who wait for a person the longest waiting first."""
    async with database.reading() as connection:
        if wanted.q.strip():
            rows, after = await found(connection, wanted, zone)
        else:
            rows, after = await _listed(connection, wanted, zone)
        return Page(await _lines(connection, rows, now), after)


async def counts(database: Database) -> dict[str, int]:
    """How many wait, and how many are in a person's hands."""
    few = conversations.c.state.in_(("waiting", "taken_over"))
    query = select(conversations.c.state, func.count()).where(few).group_by(conversations.c.state)
    async with database.reading() as connection:
        return {row[0]: row[1] for row in (await connection.execute(query)).all()}


async def _listed(
    connection: AsyncConnection, wanted: Filter, zone: tzinfo
) -> tuple[list[Any], str]:
    queue = wanted.state == "waiting"
    moved = conversations.c.waiting_since if queue else conversations.c.updated_at
    query = select(conversations).where(*conditions(wanted, zone))
    at, _, last = wanted.after.partition("~")
    if last:
        here = tuple_(literal(_moment(at), Moment), literal(last))
        place = tuple_(moved, conversations.c.id)
        query = query.where(place > here if queue else place < here)
    order = (
        (moved.asc(), conversations.c.id.asc())
        if queue
        else (moved.desc(), conversations.c.id.desc())
    )
    rows = (await connection.execute(query.order_by(*order).limit(PAGE + 1))).mappings().all()
    shown = list(rows[:PAGE])
    more = len(rows) > PAGE and shown[-1][moved.name]
    return shown, f"{more.isoformat()}~{shown[-1]['id']}" if more else ""


async def _lines(connection: AsyncConnection, rows: list[Any], now: datetime) -> tuple[Line, ...]:
    ids = [row["id"] for row in rows]
    last = await _last_said(connection, ids)
    unread = await _unread(connection, ids)
    present = await present_in(connection, ids, now)
    return tuple(
        Line(
            id=row["id"],
            brand=row["brand"],
            bot=row["bot"],
            customer=row["customer"],
            state=row["state"],
            operator=row["operator"],
            reason=row["reason"],
            at=row["updated_at"],
            waits_since=row["waiting_since"] or row["first_unread_at"],
            by=last[row["id"]]["by"] if row["id"] in last else "",
            text=last[row["id"]]["text"] if row["id"] in last else "",
            unread=row["id"] in unread,
            hit=row.get("hit") or "",
            present=present.get(row["id"], ()),
        )
        for row in rows
    )


async def _last_said(connection: AsyncConnection, ids: list[str]) -> dict[str, Any]:
    latest = select(func.max(said.c.number)).where(said.c.conversation.in_(ids))
    query = select(said).where(said.c.number.in_(latest.group_by(said.c.conversation)))
    rows = (await connection.execute(query)).mappings().all()
    return {row["conversation"]: row for row in rows}


async def _unread(connection: AsyncConnection, ids: list[str]) -> set[str]:
    """Those where the customer has said something that no operator has looked at."""
    last = (
        select(said.c.conversation, func.max(said.c.number).label("number"))
        .where(said.c.conversation.in_(ids), said.c.by == "customer")
        .group_by(said.c.conversation)
        .subquery()
    )
    query = (
        select(last.c.conversation)
        .outerjoin(sightings, sightings.c.conversation == last.c.conversation)
        .where(last.c.number > func.coalesce(sightings.c.number, 0))
    )
    return set((await connection.scalars(query)).all())


async def present_in(
    connection: AsyncConnection, ids: list[str], now: datetime
) -> dict[str, tuple[str, ...]]:
    """Who has these conversations open; their shown names."""
    query = (
        select(presence.c.conversation, operators.c.shown_name)
        .join(operators, operators.c.name == presence.c.operator)
        .where(presence.c.conversation.in_(ids), presence.c.at > now - PRESENT)
    )
    found: dict[str, tuple[str, ...]] = {}
    for conversation, name in (await connection.execute(query)).all():
        found[conversation] = (*found.get(conversation, ()), name)
    return found


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None
