"""The inbox's queries: a page of conversations, found by state, brand, time or words."""

from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import CTE, ColumnElement, Select, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.database import Database
from agent.delivery_tables import conversations
from agent.said import Match, matching, said
from console.tables import operators, presence, sightings
from tools.store import Moment

PAGE = 40
LOOKED_AT = 2000
WINDOW = 20_000
PRESENT = timedelta(seconds=25)
STATES = ("waiting", "taken_over", "bot", "closed")


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list is narrowed down to; empty is everything. `after`: where the page begins."""

    state: str = ""
    brand: str = ""
    bot: str = ""
    since: str = ""
    until: str = ""
    q: str = ""
    after: str = ""

    @classmethod
    def of(cls, query: Any) -> "Filter":
        """From an address or a form."""
        return cls(**{one.name: str(query.get(one.name, ""))[:200] for one in fields(cls)})

    def link(self, **changes: str) -> str:
        """The address of the list with other filters; always from its beginning."""
        changed = replace(self, **{"after": "", **changes})
        values = {one.name: getattr(changed, one.name) for one in fields(changed)}
        return urlencode({name: value for name, value in values.items() if value})


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
            rows, after = await _found(connection, wanted, zone)
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
    query = select(conversations).where(*_conditions(wanted, zone))
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


async def _found(
    connection: AsyncConnection, wanted: Filter, zone: tzinfo
) -> tuple[list[Any], str]:
    """The newest of what was said with these words, once for each conversation."""
    match = matching(wanted.q, connection.dialect.name)
    if match is None:
        return [], ""
    hits = select(match.number.label("number")).where(match.condition)
    if wanted.after.isdigit():
        hits = hits.where(match.number < int(wanted.after))
    floor = await _floor(connection, match, hits, wanted.after)
    newest = _newest(hits.where(match.number >= floor) if floor else hits)
    query: Select[Any] = (
        select(conversations, said.c.number.label("hit_number"), said.c.text.label("hit"))
        .select_from(newest)
        .join(said, said.c.number == newest.c.number)
        .join(conversations, conversations.c.id == said.c.conversation)
        .where(*_conditions(wanted, zone))
        .order_by(newest.c.number.desc())
        .limit(PAGE * 3 + 1)
    )
    rows = (await connection.execute(query)).mappings().all()
    shown: dict[str, Any] = {}
    for row in rows:
        if len(shown) == PAGE and row["id"] not in shown:
            return list(shown.values()), str(row["hit_number"] + 1)
        shown.setdefault(row["id"], row)
    if len(rows) > PAGE * 3:
        return list(shown.values()), str(rows[-1]["hit_number"])
    looked = select(func.count(), func.min(newest.c.number)).select_from(newest)
    count, last = (await connection.execute(looked)).one()
    return list(shown.values()), str(last) if floor or count == LOOKED_AT else ""


async def _floor(connection: AsyncConnection, match: Match, hits: Select[Any], after: str) -> int:
    """Where PostgreSQL need look no further back, as a word is said all the time; else 0.

    SQLite hands hits out the newest first by itself.
    """
    if connection.dialect.name == "sqlite":
        return 0
    newest = await connection.scalar(select(func.max(said.c.number))) or 0
    floor = (int(after) if after.isdigit() else newest) - WINDOW
    near = hits.where(match.number >= floor).limit(PAGE * 3 + 1).subquery()
    count = await connection.scalar(select(func.count()).select_from(near)) or 0
    return max(floor, 0) if count > PAGE * 3 else 0


def _newest(hits: Select[Any]) -> CTE:
    """The newest hits, so many that a page is always quick to make.

    PostgreSQL takes them from the index of words: left alone, it guesses badly how many there are
    and walks through everything that was ever said.
    """
    found = hits.cte("hits").prefix_with("MATERIALIZED", dialect="postgresql")
    some = select(found.c.number).order_by(found.c.number.desc()).limit(LOOKED_AT)
    return some.cte("newest").prefix_with("MATERIALIZED", dialect="postgresql")


def _conditions(wanted: Filter, zone: tzinfo) -> list[ColumnElement[bool]]:
    columns, conditions = conversations.c, []
    for name in ("state", "brand", "bot"):
        if value := getattr(wanted, name):
            conditions.append(columns[name] == value)
    if day := _day(wanted.since):
        conditions.append(columns.updated_at >= datetime.combine(day, time.min, zone))
    if day := _day(wanted.until):
        after = datetime.combine(day + timedelta(days=1), time.min, zone)
        conditions.append(columns.updated_at < after)
    return conditions


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


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None
