"""What a service does to learn from its conversations: figures, gaps, replays, live brands."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.database import Database
from agent.day_sums import add_up
from agent.gaps import Gaps
from agent.leases import SqlLeases
from agent.replay_batches import ReplayBatches, Replaying
from agent.tallies import Tallies
from agent.turn import Agent
from app.lesson_cases import LessonCases
from app.live_brands import LiveBrands
from app.rehearsals import LiveRehearsals, replaying
from app.settings import Settings
from app.wiring import Running
from console.lessons import Lessons
from knowledge.embed import Embedder

_SECONDS = 2.0
_AFTER_TROUBLE_SECONDS = 10.0
# A day in which much happens is not added up again and again.
_SETTLED = timedelta(minutes=10)
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Learning:
    """The parts, and the jobs that keep them going."""

    lessons: Lessons
    brands: LiveBrands
    tallies: Tallies
    gaps: Gaps
    batches: ReplayBatches
    replaying: Replaying
    leases: SqlLeases

    async def follow(self) -> None:
        """Every process: take up what others changed in the brands' folders."""
        await self.brands.follow()

    async def keep_up(self) -> None:
        """One process at a time: bring figures and gaps up to date."""

        async def work() -> None:
            await self.tallies.catch_up()
            await add_up(self.tallies.database, self.tallies.clock() - _SETTLED)
            await self.gaps.catch_up()

        await self._while_mine("figures", work)

    async def replay(self) -> None:
        """One process at a time: run the batches that wait, the oldest first."""

        async def work() -> None:
            batch = await self.batches.waiting()
            if batch:
                await self.batches.run(batch.number, self.replaying)

        await self._while_mine("replays", work)

    async def _while_mine(self, duty: str, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await self._held(duty, work)
            except Exception:
                _logger.exception("%s: broke off and is begun again", duty)
                await asyncio.sleep(_AFTER_TROUBLE_SECONDS)

    async def _held(self, duty: str, work: Callable[[], Awaitable[None]]) -> None:
        async with self.leases.hold(duty) as mine:
            while not mine.lost:
                await work()
                await asyncio.sleep(_SECONDS)


@dataclass(frozen=True)
class Around:
    """What learning leans on."""

    database: Database
    leases: SqlLeases
    embedder: Embedder
    clock: Callable[[], datetime]


def open_learning(
    settings: Settings,
    brands: Sequence[Running],
    agents: MutableMapping[str, Agent],
    around: Around,
    stack: AsyncExitStack,
) -> Learning:
    """Put it together; models opened for replays are closed with the stack."""
    database, clock = around.database, around.clock
    running = {one.agent.brand.id: one for one in brands}
    knowledge = {brand: one.knowledge for brand, one in running.items()}
    shops = {brand: one.shop for brand, one in running.items()}
    live = LiveBrands(agents, knowledge, shops, database)
    cases = LessonCases(settings, running, agents, database)
    rehearsals = LiveRehearsals(settings, agents)
    stack.push_async_callback(rehearsals.close)
    zones = {brand: agent.brand.timezone for brand, agent in agents.items()}
    return Learning(
        lessons=Lessons(cases, rehearsals, live, around.embedder),
        brands=live,
        tallies=Tallies(database, clock, zones),
        gaps=Gaps(database, around.embedder, clock),
        batches=ReplayBatches(database, clock),
        replaying=replaying(database, rehearsals, cases),
        leases=around.leases,
    )
