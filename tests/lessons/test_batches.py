"""Batches of replays, figures and gaps, over conversations that are on record."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sqlalchemy import insert, select

from agent.corrections import (
    CorrectionError,
    Marked,
    corrections_of,
    latest_corrections,
    mark,
    note_outcome,
)
from agent.database import Database
from agent.figures import dashboard
from agent.gaps import Gaps
from agent.lesson_tables import conversation_tallies, gap_questions, turn_tallies
from agent.log import Log, append_beside
from agent.replay_batches import ReplayBatches, Selection
from agent.sums import Range
from agent.tallies import Tallies
from app.live_brands import training_lines
from app.rehearsals import LiveRehearsals, replaying
from app.settings import Settings
from tests.agent.conftest import Talk, calls, points_at
from tests.lessons.test_what_if import rules

EXACT = {"exact": True}
ZONES = {"lamps": ZoneInfo("Asia/Shanghai")}


@pytest.fixture
async def shop(talk: Talk, database: Database) -> Talk:
    """The same shop over a database with everything in it."""
    return talk.with_agent(log=Log(database.engine))


async def filled(shop: Talk, count: int) -> None:
    for n in range(count):
        one = replace(shop, conversation=f"c-{n}")
        await one.say("几天内可以退货", calls("search_knowledge"), points_at(1))
        if n % 4 == 0:
            await one.say("有蓝牙音箱功能吗", calls("search_knowledge"))
        if n % 5 == 0:
            await one.say("转人工", calls("person"))
        if n % 10 == 0:
            await one.say("付没付的那单", calls("pay"))


def of(shop: Talk, database: Database) -> tuple[ReplayBatches, LiveRehearsals]:
    served = shop.with_agent(model=rules()).agent
    return ReplayBatches(database, shop.clock), LiveRehearsals(Settings(), {"lamps": served})


async def test_forty_conversations_are_replayed_to_the_byte(shop, database):
    await filled(shop, 40)
    await Tallies(database, shop.clock, ZONES).catch_up_all()
    batches, rehearsals = of(shop, database)
    ids = await batches.select(Selection())
    number = await batches.begin(ids, "lamps", "all", EXACT, "li")
    batch = await batches.run(number, replaying(database, rehearsals, None))
    assert (batch.state, batch.total, dict(batch.counts)) == ("done", 40, {"unchanged": 40})


async def test_a_batch_is_stopped_and_goes_on_where_it_stopped(shop, database):
    await filled(shop, 8)
    batches, rehearsals = of(shop, database)
    ids = [f"c-{n}" for n in range(8)]
    number = await batches.begin(ids, "lamps", "eight", EXACT, "li")
    replayed: list[str] = []

    async def three(batch, conversation):
        replayed.append(conversation)
        if len(replayed) == 3:
            await batches.cancel(number)
        return await replaying(database, rehearsals, None)(batch, conversation)

    stopped = await batches.run(number, three)
    assert (stopped.state, stopped.done) == ("cancelled", 3)
    assert await batches.waiting() is None
    assert await batches.resume(number)
    done = await batches.run(number, three)
    assert (done.state, done.done) == ("done", 8)
    assert sorted(replayed) == ids


@pytest.mark.parametrize(
    ("selection", "count"),
    [
        (Selection(), 20),
        (Selection(refused=True), 5),
        (Selection(words="蓝牙"), 5),
        (Selection(first_day="2026-11-24"), 0),
        (Selection(last_day="2026-11-23", limit=7), 7),
        (Selection(brand="others"), 0),
        (Selection(words="100%"), 0),
    ],
)
async def test_conversations_are_selected_by_what_their_turns_are(shop, database, selection, count):
    await filled(shop, 20)
    await Tallies(database, shop.clock, ZONES).catch_up_all()
    batches, _ = of(shop, database)
    assert len(await batches.select(selection)) == count


async def test_nothing_selected_is_said(database, shop):
    batches, _ = of(shop, database)
    with pytest.raises(ValueError, match="No conversation"):
        await batches.begin([], "lamps", "none", EXACT, "li")


async def test_what_is_worse_comes_first(shop, database):
    await filled(shop, 5)
    batches, _ = of(shop, database)
    forgetful = shop.with_agent(model=replace(rules(), spec="scripted:other")).agent
    nothing = {name: ['{"talk":"other"}'] for name in forgetful.model.decisions}
    forgetful.model.decisions.update({**nothing, "蓝牙": ['{"talk":"other"}']})
    rehearsals = LiveRehearsals(Settings(), {"lamps": forgetful})
    number = await batches.begin(["c-0", "c-1"], "lamps", "two", {}, "li")
    batch = await batches.run(number, replaying(database, rehearsals, None))
    assert batch.counts["worse"] == 2
    [first, _] = await batches.results(number)
    assert first.turns[0]["before"] != first.turns[0]["after"]


async def test_figures_are_those_of_the_conversations(shop, database):
    await filled(shop, 20)
    await Tallies(database, shop.clock, ZONES).catch_up_all()
    events = await shop.agent.log.read("c-4")
    async with database.writing() as connection:
        for fault in ("invented", "tone"):
            marked = Marked(1, fault, "七天")
            await mark(connection, events, marked, "li", shop.clock())
    found = await dashboard(database, Range("2026-11-23", "2026-11-23"))
    total = found.total
    assert (total.conversations, total.with_person, total.refused) == (20, 4, 5)
    assert found.reasons == {"asked": 4}
    assert (total.turns, total.links, total.wrong) == (20 + 5 + 4 + 2, 2, 1)
    assert found.groups["day"] == {"2026-11-23": total}
    assert found.groups["brand"] == {"lamps": total}
    later = await dashboard(database, Range("2026-11-24", "2026-12-01"))
    assert later.groups["bot"] == {}


async def test_what_happens_beside_the_turns_is_counted(shop, database):
    await filled(shop, 4)
    beside = {
        "c-0": ("feedback", {"value": "helpful", "about": 1}),
        "c-1": ("feedback", {"value": "unhelpful", "about": None}),
        "c-2": ("operator", {"act": "take_over"}),
        "c-3": ("paid", {"token": "t"}),
    }
    async with database.writing() as connection:
        for conversation, (kind, body) in beside.items():
            await append_beside(connection, conversation, kind, shop.clock(), body)
    await Tallies(database, shop.clock, ZONES).catch_up_all()
    total = (await dashboard(database, Range("2026-11-23", "2026-11-23"))).total
    assert (total.up, total.down, total.paid) == (1, 1, 1)
    assert total.with_person == 2  # c-0 asked for one, c-2 got one


async def test_the_day_is_the_brands_own(shop, database):
    shop.clock.move(hours=13)  # 17:00 UTC is the next day in Shanghai
    await filled(shop, 1)
    await Tallies(database, shop.clock, ZONES).catch_up_all()
    async with database.reading() as connection:
        days = set((await connection.scalars(select(turn_tallies.c.day))).all())
    assert days == {"2026-11-24"}


class Topics:
    """An embedder for which texts with the same first word mean the same."""

    name = "topics"

    async def query(self, text: str) -> np.ndarray:
        vector = np.zeros(64, np.float32)
        vector[sum(map(ord, text[:2])) % 64] = 1.0
        return vector


async def refused(database: Database, shop: Talk, *texts: str, start: int = 0) -> None:
    rows = [
        {
            "conversation": f"g-{start + n}",
            "turn": 1,
            "brand": "lamps",
            "bot": "web",
            "day": "2026-11-23",
            "question": text,
            "refused": True,
            "failed": False,
            "model_errors": 0,
            "pace": 1,
            "thumb": 0,
            "at": shop.clock() + timedelta(seconds=start + n),
        }
        for n, text in enumerate(texts)
    ]
    async with database.writing() as connection:
        await connection.execute(insert(turn_tallies), rows)


async def test_refused_questions_are_grouped_and_the_most_frequent_comes_first(shop, database):
    gaps = Gaps(database, Topics(), shop.clock)
    await refused(database, shop, "蓝牙有吗", "门店在哪", "门店几点", "门店地址")
    assert await gaps.catch_up() == 4
    assert await gaps.catch_up() == 0
    first, second = await gaps.most_frequent()
    assert (first.text, first.size, second.size) == ("门店在哪", 3, 1)
    examples = (await gaps.questions([first.number], each=2))[first.number]
    assert [one.text for one in examples] == ["门店地址", "门店几点"]


async def test_two_that_group_questions_at_once_count_each_once(shop, database):
    both = [Gaps(database, Topics(), shop.clock) for _ in range(2)]
    await refused(database, shop, "蓝牙有吗")
    await both[0].catch_up()
    await refused(database, shop, "蓝牙行吗", "蓝牙好吗", start=5)
    await asyncio.gather(*(one.catch_up() for one in both))
    [gap] = await both[0].most_frequent()
    assert gap.size == 3


async def test_an_answered_gap_is_closed_until_it_is_asked_again(shop, database):
    gaps = Gaps(database, Topics(), shop.clock)
    await refused(database, shop, "蓝牙有吗")
    await gaps.catch_up()
    [gap] = await gaps.most_frequent()
    shop.clock.move(minutes=5)
    async with database.writing() as connection:
        await gaps.settle(connection, gap.number, "answered", "li")
    assert await gaps.most_frequent() == ()
    shop.clock.move(minutes=5)
    await refused(database, shop, "蓝牙行吗", start=9)
    await gaps.catch_up()
    [again] = await gaps.most_frequent()
    assert (again.number, again.size) == (gap.number, 2)
    async with database.reading() as connection:
        assert len((await connection.execute(select(gap_questions))).all()) == 2


async def test_a_correction_is_in_the_log_and_a_training_sample(shop, database):
    await filled(shop, 1)
    events = await shop.agent.log.read("c-0")
    async with database.writing() as connection:
        marked = Marked(2, "should_not_refuse", "没有蓝牙。", "看说明书")
        number = await mark(connection, events, marked, "li", shop.clock())
    [event] = [e for e in await shop.agent.log.read("c-0") if e.kind == "correction"]
    assert event.body["number"] == number
    [one] = await corrections_of(database, "c-0")
    assert (one.turn, one.question, one.right) == (2, "有蓝牙音箱功能吗", "没有蓝牙。")
    agents = {"lamps": shop.agent.brand}
    assert await training_lines(database, agents) == ""
    async with database.writing() as connection:
        await note_outcome(connection, number, sample=True)
    line = await training_lines(database, agents)
    assert '"role": "assistant", "content": "没有蓝牙。"' in line
    assert line.count('"role": "user"') == 2
    assert await latest_corrections(database, fault="tone") == ()
    again = await replaying(database, of(shop, database)[1], None)(
        (await batch_of_one(shop, database)), "c-0"
    )
    assert {outcome for outcome, _ in again} == {"unchanged"}


async def batch_of_one(shop: Talk, database: Database):
    batches, _ = of(shop, database)
    number = await batches.begin(["c-0"], "lamps", "one", EXACT, "li")
    return await batches.find(number)


@pytest.mark.parametrize(
    "marked",
    [Marked(9, "tone", "好"), Marked(1, "ugly", "好"), Marked(1, "incomplete", "  ")],
)
async def test_a_correction_that_says_nothing_is_refused(shop, database, marked):
    await filled(shop, 1)
    events = await shop.agent.log.read("c-0")
    with pytest.raises(CorrectionError):
        async with database.writing() as connection:
            await mark(connection, events, marked, "li", shop.clock())
    async with database.reading() as connection:
        assert (await connection.execute(select(conversation_tallies))).all() == []
