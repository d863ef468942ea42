"""Row 1: processes killed at random instants and at every named point, customers everywhere."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from agent.checkpoint import POINTS, Point
from agent.delivery_tables import conversations, shown_links
from tests.chaos.crew import Crew, crew
from tests.chaos.customers import BUYING, Browser, Street, arrive, pay
from tests.chaos.entry import Orders
from tests.chaos.judging import DOUBLED, KINDS, LINKS, LOST, TWICE, WEB, Verdict, judged
from tests.chaos.outside import BOTS, outside
from tests.chaos.table import Line
from tests.chaos.watching import Watch, watch
from tests.delivery.checker import Record

POINT_TRIES = 4
_LEAST_AT_ONCE = 6


@dataclass(frozen=True)
class Plan:
    """How much. `workers` besides the gateway; `each_point` kills at each of the named points."""

    conversations: int
    random_kills: int
    each_point: int
    workers: int = 0
    database: str = ""
    redis: str = ""
    at_once: int = 24
    seed: int = 1
    seconds: float = 3600.0

    @property
    def slots(self) -> tuple[str, ...]:
        """The names of the processes."""
        return ("gateway", *(f"worker-{number}" for number in range(1, self.workers + 1)))


@dataclass
class Reaper:
    """Kills one process after the other, and starts them anew, until it has killed enough."""

    crew: Crew
    chance: random.Random
    points: list[Point]
    left: int
    at_random: int = 0
    missed: Counter[Point] = field(default_factory=Counter)
    total: int = 0

    def __post_init__(self) -> None:
        self.total = self.left + len(self.points)

    @property
    def progress(self) -> float:
        """From 0 to 1."""
        return 1 - (self.left + len(self.points)) / self.total if self.total else 1.0

    async def run(self, slot: str) -> None:
        """Kill whoever has this place; in the end somebody lives there."""
        while self.left > 0 or self.points:
            point = self._next(slot)
            if point is None:
                if self.left <= 0:
                    await asyncio.sleep(0.2)
                    continue
                await self._at_random(slot)
            else:
                await self._at(slot, point)
        if not self.crew.alive(slot):
            self.crew.start(slot)

    def _next(self, slot: str) -> Point | None:
        """A point that this process may come by; None: any instant will do."""
        fit = [p for p in self.points if slot == "gateway" or p != "inbox saved"]
        if not fit or (self.left > 0 and self.chance.random() < self.left / (self.left + len(fit))):
            return None
        point = self.chance.choice(fit)
        self.points.remove(point)
        return point

    async def _at_random(self, slot: str) -> None:
        self.left -= 1
        if not self.crew.alive(slot):
            self.crew.start(slot)
        await asyncio.sleep(self.chance.uniform(0.8, 3.5))
        await self.crew.kill(slot)
        self.at_random += 1

    async def _at(self, slot: str, point: Point) -> None:
        """Start a process that dies there; if it never comes by, it dies all the same."""
        if self.crew.alive(slot):
            await self.crew.kill(slot)
        passes = 0 if point.startswith("effect") else self.chance.randrange(4)
        self.crew.start(slot, (point, passes))
        for _ in range(100):
            if not self.crew.alive(slot):
                return
            await asyncio.sleep(0.1)
        await self.crew.kill(slot)
        self.missed[point] += 1
        if self.missed[point] < POINT_TRIES:
            self.points.append(point)


@dataclass
class Crowd:
    """Customers who buy something, each in his own time."""

    street: Street
    watch: Watch
    reaper: Reaper | None
    count: int
    at_once: int
    browsers: list[Browser] = field(default_factory=list)
    done: int = 0
    begun: int = 0

    async def run(self) -> None:
        """All of them, a few at a time."""
        bots = list(BOTS)
        async with asyncio.TaskGroup() as group:
            for _ in range(self.at_once):
                group.create_task(self._come_and_go(bots))

    async def _come_and_go(self, bots: list[str]) -> None:
        while self.begun < self.count or not self._killed():
            if self.begun >= self._may_begin():
                await asyncio.sleep(0.1)
                continue
            number, self.begun = self.begun, self.begun + 1
            await self._talk(bots[number % len(bots)], pays=number % 4 == 0)
            self.done += 1

    def _killed(self) -> bool:
        return self.reaper is None or self.reaper.progress >= 1.0

    def _may_begin(self) -> float:
        """As the killing goes on, so do the conversations; a few are always under way."""
        progress = self.reaper.progress if self.reaper else 1.0
        due = self.at_once + (self.count - self.at_once) * progress
        return max(due, self.done + _LEAST_AT_ONCE)

    async def _talk(self, bot: str, *, pays: bool) -> None:
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
        async with self.watch.database.reading() as connection:
            return await connection.scalar(query)  # type: ignore[no-any-return]


async def killed(folder: Path, plan: Plan, row: str) -> Line:
    """Run it; the line of the table."""
    began = time.monotonic()
    async with _set(folder, plan) as (made, street, watching):
        chance = random.Random(plan.seed)
        points = [point for point in POINTS for _ in range(plan.each_point)]
        reaper = Reaper(made, chance, points, plan.random_kills)
        crowd = Crowd(street, watching, reaper, plan.conversations, plan.at_once)
        losing = asyncio.create_task(street.outside.lose_answers(2.0))
        killing = [asyncio.create_task(reaper.run(slot)) for slot in plan.slots]
        verdict = Verdict()
        try:
            async with asyncio.timeout(plan.seconds):
                await asyncio.gather(crowd.run(), *killing)
        except TimeoutError:
            verdict.add(LOST, [f"only {crowd.done} of {crowd.begun} came to an end"])
        finally:
            for task in (losing, *killing):
                task.cancel()
            await asyncio.gather(losing, *killing, return_exceptions=True)
        await all_quiet(watching)
        found = await verdict_of(street, watching, crowd.browsers)
        for kind, faults in verdict.faults.items():
            found.add(kind, faults)
        return _line(row, plan, reaper, (crowd, found), time.monotonic() - began)


@asynccontextmanager
async def _set(folder: Path, plan: Plan) -> AsyncIterator[tuple[Crew, Street, Watch]]:
    async with outside(folder, seed=plan.seed) as world:
        orders = Orders(folder, "", world.port, database=plan.database, redis=plan.redis)
        async with crew(orders, plan.slots) as made, watch(orders) as watching:
            yield made, Street(world), watching


async def all_quiet(watching: Watch, seconds: float = 60.0) -> None:
    """Until nothing is left to do, or for so long."""
    looks = watching.looks
    try:
        async with asyncio.timeout(seconds):
            while watching.busy or watching.looks < looks + 3:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)
    except TimeoutError:
        return


async def verdict_of(street: Street, watching: Watch, browsers: list[Browser]) -> Verdict:
    """What the ledgers say, each page looked at once more."""
    histories = {browser.chat: await browser.history() for browser in browsers}
    record = await Record.of(watching.database)
    return judged(street.outside, street.said, record, histories)


def _line(
    row: str, plan: Plan, reaper: Reaper, judged: tuple[Crowd, Verdict], seconds: float
) -> Line:
    crowd, verdict = judged
    points = Counter(reaper.crew.deaths())
    least = min((points[point] for point in POINTS), default=0)
    size = (
        f"{crowd.done} conversations x {len(BUYING)} turns, {len(BOTS)} channels, "
        f"{len(plan.slots)} processes, {reaper.at_random + sum(reaper.missed.values())} kills at "
        f"random, {points.total()} at {len(points)} points (least {least})"
    )
    shown = [f"{verdict.count(kind)} {kind}" for kind in (LOST, TWICE, LINKS, WEB, DOUBLED)]
    shown.append(
        f"{verdict.unknown_arrived + verdict.unknown_lost} shown as unknown "
        f"({verdict.unknown_arrived} of them arrived)"
    )
    wanted = f"0 of {', '.join(KINDS[:5])}"
    return Line(row, size, wanted, ", ".join(shown), seconds, verdict.all)
