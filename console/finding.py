"""The inbox's search: conversations by what was said in them, found by words."""

from dataclasses import replace
from datetime import tzinfo
from typing import Any

from sqlalchemy import CTE, Select, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.delivery_tables import conversations
from agent.said import Match, matching, said, said_words
from console.filters import PAGE, Filter, conditions

LOOKED_AT = 2000
WINDOW = 20_000


async def found(connection: AsyncConnection, wanted: Filter, zone: tzinfo) -> tuple[list[Any], str]:
    """The newest of what was said with these words, once for each conversation.

    Also where the next page begins. A conversation is listed where it was hit last, and on no
    later page again.
    """
    match = matching(wanted.q, connection.dialect.name)
    if match is None:
        return [], ""
    while True:
        rows, after = await _hit(connection, match, wanted, zone)
        rows = await _not_before(connection, match, rows, wanted.after)
        if rows or not after:
            return rows, after
        wanted = replace(wanted, after=after)


async def _not_before(
    connection: AsyncConnection, match: Match, rows: list[Any], after: str
) -> list[Any]:
    """Those that were on none of the pages before: nothing of theirs was hit there."""
    if not after.isdigit() or not rows:
        return rows
    ids = [row["id"] for row in rows]
    later = (
        select(said.c.number, said.c.conversation)
        .where(said.c.conversation.in_(ids), said.c.number >= int(after))
        .cte("later")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    hit = select(literal(1)).select_from(said_words)
    hit = hit.where(match.condition, match.number == later.c.number)
    known = set((await connection.scalars(select(later.c.conversation).where(hit.exists()))).all())
    return [row for row in rows if row["id"] not in known]


async def _hit(
    connection: AsyncConnection, match: Match, wanted: Filter, zone: tzinfo
) -> tuple[list[Any], str]:
    """The conversations of the newest hits after some place."""
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
        .where(*conditions(wanted, zone))
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
