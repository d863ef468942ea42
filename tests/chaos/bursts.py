"""Row 3: people who type in fragments, and workers that stand still past their leases."""

import asyncio
import os
import random
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from agent.delivery_tables import conversations
from app.wiring import real_time
from tests.chaos.customers import Browser, arrive
from tests.chaos.judging import LOST, ORDER, TWICE
from tests.chaos.kills import unknown
from tests.chaos.outside import BOTS
from tests.chaos.stage import Ground, Stage, staged
from tests.chaos.table import Line

BURST = 5
LINES = ("在吗", "几天内可以退货", "我的订单到哪了", "订单LA20261101001", "谢谢")
_BURSTS_EACH = 3
_AT_ONCE = 24
_THINKING_SECONDS = 0.2


@dataclass(frozen=True)
class Plan:
    """How many bursts, and how often a process is to sleep past a lease it has."""

    bursts: int
    sleeps: int
    seconds: float = 3600.0


@dataclass
class Sandman:
    """Stops whoever holds a conversation until somebody else has it; counts these times only."""

    stage: Stage
    wanted: int
    done: int = 0
    tried: int = 0

    async def run(self) -> None:
        """Again and again."""
        while self.done < self.wanted:
            await asyncio.sleep(0.2)
            holder = await self._holder()
            if holder:
                self.tried += 1
                self.done += await self._sleeps(holder)

    async def _sleeps(self, holder: str) -> bool:
        pid = int(holder.split(":")[1])
        os.kill(pid, signal.SIGSTOP)
        try:
            held = await self._held_by(holder)
            await asyncio.sleep(1.8 * self.stage.crew.orders.lease_seconds)
            still = await self._held_by(holder)
        finally:
            os.kill(pid, signal.SIGCONT)
        return any(still.get(name) != fence for name, fence in held.items())

    async def _holder(self) -> str | None:
        now = real_time()
        query = (
            select(conversations.c.lease_owner)
            .where(conversations.c.lease_until > now)
            .order_by(conversations.c.lease_until.desc())
            .limit(1)
        )
        async with self.stage.watch.database.reading() as connection:
            return await connection.scalar(query)  # type: ignore[no-any-return]

    async def _held_by(self, holder: str) -> dict[str, int]:
        query = select(conversations.c.id, conversations.c.fence).where(
            conversations.c.lease_owner == holder
        )
        async with self.stage.watch.database.reading() as connection:
            return {row.id: row.fence for row in await connection.execute(query)}

    def progress(self) -> float:
        """From 0 to 1."""
        return self.done / self.wanted if self.wanted else 1.0


async def in_fragments(folder: Path, plan: Plan, ground: Ground) -> Line:
    """Run it; the line of the table."""
    began = time.monotonic()
    async with staged(folder, ground, model_seconds=_THINKING_SECONDS) as stage:
        sandman, typed = Sandman(stage, plan.sleeps), Typists(stage, plan.bursts)
        late: list[str] = []
        try:
            async with asyncio.timeout(plan.seconds):
                await asyncio.gather(sandman.run(), typed.run(sandman))
        except TimeoutError:
            late = [f"only {typed.done} bursts and {sandman.done} sleeps came to an end"]
        await stage.quiet()
        verdict = await stage.verdict()
        verdict.add(LOST, late)
        size = (
            f"{typed.done} bursts of {BURST} lines over {len(BOTS)} channels, "
            f"{len(ground.slots)} processes, {sandman.done} sleeps past a lease that somebody "
            f"else took ({sandman.tried} tried)"
        )
        stale = verdict.count(TWICE)
        found = (
            f"{verdict.count(ORDER)} order violations, {stale} stale writes, "
            f"{len(verdict.all) - stale - verdict.count(ORDER)} other faults, {unknown(verdict)}"
        )
        wanted = "0 order violations, 0 stale writes"
        return Line("3 bursts", size, wanted, found, time.monotonic() - began, verdict.all)


@dataclass
class Typists:
    """Customers who write five lines one after the other, wait for the answer, and go on."""

    stage: Stage
    bursts: int
    begun: int = 0
    done: int = 0

    async def run(self, sandman: Sandman) -> None:
        """All of them, and more as long as processes are to be stopped."""

        async def one_after_the_other(bot: str) -> None:
            while self.begun < self.bursts or sandman.progress() < 1.0:
                await self._talks(bot)

        bots = list(BOTS)
        async with asyncio.TaskGroup() as group:
            for number in range(_AT_ONCE):
                group.create_task(one_after_the_other(bots[number % len(bots)]))

    async def _talks(self, bot: str) -> None:
        chance: random.Random = self.stage.street.outside.chance
        customer = await arrive(self.stage.street, bot)
        if isinstance(customer, Browser):
            self.stage.browsers.append(customer)
        for number in range(1, _BURSTS_EACH + 1):
            self.begun += 1
            for line in range(BURST):
                await customer.say(LINES[(number + line) % len(LINES)])
                # Now within the quiet time, now beyond it, so that turns have begun meanwhile.
                await asyncio.sleep(chance.choice((0.0, 0.02, 0.1)))
            await self.stage.watch.rests((bot, customer.chat), number * BURST)
            self.done += 1
