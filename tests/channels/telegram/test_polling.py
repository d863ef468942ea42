"""Fetching messages: nothing is forgotten before it is saved, and one process at a time asks."""

import asyncio
import logging

import pytest

from agent.channel import RejectedError
from tests.channels.telegram.conftest import World, until
from tests.channels.telegram.ledger import TOKEN


async def test_a_message_is_saved_before_telegram_may_forget_it(world: World) -> None:
    world.inbox.fails = 3
    world.api.says("在吗")
    world.start(world.channel().receive(world.inbox))
    await world.heard(1)
    assert (world.inbox.last.text, world.inbox.last.chat) == ("在吗", "77")
    asked = [int(call.params.get("offset", 0)) for call in world.api.made("getUpdates")]
    assert asked[:4] == [0, 0, 0, 0]


async def test_a_restart_asks_from_where_the_last_run_stopped(world: World) -> None:
    world.start(world.channel().receive(world.inbox))
    first = world.api.says("一")
    await world.heard(1)
    await until(lambda: bool(world.notebook.facts.get(("shop", "123456:offset"))))
    world.tasks.pop().cancel()
    world.api.says("二")
    world.start(world.channel().receive(world.inbox))
    await world.heard(2)
    assert [inbound.text for inbound in world.inbox.all] == ["一", "二"]
    assert world.api.confirmed[0] == first["update_id"]
    assert len(world.inbox.puts) == 2


async def test_a_process_that_dies_before_moving_the_offset_loses_and_doubles_nothing(
    world: World,
) -> None:
    for number in range(20):
        world.api.says(f"{number}")
    for most in (3, 11, 24):
        world.inbox.stops_after = most
        task = world.start(world.channel().receive(world.inbox))
        await until(lambda most=most: len(world.inbox.puts) == most)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    world.inbox.stops_after = None
    world.start(world.channel().receive(world.inbox))
    await until(lambda: len(world.api.confirmed) == 20)
    assert [inbound.text for inbound in world.inbox.all] == [str(number) for number in range(20)]
    assert len(world.inbox.puts) > 20


async def test_an_offset_older_than_telegrams_numbering_is_not_used(world: World) -> None:
    world.start(world.channel().receive(world.inbox))
    world.api.says("一")
    await world.heard(1)
    await until(lambda: ("shop", "123456:offset") in world.notebook.facts)
    ended = world.tasks.pop()
    ended.cancel()
    await asyncio.wait([ended])
    world.clock.forward(days=8)
    world.api.updates.clear()
    world.api.next_update = 1_000
    world.api.says("过了一周")
    world.start(world.channel().receive(world.inbox))
    await world.heard(2)
    assert world.inbox.last.text == "过了一周"


async def test_a_poller_that_ran_idle_for_a_week_lets_its_offset_go(world: World) -> None:
    world.start(world.channel().receive(world.inbox))
    world.api.says("一")
    await world.heard(1)
    await until(lambda: "offset" in world.api.made("getUpdates")[-1].params)
    world.clock.forward(days=8)
    await until(lambda: "offset" not in world.api.made("getUpdates")[-1].params)
    world.api.updates.clear()
    world.api.next_update = 1_000
    world.api.says("过了一周")
    await world.heard(2)


async def test_only_one_of_two_processes_asks_and_the_other_takes_over(world: World) -> None:
    first = world.start(world.channel().receive(world.inbox))
    await until(lambda: bool(world.api.made("getUpdates")))
    world.start(world.channel().receive(world.inbox))
    world.api.says("一")
    await world.heard(1)
    first.cancel()
    world.api.says("二")
    await world.heard(2)
    assert world.api.conflicts == 0
    assert [inbound.text for inbound in world.inbox.all] == ["一", "二"]


async def test_a_process_that_lost_the_duty_stops_asking_at_once(world: World) -> None:
    world.start(world.channel().receive(world.inbox))
    await until(lambda: world.api.waiting is not None)
    world.start(world.channel().receive(world.inbox))
    world.leases.take_away("telegram:shop")
    await until(lambda: len(world.api.made("getWebhookInfo")) == 2)
    for number in range(10):
        world.api.says(f"{number}")
    await world.heard(10)
    assert len(world.inbox.puts) == 10


async def test_a_strange_poller_is_named_and_messages_still_come(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.start(world.channel().receive(world.inbox))
    await until(lambda: world.api.waiting is not None)
    other = world.channel()
    world.start(other.station.api.updates(None, 1, ["message"]))
    await until(lambda: world.api.conflicts > 0)
    await until(lambda: "another program asks Telegram" in caplog.text)
    world.api.says("还在")
    await world.heard(1)


@pytest.mark.parametrize("way", ["429:0", "500", "502", "drop", "lose", "html", "odd"])
async def test_polling_goes_on_after_trouble(world: World, way: str) -> None:
    world.api.spoil("getUpdates", way, way)
    world.api.says("在吗")
    world.start(world.channel().receive(world.inbox))
    await world.heard(1)
    assert world.inbox.last.text == "在吗"


async def test_polling_goes_on_when_telegram_was_not_there_at_the_start(world: World) -> None:
    world.api.spoil("getWebhookInfo", "drop", "500", "429:0")
    world.api.spoil("getMe", "drop")
    world.api.says("在吗")
    world.start(world.channel().receive(world.inbox))
    await world.heard(1)


async def test_a_webhook_of_before_is_taken_away(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.api.webhook = {"url": "https://old.example/hook"}
    world.api.says("在吗")
    world.start(world.channel().receive(world.inbox))
    await world.heard(1)
    assert "https://old.example/hook is taken away" in caplog.text


async def test_the_token_is_in_no_log_line(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    world.api.spoil("getUpdates", "500", "drop", "html")
    world.api.says("在吗")
    world.start(world.channel().receive(world.inbox))
    wrong = world.channel(token="123456:" + "B" * 35)
    world.start(wrong.receive(world.inbox))
    await world.heard(1)
    with pytest.raises(RejectedError):
        await wrong.check()
    assert caplog.text
    assert TOKEN not in caplog.text
    assert "B" * 35 not in caplog.text


async def test_the_pause_between_tries_grows_and_has_an_end(world: World) -> None:
    pace = world.channel().station.pace
    pauses = [pace.pause(failures) for failures in range(1, 40)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == pace.longest_pause


async def test_an_update_that_nobody_can_read_holds_nobody_up(world: World) -> None:
    world.api.push(message={"message_id": "x"})
    world.api.push(nonsense=[1, {}])
    world.api.says("在吗")
    world.start(world.channel().receive(world.inbox))
    await world.heard(1)
    await until(lambda: len(world.api.confirmed) == 3)
