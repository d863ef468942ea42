"""A turn's journal: all that code cannot work out alone passes through it, and is written down.

Live, a step is carried out and its result recorded. In a replay the recorded result is handed
back instead, so the rest of the turn, being plain code, comes out the same to the byte.
"""

import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from agent.log import Event, Log

Body = dict[str, Any]
Run = Callable[[], Awaitable[Body]]
RECORDED_FIRST = frozenset({"tool", "standing", "spelling"})


class ReplayDivergedError(Exception):
    """The code asks for a step that the recording does not have: it behaves differently now."""


class Journal(Protocol):
    """One turn being written down (or read back)."""

    @property
    def now(self) -> datetime:
        """When the turn began; the only time a turn may use."""
        ...

    async def step(self, kind: str, key: Body, run: Run) -> Body:
        """The result of a step that depends on the world outside."""
        ...

    async def note(self, kind: str, body: Body) -> None:
        """Something the turn worked out, for those who read the log."""
        ...

    async def flush(self) -> None:
        """See to it that all of it is written."""
        ...


@dataclass
class LiveJournal:
    """Carries steps out and writes them to the log.

    What came before a step is written before the step begins, so that a turn that dies leaves
    everything up to there; a write costs milliseconds, which is why notes wait for the next one.
    """

    log: Log
    conversation: str
    turn: int
    seq: int
    clock: Callable[[], datetime]
    now: datetime
    unwritten: list[Event] = field(default_factory=list)

    async def step(self, kind: str, key: Body, run: Run) -> Body:
        """Write down what there is, do it, and note the result."""
        await self.flush()
        result = await run()
        await self.note(kind, {**key, "result": result})
        return result

    async def note(self, kind: str, body: Body) -> None:
        """Keep one event for the next write."""
        self.seq += 1
        event = Event(self.conversation, self.seq, self.turn, kind, self.clock(), body)
        self.unwritten.append(event)

    async def flush(self) -> None:
        """Write what was noted so far."""
        if self.unwritten:
            await self.log.append(self.unwritten)
            self.unwritten = []


def _same(value: Body) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


@dataclass
class RecordedJournal:
    """Hands recorded results back. Kinds in `live` are carried out for real instead.

    Of the kinds in RECORDED_FIRST only what was not recorded is: a tool that was called then
    gives what it gave then.
    """

    now: datetime
    recorded: list[Event]
    live: frozenset[str] = frozenset()
    notes: list[tuple[str, Body]] = field(default_factory=list)

    @classmethod
    def of(
        cls, events: Iterable[Event], turn: int, live: frozenset[str] = frozenset()
    ) -> "RecordedJournal":
        """The journal of one turn, read from a conversation's events."""
        own = [event for event in events if event.turn == turn]
        first = next(event for event in own if event.kind == "message")
        steps = [event for event in own if "result" in event.body]
        return cls(datetime.fromisoformat(first.body["now"]), steps, live)

    async def step(self, kind: str, key: Body, run: Run) -> Body:
        """The recorded result of this very step.

        Raises:
            ReplayDivergedError: no step of this kind with this key was recorded.
        """
        if kind in self.live and kind not in RECORDED_FIRST:
            return await self._carried_out(kind, key, run)
        for place, event in enumerate(self.recorded):
            if event.kind == kind and _same({**key, "result": None}) == _same(
                {**event.body, "result": None}
            ):
                del self.recorded[place]
                result: Body = event.body["result"]
                return result
        if kind in self.live:
            return await self._carried_out(kind, key, run)
        raise ReplayDivergedError(f"The recording has no {kind} step {_same(key)[:200]}")

    async def _carried_out(self, kind: str, key: Body, run: Run) -> Body:
        result = await run()
        self.notes.append((kind, {**key, "result": result}))
        return result

    async def note(self, kind: str, body: Body) -> None:
        """Keep what the turn worked out, for a comparison."""
        self.notes.append((kind, body))

    async def flush(self) -> None:
        """Nothing is written in a replay."""
