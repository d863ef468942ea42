"""The inbox's pages: every conversation once, however often it is hit, in any database."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from agent.database import Database
from agent.delivery_tables import conversations
from agent.said import Spoken, note_said
from console.filters import Filter
from console.listing import page_of

NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
COUNT = 130
ROUNDS = ("我要退货", "运费谁出", "退货地址呢", "再问一下退货")


@pytest.fixture
async def talked(database: Database) -> Database:
    """So many conversations that talk in turns, so that hits of all lie among one another."""
    rows = [conversation(n) for n in range(COUNT)]
    async with database.writing() as connection:
        await connection.execute(insert(conversations), rows)
        for seq, text in enumerate(ROUNDS, start=1):
            for row in rows:
                event = Spoken(row["id"], "message", NOW, {"text": text})
                await note_said(connection, [(seq, event)])
    return database


def conversation(n: int) -> dict[str, object]:
    at = NOW - timedelta(minutes=n)
    fixed = {"bot": "web", "brand": "lamps", "current": True, "fence": 0, "tries": 0}
    waiting = at if n % 3 == 0 else None
    state = "waiting" if waiting else "bot"
    moments = {"opened_at": at, "updated_at": at, "waiting_since": waiting}
    return {"id": f"c-{n}", "chat": f"{n}", "state": state, **fixed, **moments}


async def pages(database: Database, wanted: Filter) -> list[list[str]]:
    """The ids on each page, to the last one."""
    found: list[list[str]] = []
    while not found or wanted.after:
        page = await page_of(database, wanted, NOW)
        found.append([line.id for line in page.lines])
        wanted = Filter(wanted.state, q=wanted.q, after=page.after)
    return found


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Filter(), COUNT),
        (Filter(state="waiting"), 44),
        (Filter(q="退货"), COUNT),
        (Filter(q="退货 地址"), COUNT),
        (Filter(q="退货", state="waiting"), 44),
        (Filter(q="没说过"), 0),
    ],
)
async def test_no_page_repeats_a_conversation_and_none_is_left_out(
    talked: Database, wanted: Filter, count: int
) -> None:
    found = await pages(talked, wanted)
    ids = [name for page in found for name in page]
    assert len(ids) == len(set(ids)) == count
    assert all(found[:-1])


async def test_a_found_conversation_shows_where_it_was_hit_last(talked: Database) -> None:
    page = await page_of(talked, Filter(q="退货"), NOW)
    assert {line.hit for line in page.lines} == {"再问一下退货"}
