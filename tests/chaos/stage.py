"""A service, its customers and everything around, ready to be maltreated."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from agent.delivery_tables import conversations, shown_links
from tests.chaos.crew import Crew, crew
from tests.chaos.customers import BUYING, Browser, Street, arrive, pay
from tests.chaos.entry import Orders
from tests.chaos.judging import DOUBLED, LINKS, LOST, TWICE, Verdict, judged
from tests.chaos.outside import BOTS, outside
from tests.chaos.watching import Watch, watch
from tests.delivery.checker import Record

NOTHING = f"0 {LOST}, 0 {TWICE}, 0 {LINKS}, 0 {DOUBLED}"


@dataclass(frozen=True)
class Ground:
    """Where a service stands: nothing given, in one process over SQLite."""

    database: str = ""
    redis: str = ""
    workers: int = 0
    seed: int = 1

    @property
    def slots(self) -> tuple[str, ...]:
        """The names of the processes."""
        return ("gateway", *(f"worker-{number}" for number in range(1, self.workers + 1)))


@dataclass
class Stage:
    """Processes, customers, and a look into the database."""

    crew: Crew
    street: Street
    watch: Watch
    browsers: list[Browser] = field(default_factory=list)

    async def quiet(self, seconds: float = 60.0) -> None:
        """Until nothing is left to do, or for so long."""
        looks = self.watch.looks
        try:
            async with asyncio.timeout(seconds):
                while self.watch.busy or self.watch.looks < looks + 3:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
                while await self.watch.owes_thanks():  # noqa: ASYNC110
                    await asyncio.sleep(0.5)
        except TimeoutError:
            return

    async def verdict(self) -> Verdict:
        """What the ledgers say, each page looked at once more."""
        histories = {browser.chat: await browser.history() for browser in self.browsers}
        record = await Record.of(self.watch.database)
        return judged(self.street.outside, self.street.said, record, histories)

    async def buys(self, bot: str, *, pays: bool) -> None:
        """A customer comes, buys something, perhaps pays, and goes."""
        customer = await arrive(self.street, bot)
        if isinstance(customer, Browser):
            self.browsers.append(customer)
        for number, text in enumerate(BUYING, start=1):
            await customer.say(text)
            await self.watch.rests((bot, customer.chat), number)
        if pays and (token := await self._token(bot, customer.chat)):
            await pay(self.street, token)

    async def _token(self, bot: str, chat: str) -> str | None:
        query = (
            select(shown_links.c.token)
            .join(conversations, conversations.c.id == shown_links.c.conversation)
            .where(conversations.c.bot == bot, conversations.c.chat == chat)
        )
        while True:
            # The database may just be away.
            with suppress(SQLAlchemyError, OSError):
                async with self.watch.database.reading() as connection:
                    return await connection.scalar(query)  # type: ignore[no-any-return]
            await asyncio.sleep(0.2)


@asynccontextmanager
async def staged(
    folder: Path,
    ground: Ground,
    bots: tuple[str, ...] = tuple(BOTS),
    more: Mapping[str, str] = {},
    **orders: float,
) -> AsyncIterator[Stage]:
    """All of it, until the end. `orders` are further ones for the processes, `more` are further
    lines of a bot's settings.
    """
    async with outside(folder, bots, seed=ground.seed, **more) as world:
        given = Orders(
            folder,
            "",
            world.port,
            database=ground.database,
            redis=ground.redis,
            **orders,  # type: ignore[arg-type]
        )
        async with crew(given, ground.slots) as made, watch(given) as watching:
            yield Stage(made, Street(world), watching)


@dataclass
class Crowd:
    """Customers who buy something, each in his own time; every fourth pays.

    `progress` says how far the maltreating has come: the conversations keep step with it, a few
    are always under way, and more come than were planned if it takes longer.
    """

    stage: Stage
    count: int
    at_once: int = 24
    progress: Callable[[], float] = lambda: 1.0
    least_at_once: int = 6
    done: int = 0
    begun: int = 0

    async def run(self) -> None:
        """All of them, a few at a time."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self.at_once):
                group.create_task(self._come_and_go())

    async def _come_and_go(self) -> None:
        bots = list(BOTS)
        while self.begun < self.count or self.progress() < 1.0:
            if self.begun >= self._may_begin():
                await asyncio.sleep(0.1)
                continue
            number, self.begun = self.begun, self.begun + 1
            await self.stage.buys(bots[number % len(bots)], pays=number % 4 == 0)
            self.done += 1

    def _may_begin(self) -> float:
        due = self.at_once + (self.count - self.at_once) * self.progress()
        return max(due, self.done + self.least_at_once)
