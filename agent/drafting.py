"""What the bot would answer, for a person to edit: nothing is recorded, bought or sent."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter
from typing import NoReturn

from agent.inbound import read
from agent.journal import RecordedJournal
from agent.log import Event
from agent.memory import remember
from agent.reply import Reply
from agent.turn import Agent, Arrival, run_turn
from knowledge.brand import Order
from tools.context import Caller, Orders, ToolRefusedError

_CARRIED_OUT = frozenset({"model", "tool", "spelling", "standing", "timings"})
_LOOKED_AT_TURNS = 4


@dataclass(frozen=True)
class ReadingOrders:
    """The shop's orders, to look at only."""

    inner: Orders

    async def own_order(self, order_id: str, caller: Caller) -> Order:
        """The caller's own order."""
        return await self.inner.own_order(order_id, caller)

    async def own_orders(self, caller: Caller) -> tuple[Order, ...]:
        """His orders."""
        return await self.inner.own_orders(caller)

    async def prove(self, *_: object) -> NoReturn:
        """Refuses."""
        _refuse()

    async def place(self, *_: object) -> NoReturn:
        """Refuses."""
        _refuse()


class NoPayments:
    """A draft sells nothing."""

    async def link(self, *_: object) -> NoReturn:
        """Refuses."""
        _refuse()

    async def propose(self, *_: object) -> NoReturn:
        """Refuses."""
        _refuse()

    async def confirm(self, *_: object) -> NoReturn:
        """Refuses."""
        _refuse()


async def draft(
    agent: Agent, events: tuple[Event, ...], customer: str | None, now: datetime
) -> Reply | None:
    """The bot's answer to what the customer said last; none if he said nothing."""
    asked = unanswered(events) or last_words(events)
    if not asked:
        return None
    conversation = events[0].conversation
    memory = remember(event for event in events if event.kind != "heard")
    orders = ReadingOrders(agent.services.orders)
    services = replace(agent.services, orders=orders, payments=NoPayments())
    message = read(asked, agent.brand.language)
    caller = Caller(agent.brand.id, conversation, memory.turns + 1, customer)
    journal = RecordedJournal(now, [], _CARRIED_OUT)
    arrival = Arrival(replace(memory, pending=None), message, caller, perf_counter())
    return await run_turn(replace(agent, services=services), journal, arrival)


def unanswered(events: Iterable[Event]) -> str:
    """What the customer said since he was last answered."""
    words: list[str] = []
    for event in events:
        if event.kind in {"message", "heard"}:
            words.append(str(event.body["text"]))
        elif event.kind == "reply" or (event.kind == "operator" and event.body.get("text")):
            words = []
    return "\n".join(words[-_LOOKED_AT_TURNS:]).strip()


def last_words(events: tuple[Event, ...]) -> str:
    """The last thing he said, answered or not."""
    said = (str(e.body["text"]) for e in reversed(events) if e.kind in {"message", "heard"})
    return next(said, "")


def _refuse() -> NoReturn:
    raise ToolRefusedError("disabled", "A draft changes nothing.")
