"""The journal of a turn that a worker runs: fenced, and able to go on where a dead one stopped."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from agent.checkpoint import Checkpoint, passing
from agent.conversations import Held, hold_fence
from agent.database import Database
from agent.effects import SqlEffects
from agent.journal import Body, Run
from agent.log import Event, append_next

# How a turn came to these must be on disk before they begin, or it might come to others.
_CHANGING = frozenset({"create_payment_link", "verify_order"})
# What took that long to get is worth writing down before anything else is begun.
_DEAR = timedelta(seconds=1)
# A turn in which nothing comes for so long has what came before written down.
_WATCHED_SECONDS = 0.5

Write = Callable[[AsyncConnection], Awaitable[None]]


@dataclass
class Recorded:
    """What a turn that died had written down: steps are handed back, notes not written twice."""

    steps: list[Event]
    notes: set[str]

    @classmethod
    def of(cls, events: Iterable[Event]) -> "Recorded":
        """From the events of the turn."""
        own = list(events)
        steps = [event for event in own if "result" in event.body]
        return cls(steps, {_noted(e.kind, e.body) for e in own if "result" not in e.body})

    def step(self, kind: str, key: Body) -> Body | None:
        """The recorded result of this very step, once."""
        wanted = _noted(kind, {**key, "result": None})
        for place, event in enumerate(self.steps):
            if _noted(event.kind, {**event.body, "result": None}) == wanted:
                del self.steps[place]
                result: Body = event.body["result"]
                return result
        return None


@dataclass
class TurnJournal:
    """`agent.journal.Journal` for one turn of a held conversation.

    What is not written when a process dies is done again by the next one, as if for the first
    time; so only what costs much, changes something or is followed by a long wait is written before
    the turn ends.
    """

    database: Database
    effects: SqlEffects
    held: Held
    turn: int
    now: datetime
    clock: Callable[[], datetime]
    recorded: Recorded
    checkpoint: Checkpoint = passing
    unwritten: list[Event] = field(default_factory=list)
    kept: list[Event] = field(default_factory=list)
    faults: int = 0
    tools: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def step(self, kind: str, key: Body, run: Run) -> Body:
        """The recorded result, or else it is carried out and its result noted."""
        place = self.tools
        self.tools += kind == "tool"
        result = self.recorded.step(kind, key)
        if result is not None:
            return result
        changing = kind == "tool" and key["tool"] in _CHANGING
        if changing or (self.unwritten and self.clock() - self.unwritten[0].at >= _DEAR):
            await self.flush()
        await self.checkpoint("step begun")
        if changing:
            name = f"{self.held.id}:{self.turn}:{place}"
            result = await self.effects.once(self.held, name, key, run)
        else:
            result = await self._carried_out(run)
        await self.checkpoint("step done")
        self._keep(kind, {**key, "result": result})
        return result

    async def _carried_out(self, run: Run) -> Body:
        """Its result; while it takes long, whoever watches the turn sees how far it is."""
        running = asyncio.ensure_future(run())
        try:
            done, _ = await asyncio.wait([running], timeout=_WATCHED_SECONDS)
            if not done:
                await self.flush()
            return await running
        finally:
            if running.cancel():
                await asyncio.wait([running])

    async def note(self, kind: str, body: Body) -> None:
        """Keep one event for the next write."""
        self.faults += kind == "fault"
        if _noted(kind, body) in self.recorded.notes:
            self.recorded.notes.remove(_noted(kind, body))
            return
        self._keep(kind, body)

    async def flush(self) -> None:
        """Write what was noted so far."""
        if self.unwritten:
            await self.write()

    async def write(self, more: Write | None = None) -> None:
        """Write what was noted so far, and `more` in the same transaction.

        Raises:
            StaleRunnerError: somebody else has the conversation; nothing was written.
        """
        async with self.lock:
            batch = list(self.unwritten)
            async with self.database.writing() as connection:
                await hold_fence(connection, self.held)
                if batch:
                    await append_next(connection, batch)
                if more:
                    await more(connection)
            self.unwritten = self.unwritten[len(batch) :]

    def _keep(self, kind: str, body: Body) -> None:
        event = Event(self.held.id, 0, self.turn, kind, self.clock(), body)
        self.unwritten.append(event)
        self.kept.append(event)


def _noted(kind: str, body: Body) -> str:
    return json.dumps([kind, body], ensure_ascii=False, sort_keys=True)
