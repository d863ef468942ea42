"""After a take-over is acknowledged the bot is silent, and nothing a customer wrote is missed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial

import pytest

from agent.streams import MemoryStreams
from agent.worker import Worker
from app.wiring import real_time
from tests.console.front_door import Desk, open_door
from tests.console.takeovers import PACE, run_takeovers
from tests.delivery.conftest import House, open_house
from tests.delivery.fakes import eventually


async def test_the_bot_is_silent_from_the_acknowledgement_on_also_in_mid_turn(database, tmp_path):
    streams = MemoryStreams()
    found = await run_takeovers(database, tmp_path, [streams] * 3, 30)
    assert found.spoke_after == ()
    assert found.unseen == ()
    assert found.mid_turn > 3
    assert found.answered_by_person == found.taken == 30


@pytest.fixture
async def stuck(database, tmp_path) -> AsyncIterator[tuple[House, Desk]]:
    """The bot has answered, and the provider holds its answer; an operator at the door."""
    async with AsyncExitStack() as stack:
        house, shop = await open_house(database, tmp_path, real_time)
        stack.push_async_callback(shop.close)
        house.channel.hold = asyncio.Event()
        house = replace(
            house, runs=replace(house.runs, pace=PACE), inbox=replace(house.inbox, pace=PACE)
        )
        stop = asyncio.Event()
        stack.callback(stop.set)
        worker = Worker(house.desk, house.runs)
        running = (worker.run(stop, 0.2), house.sender.run(stop))
        jobs = [asyncio.create_task(one) for one in running]
        await house.says("退货要几天？")
        await eventually(partial(_is, house, "sending"))
        opening = open_door(
            house, house.desk.channels, house.desk.streams, shop.payments, "anna", silence_seconds=1
        )
        yield house, await stack.enter_async_context(opening)
        stop.set()
        await asyncio.wait(jobs)


async def _is(house: House, state: str) -> bool:
    return [one["state"] for one in await house.letters()] == [state]


async def test_a_take_over_is_not_acknowledged_while_a_message_of_the_bot_may_arrive(stuck):
    house, door = stuck
    name = (await house.conversation())["id"]
    answer = await door.press(name, "take-over")
    assert answer.status_code == 503
    assert "发送途中" in answer.text
    row = await house.conversation()
    assert (row["state"], row["operator"]) == ("taken_over", "anna")
    assert house.provider.accepted == []
    # The page brings itself up to date meanwhile: it says so as long as it is so.
    talk = f"/console/conversations/{name}/talk"
    assert "发送途中" in (await door.client.get(talk)).text
    # It arrives after all, and now that it has, the same button acknowledges.
    house.channel.hold.set()
    await eventually(partial(_is, house, "sent"))
    answer = await door.press(name, "take-over", **{"from": "anna"})
    assert answer.status_code == 200
    assert "发送途中" not in answer.text + (await door.client.get(talk)).text
    await house.says("你是人工吗？")
    await asyncio.sleep(0.6)
    assert len(house.provider.accepted) == 1


async def test_a_take_over_is_acknowledged_as_soon_as_the_bots_last_message_has_arrived(stuck):
    house, door = stuck
    name = (await house.conversation())["id"]
    asyncio.get_running_loop().call_later(0.3, house.channel.hold.set)
    answer = await door.press(name, "take-over")
    assert answer.status_code == 200
    assert len(house.provider.accepted) == 1
