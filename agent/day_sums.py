"""What whole days came to, kept: a quarter of a year is then as quick to show as a week.

A day is stale from the moment its tallies change until it is added up again; who changes them says
so in the same transaction. Figures take stale days from the tallies, all others from here.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, union
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.database import Database
from agent.lesson_tables import conversation_tallies, day_sums, stale_days, turn_tallies
from agent.sums import Key, Range, Sums, sums_of


async def days_of(connection: AsyncConnection, conversations: Sequence[str]) -> set[str]:
    """The days that these conversations are counted in."""
    both = (
        select(table.c.day).where(table.c.conversation.in_(conversations))
        for table in (conversation_tallies, turn_tallies)
    )
    return set((await connection.scalars(union(*both))).all())


async def grow_stale(connection: AsyncConnection, days: set[str], at: datetime) -> None:
    """These days are to be added up anew; whoever is at it meanwhile is waited for."""
    kind = sqlite if connection.dialect.name == "sqlite" else postgresql
    for day in sorted(days):
        new = kind.insert(stale_days).values(day=day, since=at)
        # Not "do nothing": the row has to be held, or it might be deleted before we have changed.
        held = new.on_conflict_do_update(index_elements=["day"], set_={"since": stale_days.c.since})
        await connection.execute(held)


async def add_up(database: Database, before: datetime, most: int = 20) -> int:
    """Add up days that are stale since before then; how many there were."""
    query = select(stale_days.c.day).where(stale_days.c.since < before)
    async with database.reading() as connection:
        days = (await connection.scalars(query.order_by(stale_days.c.day.desc()).limit(most))).all()
    for day in days:
        async with database.writing() as connection:
            # First of all, so that who changes the day's tallies waits, or has to be waited for.
            await connection.execute(delete(stale_days).where(stale_days.c.day == day))
            sums = await sums_of(connection, Range.of_day(day), [day])
            await connection.execute(delete(day_sums).where(day_sums.c.day == day))
            rows = [_row(key, one) for key, one in sums.items()]
            if rows:
                await connection.execute(insert(day_sums), rows)
    return len(days)


async def stored_sums(connection: AsyncConnection, range_: Range) -> dict[Key, Sums]:
    """The sums of a range: those that are kept, and what the stale days come to now."""
    stale = select(stale_days.c.day).where(
        stale_days.c.day >= range_.first_day, stale_days.c.day <= range_.last_day
    )
    days = (await connection.scalars(stale)).all()
    kept = select(day_sums).where(*range_.of(day_sums), day_sums.c.day.not_in(days))
    rows = (await connection.execute(kept)).all()
    found = {(row.day, row.brand, row.bot): Sums.of(json.loads(row.body)) for row in rows}
    return found | await sums_of(connection, range_, days)


def _row(key: Key, sums: Sums) -> dict[str, str]:
    day, brand, bot = key
    return {"day": day, "brand": brand, "bot": bot, "body": json.dumps(sums.as_json)}
