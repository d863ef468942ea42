"""Row 4: Telegram doubles, shuffles and repeats; pollers take over from each other."""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from agent.delivery_tables import inbox
from tests.channels.telegram.ledger import BOT_ID
from tests.channels.telegram.pollers import Pollers, pollers
from tests.chaos.customers import Said
from tests.chaos.judging import ORDER
from tests.chaos.outside import TELEGRAM_SECRET
from tests.chaos.stage import NOTHING, Ground, Stage, staged
from tests.chaos.table import Line

WITHIN_SECONDS = 10.0
CONNECTIONS, DOUBLED = 40, 0.2
_CALLED = {"telegram": 'mode = "webhook"\npublic_url = "https://bot.example"\n'}


@dataclass(frozen=True)
class Plan:
    """Messages by webhook with so many restarts meanwhile; take-overs between two pollers."""

    messages: int
    restarts: int
    takeovers: int
    lease_seconds: float = 8.0


async def shuffled(folder: Path, plan: Plan, ground: Ground) -> Line:
    """A webhook called over many connections, in any order and partly twice, and a gateway that
    dies meanwhile. The order is the provider's doing here and not judged.
    """
    began = time.monotonic()
    async with staged(folder, ground, bots=("telegram",), more=_CALLED) as stage:
        api = stage.street.outside.telegram
        while not api.webhook.get("url"):  # noqa: ASYNC110 - another process sets it
            await asyncio.sleep(0.05)
        api.webhook["local"] = f"{stage.street.outside.shop}/telegram/telegram"
        assert api.webhook["secret_token"] == TELEGRAM_SECRET
        updates = [api.says(f"在吗 {n}", user=1000 + n // 3) for n in range(plan.messages)]
        for update in updates:
            message = update["message"]
            number, chat = f"{BOT_ID}-{update['update_id']}", str(message["chat"]["id"])
            stage.street.said.append(Said("telegram", chat, number, message["text"]))
        restarting = asyncio.create_task(_restarted(stage, plan.restarts))
        statuses = await api.deliver(updates, CONNECTIONS, DOUBLED)
        await restarting
        await stage.quiet(600.0)
        verdict = await stage.verdict()
    verdict.faults.pop(ORDER, None)
    size = (
        f"{len(updates)} updates, {sum(status == 200 for status in statuses)} calls taken and "
        f"{sum(status != 200 for status in statuses)} not, {CONNECTIONS} connections, "
        f"{plan.restarts} kills"
    )
    found = f"{len(verdict.all)} lost or doubled"
    return Line("4 Telegram", size, NOTHING, found, time.monotonic() - began, verdict.all)


async def _restarted(stage: Stage, times: int) -> None:
    for _ in range(times):
        await asyncio.sleep(stage.street.outside.chance.uniform(0.5, 2.0))
        await stage.crew.kill("gateway")
        stage.crew.start("gateway")
        await stage.crew.ready()


async def taken_over(folder: Path, plan: Plan) -> Line:
    """Two processes poll; the one that may is killed or stopped, the other goes on."""
    began = time.monotonic()
    async with pollers(folder, plan.lease_seconds) as polled:
        duel = Duel(polled, random.Random(3))
        for _ in range(2):
            await polled.start()
        for number in range(plan.takeovers):
            await duel.take_over(stopped=number % 2 == 1)
        lines = Counter(await _lines(polled))
    faults = [
        f"{number} was saved {lines[str(number)]} times"
        for number in range(duel.sent)
        if lines[str(number)] != 1
    ]
    slow = [f"taken over after {wait:.1f} s" for wait in duel.waits if wait > WITHIN_SECONDS]
    size = f"{plan.takeovers} take-overs between two pollers, {duel.sent} messages"
    found = (
        f"{len(faults)} lost or doubled, read again after {max(duel.waits):.1f} s at most, "
        f"{polled.api.conflicts} polls beside each other"
    )
    wanted = f"0 lost, 0 doubled, taken over within {WITHIN_SECONDS:.0f} s"
    return Line("4 pollers", size, wanted, found, time.monotonic() - began, faults + slow)


@dataclass
class Duel:
    """Messages go on coming while one of two pollers is done away with."""

    polled: Pollers
    chance: random.Random
    sent: int = 0
    waits: list[float] = field(default_factory=list)

    async def take_over(self, *, stopped: bool) -> None:
        """The owner is killed, or stands still beyond its lease and then goes on.

        Where it stands still in the middle of a write, SQLite lets nobody else write.
        """
        owner = await self.polled.owner()
        self._write(20)
        await asyncio.sleep(self.chance.uniform(0.0, 1.0))
        if stopped:
            os.kill(owner, signal.SIGSTOP)
            self._write(20)
            await asyncio.sleep(1.3 * self.polled.lease_seconds)
            os.kill(owner, signal.SIGCONT)
            await self._all_saved()
            return
        await self.polled.kill(owner)
        gone = time.monotonic()
        self._write(20)
        await self._all_saved()
        self.waits.append(time.monotonic() - gone)
        await self.polled.start()

    async def _all_saved(self) -> None:
        while len(await _lines(self.polled)) < self.sent:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)

    def _write(self, count: int) -> None:
        for number in range(self.sent, self.sent + count):
            self.polled.api.says(f"{number}", user=100 + number % 7)
        self.sent += count


async def _lines(polled: Pollers) -> list[str]:
    async with polled.database.reading() as connection:
        rows = await connection.execute(select(inbox.c.text))
        return [row.text for row in rows]
