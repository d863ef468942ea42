"""Whole days added up once: the figures are as without, whatever happens to the days."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from agent.database import Database
from agent.day_sums import add_up, grow_stale
from agent.figures import Dashboard, dashboard
from agent.lesson_tables import conversation_tallies, day_sums, stale_days
from agent.log import Log
from agent.sums import Range
from agent.tallies import Tallies
from console.erasing import erase
from tests.agent.conftest import Talk, calls, points_at
from tests.lessons.test_batches import ZONES

ALL = Range("2026-11-01", "2026-12-31")
DAYS = ["2026-11-23", "2026-11-24", "2026-11-25"]


@pytest.fixture
async def shop(talk: Talk, database: Database) -> Talk:
    """Three days with three conversations each, tallied, but not added up yet."""
    found = talk.with_agent(log=Log(database.engine))
    for n in range(9):
        one = replace(found, conversation=f"c-{n}")
        await one.say("几天内可以退货", calls("search_knowledge"), points_at(1))
        if n % 2:
            await one.say("转人工", calls("person"))
        if n % 3 == 2:
            found.clock.move(hours=24)
    await Tallies(database, found.clock, ZONES).catch_up_all()
    return found


async def rows(database: Database, table) -> list:
    async with database.reading() as connection:
        return list((await connection.execute(select(table).order_by(table.c.day))).all())


async def summed(database: Database, shop: Talk) -> Dashboard:
    await add_up(database, shop.clock() + timedelta(seconds=1))
    return await dashboard(database, ALL)


async def test_figures_are_the_same_once_days_are_added_up(shop: Talk, database: Database) -> None:
    before = await dashboard(database, ALL)
    assert [row.day for row in await rows(database, stale_days)] == DAYS
    assert await summed(database, shop) == before
    assert before.total.conversations == 9
    assert await rows(database, stale_days) == []
    assert [row.day for row in await rows(database, day_sums)] == DAYS
    # Now they really come from there.
    async with database.writing() as connection:
        await connection.execute(conversation_tallies.delete())
    assert await dashboard(database, ALL) == before
    one = await dashboard(database, Range(DAYS[1], DAYS[1], "lamps"))
    assert one.total.conversations == 3
    assert (await dashboard(database, Range(DAYS[1], DAYS[1], "shoes"))).total.turns == 0


async def test_only_days_that_have_settled_are_added_up(shop: Talk, database: Database) -> None:
    assert await add_up(database, shop.clock() - timedelta(minutes=10)) == 0
    assert await add_up(database, shop.clock() + timedelta(seconds=1), most=2) == 2
    assert [row.day for row in await rows(database, stale_days)] == DAYS[:1]


async def test_a_day_that_goes_on_is_added_up_anew(shop: Talk, database: Database) -> None:
    await summed(database, shop)
    late = replace(shop, conversation="c-8")
    await late.say("几天内可以退货", calls("search_knowledge"), points_at(1))
    await Tallies(database, shop.clock, ZONES).catch_up_all()
    now = await dashboard(database, ALL)
    assert now.total.turns == 9 + 4 + 1
    assert await summed(database, shop) == now


async def test_what_is_deleted_is_in_no_sum_any_more(shop: Talk, database: Database) -> None:
    await summed(database, shop)
    async with database.writing() as connection:
        await erase(connection, ["c-0", "c-1", "c-2"], shop.clock())
    now = await dashboard(database, ALL)
    assert now.total.conversations == 6
    assert await summed(database, shop) == now
    assert [row.day for row in await rows(database, day_sums)] == DAYS[1:]


async def test_a_change_while_a_day_is_added_up_is_not_lost(shop: Talk, database: Database) -> None:
    row = {"brand": "lamps", "bot": "web", "day": DAYS[0], "turns": 1, "person": False}
    row |= {"reason": "", "links": 0, "paid": 0, "updated_at": shop.clock()}

    async def change(n: int) -> None:
        async with database.writing() as connection:
            await grow_stale(connection, {DAYS[0]}, shop.clock())
            await asyncio.sleep(0.002)
            tally = {**row, "conversation": f"new-{n}"}
            await connection.execute(insert(conversation_tallies), [tally])

    async def add() -> None:
        for _ in range(10):
            await add_up(database, shop.clock() + timedelta(seconds=1))
            await asyncio.sleep(0.003)

    await asyncio.gather(add(), add(), *(change(n) for n in range(20)))
    assert (await dashboard(database, ALL)).total.conversations == 29
    assert (await summed(database, shop)).total.conversations == 29
