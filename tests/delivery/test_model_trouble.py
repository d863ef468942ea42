"""When the model is down, slow or talks nonsense, customers hear so and nothing is lost."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from agent.breaker import BreakingModel
from agent.model import Message, ModelDownError, Request
from agent.models import ModelOptions, open_model
from agent.worker import Worker
from tests.delivery.fakes import RuleModel, eventually
from tests.models.fake_server import (
    answers,
    ends_without_a_reason,
    hangs,
    hangs_after_a_word,
    is_cut,
    never_stops,
    says,
    sends_another_shape,
    served,
    talks_nonsense,
)

TROUBLES = {
    "hangs": hangs,
    "trickles to a halt": hangs_after_a_word,
    "500": answers(500, "out of memory"),
    "HTML": answers(200, "<html>proxy</html>", "text/html"),
    "empty": says(""),
    "cut": is_cut,
    "no end": ends_without_a_reason,
    "bad JSON": says('{"calls": [{"tool": "look'),
    "nonsense": talks_nonsense,
    "another shape": sends_another_shape,
    "endless": never_stops,
    "loop": says(*(['{"calls":['] * 200), reason="length"),
    "thoughts only": says("<think>The customer is", reason="length"),
}


def with_model(house, model):
    agent = replace(house.desk.agents["lamps"], model=model)
    return replace(house.desk, agents={"lamps": agent})


@asynccontextmanager
async def working(house, desk, **more):
    stop = asyncio.Event()
    task = asyncio.create_task(Worker(desk, house.runs, **more).run(stop, grace_seconds=5))
    try:
        yield
    finally:
        stop.set()
        await task


@pytest.mark.parametrize("name", TROUBLES)
async def test_a_model_in_trouble_means_an_apology_and_a_person(house, tmp_path, name):
    limits = {"first_token_seconds": 0.5, "total_seconds": 1.0}
    async with served("openai", TROUBLES[name]) as server:
        options = ModelOptions(tmp_path, openai_url=f"http://127.0.0.1:{server.port}/v1", **limits)
        model = await open_model("openai:m", options)
        await house.says("几天内可以退货")
        house.clock.move(seconds=1)
        async with working(house, with_model(house, model)):

            async def answered() -> bool:
                return len(await house.letters()) == 1

            await eventually(answered)
        await model.close()
    [letter] = await house.letters()
    assert "已经请同事来帮您" in letter["parcel"]
    assert (await house.conversation())["state"] == "waiting"
    kinds = [event.kind for event in await house.events()]
    assert "fault" in kinds
    assert "handover" in kinds
    assert await house.unread() == []


async def test_whoever_waits_long_is_told_so_and_answered_later(house):
    slow = RuleModel(seconds=0.4)
    desk = replace(with_model(house, slow), holding_seconds=0.1)
    await house.says("LA20261101001到哪了", customer="u-1")
    house.clock.move(seconds=1)
    async with working(house, desk):

        async def answered() -> bool:
            return len(await house.letters()) == 2

        await eventually(answered)
    first, second = await house.letters()
    assert "请稍等" in first["parcel"]
    assert "已发货" in second["parcel"]


async def test_a_stopped_worker_gives_back_what_it_cannot_finish(house):
    desk = with_model(house, RuleModel(seconds=60))
    await house.says("你好")
    house.clock.move(seconds=1)
    stop = asyncio.Event()
    task = asyncio.create_task(Worker(desk, house.runs).run(stop, grace_seconds=0.1))

    async def taken() -> bool:
        return (await house.conversation())["lease_owner"] is not None

    await eventually(taken)
    stop.set()
    await task
    assert (await house.conversation())["tries"] == 0
    assert await house.work(house.other_worker()) == 1
    assert len(await house.letters()) == 1


async def test_a_bug_in_a_turn_costs_that_turn_only(house):
    def breaks() -> None:
        raise ZeroDivisionError

    desk = with_model(house, RuleModel(trouble=breaks))
    await house.says("你好", chat="a")
    await house.says("", chat="b", kind="media")
    house.clock.move(seconds=1)
    async with working(house, desk):

        async def answered() -> bool:
            return len(await house.letters()) == 2

        await eventually(answered)
    parcels = "".join(str(letter["parcel"]) for letter in await house.letters())
    assert "请同事确认" in parcels
    assert "请用文字" in parcels
    assert house.tally.counts["failed"] == 1


class Flaky:
    """A model that fails until it is mended."""

    spec = "scripted:flaky"

    def __init__(self) -> None:
        self.broken = True
        self.asked = 0

    async def complete(self, request, on_text=None):
        self.asked += 1
        if self.broken:
            raise ModelDownError("down")
        return await RuleModel().complete(request, on_text)

    async def close(self) -> None:
        pass


async def test_a_model_that_keeps_failing_is_left_alone_and_tried_again_later():
    flaky, now = Flaky(), [0.0]
    model = BreakingModel(flaky, clock=lambda: now[0])
    request = Request((Message("user", "顾客：你好"),), 10)
    for _ in range(5):
        with pytest.raises(ModelDownError):
            await model.complete(request)
    assert (flaky.asked, model.resting) == (3, True)
    now[0] = 11.0
    with pytest.raises(ModelDownError):
        await model.complete(request)
    assert flaky.asked == 4
    now[0], flaky.broken = 22.0, False
    assert (await model.complete(request)).text == '{"talk":"greeting"}'
    assert not model.resting


async def test_only_one_request_finds_out_whether_the_model_is_back():
    flaky, now = Flaky(), [0.0]
    model = BreakingModel(flaky, clock=lambda: now[0])
    request = Request((Message("user", "顾客：你好"),), 10)
    for _ in range(3):
        with pytest.raises(ModelDownError):
            await model.complete(request)
    now[0] = 11.0
    found = await asyncio.gather(
        *(model.complete(request) for _ in range(5)), return_exceptions=True
    )
    assert flaky.asked == 4
    assert all(isinstance(one, ModelDownError) for one in found)
