"""Letters leave in order, are tried again when it is safe, and never twice when it is not."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.channel import RejectedError, TryAgainError, UnsureError
from agent.delivery import later
from agent.outbox import Address, post
from agent.taking_over import closed, take_over
from tests.delivery.fakes import eventually


@asynccontextmanager
async def sending(house, sender=None):
    stop = asyncio.Event()
    task = asyncio.create_task((sender or house.sender).run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def put(house, *texts: str, chat: str = "chat-1") -> None:
    async with house.database.writing() as connection:
        for text in texts:
            to = Address("lamps-bot", chat, f"c-{chat}")
            await post(connection, to, [{"text": text}], f"{chat}:{text}", house.clock())


async def until(house, *states: str) -> list[dict[str, object]]:
    """The letters, once each is in one of these states."""

    async def look() -> bool:
        return all(letter["state"] in states for letter in await house.letters())

    await eventually(look)
    return await house.letters()


async def tried(house, times: int) -> None:
    """The first letter was tried so often, and the last try is over."""

    async def look() -> bool:
        letter = (await house.letters())[0]
        return letter["tries"] >= times and letter["state"] == "waiting"

    await eventually(look)


async def test_letters_of_a_chat_arrive_in_order_and_once(house):
    for chat in ("a", "b", "c"):
        await put(house, *map(str, range(5)), chat=chat)
    async with sending(house):
        letters = await until(house, "sent")
    for chat in ("a", "b", "c"):
        told = [line["text"] for line in house.provider.accepted if line["chat"] == chat]
        assert told == ["0", "1", "2", "3", "4"]
    assert all(letter["provider_id"] == f"p-{letter['key']}" for letter in letters)


async def test_what_was_certainly_not_delivered_is_tried_again_and_others_wait_for_it(house):
    await put(house, "first", "second")
    house.channel.answers = [TryAgainError("busy"), TryAgainError("busy", after_seconds=3)]
    async with sending(house):
        await tried(house, 1)
        assert house.provider.accepted == []
        house.clock.move(seconds=2)
        await tried(house, 2)
        house.clock.move(seconds=2)
        await asyncio.sleep(0.6)
        assert house.provider.accepted == []
        house.clock.move(seconds=2)
        await until(house, "sent")
    assert [line["text"] for line in house.provider.accepted] == ["first", "second"]


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (UnsureError("no answer"), "delivery_unknown"),
        (RejectedError("blocked"), "dead"),
        (ValueError("a bug"), "delivery_unknown"),
        (TimeoutError(), "delivery_unknown"),
    ],
)
async def test_what_may_have_arrived_or_never_will_is_not_sent_again(house, error, state):
    await put(house, "first", "second")
    house.channel.answers = [error]
    async with sending(house):
        letters = await until(house, "sent", "delivery_unknown", "dead")
    assert [letter["state"] for letter in letters] == [state, "sent"]
    assert type(error).__name__ in letters[0]["error"]
    assert [line["text"] for line in house.provider.accepted] == ["second"]


async def test_after_a_day_a_letter_is_given_up(house):
    await put(house, "first")
    house.clock.move(hours=25)
    house.channel.answers = [TryAgainError("still busy")]
    async with sending(house):
        [letter] = await until(house, "dead")
    assert "given up" in letter["error"]


@pytest.mark.parametrize(
    ("repeatable", "state", "accepted"), [(False, "delivery_unknown", 0), (True, "sent", 1)]
)
async def test_a_sender_that_died_leaves_no_doubt_behind(house, repeatable, state, accepted):
    await put(house, "first")
    house.channel.hold = asyncio.Event()
    impatient = replace(house.sender, last_seconds=0.1)
    died = asyncio.create_task(impatient.run(asyncio.Event()))
    await until(house, "sending")
    died.cancel()
    await asyncio.wait([died])
    house.clock.move(seconds=9)
    channel = replace(house.channel, repeatable=repeatable, hold=None)
    async with sending(house, replace(house.sender, channel=channel, busy={}, buckets={})):
        await until(house, state)
    assert len(house.provider.accepted) == accepted


async def test_two_senders_of_one_bot_take_turns(house):
    await put(house, *map(str, range(20)))
    leases = replace(house.sender.post.leases, owner="another")
    post_office = replace(house.sender.post, leases=leases)
    other = replace(house.sender, post=post_office, busy={}, buckets={})
    async with sending(house), sending(house, other):
        await until(house, "sent")
    assert [line["text"] for line in house.provider.accepted] == [str(n) for n in range(20)]


async def test_a_letter_that_is_tried_again_is_not_sent_after_a_take_over(house):
    await house.says("你好")
    await house.quiet()
    house.channel.answers = [TryAgainError("busy", after_seconds=60)]
    async with sending(house):
        await tried(house, 1)
        await take_over(house.database, (await house.conversation())["id"], "anna", house.clock())
        house.clock.move(seconds=120)
        await until(house, "cancelled")
        await asyncio.sleep(0.6)
    assert house.provider.accepted == []


@pytest.mark.parametrize("act", ["take_over", "close"])
async def test_what_a_dead_sender_left_is_not_sent_again_after_a_person_came(house, act):
    """Also where the channel would take it twice: the person was told that the bot is silent."""
    await house.says("你好")
    await house.quiet()
    house.channel.hold = asyncio.Event()
    impatient = replace(house.sender, last_seconds=0.1)
    died = asyncio.create_task(impatient.run(asyncio.Event()))
    await until(house, "sending")
    died.cancel()
    await asyncio.wait([died])
    name, now = str((await house.conversation())["id"]), house.clock()
    if act == "take_over":
        assert await take_over(house.database, name, "anna", now)
    else:
        async with house.database.writing() as connection:
            assert await closed(connection, name, "anna", "spam", now)
    house.clock.move(seconds=9)
    channel = replace(house.channel, repeatable=True, hold=None)
    async with sending(house, replace(house.sender, channel=channel, busy={}, buckets={})):
        await until(house, "delivery_unknown")
        await asyncio.sleep(0.6)
    assert house.provider.accepted == []


async def test_a_letter_posted_twice_under_a_key_is_one(house):
    await put(house, "first")
    await put(house, "first")
    assert len(await house.letters()) == 1


async def test_stopping_lets_a_letter_on_its_way_arrive(house):
    await put(house, "first")
    house.channel.hold = asyncio.Event()
    async with sending(house):
        await until(house, "sending")
        asyncio.get_running_loop().call_later(0.2, house.channel.hold.set)
    assert [letter["state"] for letter in await house.letters()] == ["sent"]


async def test_a_web_chats_letter_is_delivered_by_being_on_record(house):
    channel = replace(house.channel)
    channel.on_record = True
    house.desk.channels["lamps-bot"] = channel
    await house.says("你好")
    await house.quiet()
    assert [letter["state"] for letter in await house.letters()] == ["sent"]


def test_letters_wait_longer_from_try_to_try_but_never_beyond_minutes(house):
    now = house.clock()
    waits = [later(now, tries, 0.5, None) - now for tries in range(20)]
    assert waits == sorted(waits)
    assert waits[-1] <= timedelta(minutes=8)
    assert later(now, 0, 0.5, 90.0) - now == timedelta(seconds=90)
