"""Duties with one owner, and facts that outlive a process."""

import asyncio
from dataclasses import replace

import pytest

from agent.channel_state import MemoryLeases, MemoryNotebook
from agent.leases import SqlLeases, SqlNotebook


@pytest.fixture(params=["memory", "sql"])
def leases(request, database, clock):
    if request.param == "memory":
        return MemoryLeases()
    return SqlLeases(database, "one", clock, seconds=0.4)


@pytest.fixture(params=["memory", "sql"])
def notebook(request, database):
    return MemoryNotebook() if request.param == "memory" else SqlNotebook(database)


async def test_a_duty_has_one_owner_at_a_time(leases):
    inside: list[int] = []

    async def work(number: int) -> None:
        async with leases.hold("poll"):
            inside.append(number)
            assert len(inside) == 1
            await asyncio.sleep(0.05)
            inside.remove(number)

    async with asyncio.timeout(20):
        await asyncio.gather(*(work(number) for number in range(4)))


async def test_different_duties_do_not_wait_for_each_other(leases):
    async with asyncio.timeout(20), leases.hold("a") as first, leases.hold("b") as second:
        assert not (first.lost)
        assert not (second.lost)


async def test_an_owner_that_slept_too_long_knows_that_it_lost(database, clock):
    mine = SqlLeases(database, "one", clock, seconds=8)
    other = replace(mine, owner="another")
    async with mine.hold("poll") as hold:
        clock.move(seconds=9)
        assert hold.lost
        async with asyncio.timeout(20), other.hold("poll") as theirs:
            assert not theirs.lost


async def test_a_lease_is_kept_as_long_as_it_is_held(database, clock):
    mine = SqlLeases(database, "one", clock, seconds=0.4)
    other = replace(mine, owner="another")
    async with mine.hold("poll") as hold:
        for _ in range(8):
            clock.move(seconds=0.1)
            await asyncio.sleep(0.15)
        assert not hold.lost
        assert await other._taken("poll") is None


async def test_what_was_noted_is_read_again(notebook):
    assert await notebook.get("bot", "offset") is None
    await notebook.put("bot", "offset", "7")
    await notebook.put("bot", "offset", "8")
    await notebook.put("other", "offset", "1")
    assert await notebook.get("bot", "offset") == "8"


async def test_of_two_first_notes_one_holds(database):
    notes = SqlNotebook(database)
    made = await asyncio.gather(*(notes.first("web", "key", str(number)) for number in range(5)))
    assert len(set(made)) == 1
