"""Row 1: processes killed at random instants and at every named point, customers everywhere."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from agent.checkpoint import POINTS, Point
from tests.chaos.crew import Crew
from tests.chaos.customers import BUYING
from tests.chaos.judging import DOUBLED, LINKS, LOST, TWICE, WEB, Verdict
from tests.chaos.outside import BOTS
from tests.chaos.stage import NOTHING, Crowd, Ground, staged
from tests.chaos.table import Line

POINT_TRIES = 4


@dataclass(frozen=True)
class Plan:
    """How much: conversations, kills at random instants, kills at each of the named points."""

    conversations: int
    at_random: int
    each_point: int
    seconds: float = 3600.0


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

    def progress(self) -> float:
        """From 0 to 1."""
        return 1 - (self.left + len(self.points)) / self.total if self.total else 1.0

    async def run(self, slot: str) -> None:
        """Kill whoever has this place; in the end somebody lives there."""
        while self.left > 0 or self.points:
            point = self._next(slot)
            if point is not None:
                await self._at(slot, point)
            elif self.left > 0:
                await self._at_random(slot)
            else:
                await asyncio.sleep(0.2)
        if not self.crew.alive(slot):
            self.crew.start(slot)

    def _next(self, slot: str) -> Point | None:
        """A point that this process may come by; None: any instant will do."""
        fit = [p for p in self.points if slot == "gateway" or p != "inbox saved"]
        if not fit or self.chance.random() < self.left / (self.left + len(fit)):
            return None
        point = self.chance.choice(fit)
        self.points.remove(point)
        return point

    async def _at_random(self, slot: str) -> None:
        self.left -= 1
        if not self.crew.alive(slot):
            self.crew.start(slot)
        # A supervisor starts whoever died; one that is killed before it works proves nothing.
        await self.crew.up(slot)
        await asyncio.sleep(self.chance.uniform(0.1, 3.0))
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


async def killed(folder: Path, plan: Plan, ground: Ground, row: str) -> Line:
    """Run it; the line of the table."""
    began = time.monotonic()
    async with staged(folder, ground) as stage:
        points = [point for point in POINTS for _ in range(plan.each_point)]
        reaper = Reaper(stage.crew, random.Random(ground.seed), points, plan.at_random)
        crowd = Crowd(stage, plan.conversations, progress=reaper.progress)
        late = await _together(stage.street.outside.lose_answers(2.0), crowd, reaper, plan.seconds)
        await stage.quiet()
        verdict = await stage.verdict()
        verdict.add(LOST, late)
        return _line(row, reaper, (crowd, verdict), time.monotonic() - began)


async def _together(mischief, crowd: Crowd, reaper: Reaper, seconds: float) -> list[str]:
    slots = list(reaper.crew.running)
    losing = asyncio.create_task(mischief)
    killing = [asyncio.create_task(reaper.run(slot)) for slot in slots]
    try:
        async with asyncio.timeout(seconds):
            await asyncio.gather(crowd.run(), *killing)
    except TimeoutError:
        return [f"only {crowd.done} of {crowd.begun} conversations came to an end"]
    finally:
        for task in (losing, *killing):
            task.cancel()
        await asyncio.gather(losing, *killing, return_exceptions=True)
    return []


def _line(row: str, reaper: Reaper, found: tuple[Crowd, Verdict], seconds: float) -> Line:
    crowd, verdict = found
    points = Counter(reaper.crew.deaths())
    least = min(points[point] for point in POINTS)
    size = (
        f"{crowd.done} conversations x {len(BUYING)} turns over {len(BOTS)} channels, "
        f"{len(reaper.crew.running)} processes, {reaper.at_random + reaper.missed.total()} kills "
        f"at random, {points.total()} at {len(points)} points (each {least} or more)"
    )
    counted = [f"{verdict.count(kind)} {kind}" for kind in (LOST, TWICE, LINKS, WEB, DOUBLED)]
    counted.append(unknown(verdict))
    return Line(row, size, NOTHING, ", ".join(counted), seconds, verdict.all)


def unknown(verdict: Verdict) -> str:
    """In words: letters of which it is not known whether they arrived."""
    count = verdict.unknown_arrived + verdict.unknown_lost
    return f"{count} shown as unknown ({verdict.unknown_arrived} of them arrived)"
