"""Replay: a recorded conversation again, with recorded or with other parts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import takewhile
from time import perf_counter
from typing import NoReturn

from agent.inbound import Message
from agent.journal import RecordedJournal, ReplayDivergedError
from agent.log import Event
from agent.memory import remember
from agent.reply import Reply
from agent.turn import Agent, Arrival, run_turn
from tools.context import Caller, ShopDownError


@dataclass(frozen=True, slots=True)
class ReplayedTurn:
    """A turn as it was and as it is now."""

    text: str
    before: Reply
    after: Reply | None
    trouble: str = ""

    @property
    def same(self) -> bool:
        """Whether the replies are the same to the byte, in all that was recorded then."""
        recorded = self.before.model_fields_set
        return self.after is not None and (
            self.before.model_dump_json(include=recorded)
            == self.after.model_dump_json(include=recorded)
        )

    @property
    def alike(self) -> bool:
        """Whether the customer gets the same, whatever model and time it took."""
        if self.after is None:
            return False
        other = {"model", "timings", "knowledge_version"}
        return self.before.model_dump(exclude=other) == self.after.model_dump(exclude=other)


class ClosedShop:
    """Orders, payments and knowledge of a replay: nothing real is within reach."""

    async def own_order(self, *_: object) -> NoReturn:
        """Refuses."""
        self._closed()

    async def own_orders(self, *_: object) -> NoReturn:
        """Refuses."""
        self._closed()

    async def prove(self, *_: object) -> NoReturn:
        """Refuses."""
        self._closed()

    async def place(self, *_: object) -> NoReturn:
        """Refuses."""
        self._closed()

    async def link(self, *_: object) -> NoReturn:
        """Refuses."""
        self._closed()

    async def propose(self, *_: object) -> NoReturn:
        """Refuses."""
        self._closed()

    async def confirm(self, *_: object) -> NoReturn:
        """Refuses."""
        self._closed()

    async def search(self, query: str, limit: int = 5) -> NoReturn:  # noqa: ARG002
        """Refuses."""
        self._closed()

    def _closed(self) -> NoReturn:
        raise ShopDownError("A replay does not reach the shop; this call was not recorded.")


async def replay(
    agent: Agent,
    events: tuple[Event, ...],
    live: frozenset[str] = frozenset(),
    seen: Callable[[ReplayedTurn], None] = lambda _: None,
) -> tuple[ReplayedTurn, ...]:
    """Run every finished turn again, each from the recorded state before it.

    Args:
        agent: The agent to run; without `live` neither its model nor its services are used.
        events: The conversation's log.
        live: Kinds of steps (`model`, `tool`) to carry out for real where nothing was recorded.
        seen: Told of each turn as it is done.
    """
    turns: list[ReplayedTurn] = []
    finished = sorted({event.turn for event in events if event.kind == "reply"})
    for number in finished:
        turn = await _again(agent, events, number, live)
        seen(turn)
        turns.append(turn)
    return tuple(turns)


async def _again(
    agent: Agent, events: tuple[Event, ...], number: int, live: frozenset[str]
) -> ReplayedTurn:
    own = [event for event in events if event.turn == number]
    first = next(event for event in own if event.kind == "message")
    before = Reply.model_validate(next(e for e in own if e.kind == "reply").body)
    memory = remember(takewhile(lambda event: event.turn < number, events))
    body = first.body
    message = Message(body["text"], body["language"], body["trouble"])
    caller = Caller(body["brand"], first.conversation, number, body["customer"])
    recorded_agent = replace(agent, style=body["style"], decisions=body["decisions"])
    journal = RecordedJournal.of(events, number, live)
    used = agent if live else replace(recorded_agent, model=_Named(body["model"], agent))
    try:
        after = await run_turn(used, journal, Arrival(memory, message, caller, perf_counter()))
    except ReplayDivergedError as error:
        return ReplayedTurn(message.text, before, None, str(error))
    return ReplayedTurn(message.text, before, after)


class _Named:
    """A model of which only the name is used: every answer is on record."""

    def __init__(self, spec: str, agent: Agent) -> None:
        self.spec = spec
        self.complete = agent.model.complete
        self.close = agent.model.close
