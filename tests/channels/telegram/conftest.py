"""A bot against the fake Bot API server, with an inbox that remembers all it was given."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.channel import Inbound
from agent.channel_state import MemoryLeases, MemoryNotebook
from agent.reply import Call, Image, Payment, Reply, Timings
from channels.telegram.buttons import Place
from channels.telegram.channel import Telegram
from channels.telegram.settings import TelegramBot
from channels.telegram.station import Pace
from tests.channels.telegram.bot_api import BotApi, bot_api
from tests.channels.telegram.ledger import TOKEN

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
QUICK = Pace(
    typing=0.05,
    private_change=0.01,
    group_change=0.01,
    long_poll=2,
    first_pause=0.01,
    longest_pause=0.05,
)


@dataclass
class LedgerInbox:
    """Saves by message id, as the real one does. `fails` makes the next saves fail; after
    `stops_after` saves it hangs, as a process does that is about to die.
    """

    saved: dict[tuple[str, str], Inbound] = field(default_factory=dict)
    puts: list[str] = field(default_factory=list)
    fails: int = 0
    stops_after: int | None = None

    async def put(self, inbound: Inbound) -> bool:
        await asyncio.sleep(0)
        if len(self.puts) == self.stops_after:
            await asyncio.Event().wait()
        if self.fails:
            self.fails -= 1
            raise OSError("the database is away")
        self.puts.append(inbound.message_id)
        key = (inbound.bot, inbound.message_id)
        new = key not in self.saved
        self.saved.setdefault(key, inbound)
        return new

    @property
    def all(self) -> list[Inbound]:
        return list(self.saved.values())

    @property
    def last(self) -> Inbound:
        return self.all[-1]


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: int) -> None:
        self.at += timedelta(**by)


@dataclass
class World:
    """Everything a test needs: Telegram, the bot's notes, the inbox and the clock."""

    api: BotApi
    folder: Path
    notebook: MemoryNotebook = field(default_factory=MemoryNotebook)
    leases: MemoryLeases = field(default_factory=MemoryLeases)
    inbox: LedgerInbox = field(default_factory=LedgerInbox)
    clock: Clock = field(default_factory=Clock)
    opened: list[Telegram] = field(default_factory=list)
    tasks: list[asyncio.Task[Any]] = field(default_factory=list)

    def settings(self, **options: Any) -> TelegramBot:
        given = {"name": "shop", "brand": self.folder, "token": TOKEN, "api_url": self.api.url}
        return TelegramBot.model_validate(given | options)

    def channel(self, pace: Pace = QUICK, **options: Any) -> Telegram:
        """A process's view of the bot; several share the notes and leases."""
        found = Telegram(self.settings(**options), self.notebook, self.leases, self.clock, pace)
        self.opened.append(found)
        return found

    def start(self, work: Awaitable[Any]) -> asyncio.Task[Any]:
        task = asyncio.ensure_future(work)
        self.tasks.append(task)
        return task

    async def heard(self, count: int) -> None:
        """Wait until so many messages are saved."""
        await until(lambda: len(self.inbox.saved) >= count)

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for channel in self.opened:
            await channel.close()


async def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - it may be anything, also in a server
            await asyncio.sleep(0.005)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    (tmp_path / "images").mkdir()
    for name in ("essence", "cream", "mask"):
        (tmp_path / "images" / f"{name}.jpg").write_bytes(b"\xff\xd8" + name.encode() * 50)
    async with bot_api() as api:
        world = World(api, tmp_path)
        yield world
        await world.close()


def reply(text: str = "好的。", **more: Any) -> Reply:
    timings = Timings(first_token_ms=1, total_ms=2, model_ms=1, own_ms=1)
    given: dict[str, Any] = {
        "conversation": "c-1",
        "turn": 3,
        "language": "zh",
        "model": "scripted",
    }
    return Reply(text=text, timings=timings, **(given | more))


def image(name: str = "essence", caption: str = "") -> Image:
    return Image(sku=name, path=f"images/{name}.jpg", caption=caption or name)


LOOKED_UP = Call(tool="lookup_order", args={"order_id": "HY1"}, ok=True)
PAYMENT = Payment(
    url="https://pay.example.com/p/tok?a=1&b=2",
    amount="168.00",
    currency="CNY",
    order_id="HY20261101003",
    expires_at="2026-11-24T12:30:00+08:00",
)


def pressing(name: str, answer: Reply | None = None) -> str:
    """What a press of this button under the reply carries."""
    return f"{name}:{Place.under(answer or reply())}"


async def spoken(*pieces: str, gap: float = 0.03) -> AsyncIterator[str]:
    for piece in pieces:
        yield piece
        await asyncio.sleep(gap)


async def send_all(
    channel: Telegram, answer: Reply, chat: str = "77", key: str = "t3"
) -> list[str]:
    parcels = channel.parcels(answer)
    return [await channel.send(chat, p, f"{key}:{place}") for place, p in enumerate(parcels)]
