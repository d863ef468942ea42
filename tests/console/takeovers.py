"""Conversations taken over at random moments of running turns, judged by the ledgers.

Everything an operator does goes through the console's own routes, on a real port.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from agent.channel import Parcel
from agent.database import Database
from agent.delivery_tables import conversations
from agent.inbox import Pace
from agent.sender import Sender
from agent.streams import Streams
from agent.wakeups import Wakeups
from agent.worker import Worker
from app.wiring import real_time
from console.transcript import talk_of
from tests.console.front_door import Desk, open_door
from tests.delivery.conftest import House, open_house
from tests.delivery.fakes import LedgerChannel

ASKED = ("退货要几天？", "我的订单", "帮我查LA20261101001", "我要买一盏晨光阅读台灯 白色")

PACE = Pace(0.05, 0.2)


@dataclass
class SlowChannel(LedgerChannel):
    """A provider that takes its time, before and after it has accepted a message."""

    chance: random.Random = field(default_factory=lambda: random.Random(7))

    async def send(self, chat: str, parcel: Parcel, key: str) -> str:
        await asyncio.sleep(self.chance.uniform(0, 0.04))
        name = await super().send(chat, parcel, key)
        await asyncio.sleep(self.chance.uniform(0, 0.04))
        return name


@dataclass(frozen=True)
class Outcome:
    """What the ledgers say: who spoke after the acknowledgement, who was not seen."""

    taken: int
    mid_turn: int
    spoke_after: tuple[str, ...]
    unseen: tuple[str, ...]
    answered_by_person: int


@dataclass(frozen=True)
class Shift:
    """Two workers and a sender, each with streams of its own, over one database."""

    house: House
    streams: Sequence[Streams]

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        stop = asyncio.Event()
        desk = self.house.desk
        workers = [
            Worker(replace(desk, streams=one), replace(self.house.runs, owner=f"w{place}"))
            for place, one in enumerate(self.streams)
        ]
        jobs = [asyncio.create_task(worker.run(stop, 2.0)) for worker in workers]
        jobs.append(asyncio.create_task(self.house.sender.run(stop)))
        try:
            yield
        finally:
            stop.set()
            await asyncio.wait(jobs)


async def run_takeovers(
    database: Database, folder: Path, streams: Sequence[Streams], count: int, seed: int = 1
) -> Outcome:
    """So many customers at once, each taken over at some moment after he wrote.

    The last of `streams` is the console's, the others are the workers'.
    """
    chance = random.Random(seed)
    async with AsyncExitStack() as stack:
        house, shop = await open_house(database, folder, real_time)
        stack.push_async_callback(shop.close)
        channel = SlowChannel("lamps-bot", house.provider)
        house = _joined(house, channel, streams[0])
        house.model.seconds = 0.08
        await stack.enter_async_context(Shift(house, streams[:-1]).working())
        opening = open_door(house, house.desk.channels, streams[-1], shop.payments, "anna")
        door = await stack.enter_async_context(opening)
        gate = asyncio.Semaphore(20)

        async def one(number: int) -> tuple[str, int, bool, datetime]:
            async with gate:
                return await _one(house, door, f"chat-{number}", chance)

        found = await asyncio.gather(*(one(number) for number in range(count)))
        await asyncio.sleep(1.5)
        return await _judged(house, door, found)


def _joined(house: House, channel: SlowChannel, streams: Streams) -> House:
    channels = {"lamps-bot": channel}
    desk = replace(house.desk, channels=channels, streams=streams)
    post = replace(house.sender.post, streams=streams)
    wakeups = Wakeups(streams)
    return replace(
        house,
        channel=channel,
        desk=desk,
        sender=Sender("lamps-bot", channel, post),
        runs=replace(house.runs, pace=PACE),
        inbox=replace(house.inbox, wakeups=wakeups, pace=PACE),
    )


async def _one(
    house: House, door: Desk, chat: str, chance: random.Random
) -> tuple[str, int, bool, datetime]:
    said = chance.choice(ASKED)
    await _write(house, chat, said)
    await asyncio.sleep(chance.uniform(0, 0.5))
    if chance.random() < 0.5:
        await _write(house, chat, "在吗？")
        await asyncio.sleep(chance.uniform(0, 0.2))
    name, state = await _of(house, chat)
    await door.post(name, "take-over")
    # The acknowledgement: from here on only anna speaks.
    count = len(_heard(house, chat))
    await _write(house, chat, "你是人工吗？")
    await door.post(name, "say", text="我是人工客服。", key=chat.replace("-", "x"))
    return chat, count, state, real_time()


async def _write(house: House, chat: str, text: str) -> None:
    house.provider.write(chat, text)
    line = [one for one in house.provider.written if one["chat"] == chat][-1]
    await house.inbox.put(house.channel.inbound(line))


async def _of(house: House, chat: str) -> tuple[str, bool]:
    """The chat's conversation, and whether a turn runs in it."""
    query = select(conversations.c.id, conversations.c.lease_owner).where(
        conversations.c.chat == chat, conversations.c.current
    )
    async with house.database.reading() as connection:
        name, owner = (await connection.execute(query)).one()
    return name, owner is not None


def _heard(house: House, chat: str) -> list[str]:
    return [line["text"] for line in house.provider.accepted if line["chat"] == chat]


async def _judged(
    house: House, door: Desk, found: Sequence[tuple[str, int, bool, datetime]]
) -> Outcome:
    spoke, unseen, person = [], [], 0
    for chat, before, _, _ in found:
        after = _heard(house, chat)[before:]
        person += after == ["我是人工客服。"]
        spoke.extend(f"{chat}: {text}" for text in after if text != "我是人工客服。")
        name, _ = await _of(house, chat)
        talk = await talk_of(house.database, name)
        shown = [one.text for one in talk.said if one.who == "customer"]
        written = [line["text"] for line in house.provider.written if line["chat"] == chat]
        unseen.extend(f"{chat}: {text}" for text in written if text not in shown)
        on_record = {n for e in talk.events for n in e.body.get("inbox", ())}
        assert len(on_record) == len(written)
        await door.post(name, "hand-back")
    return Outcome(
        len(found), sum(mid for _, _, mid, _ in found), tuple(spoke), tuple(unseen), person
    )
