"""What if: a recorded conversation again with another model, prompts, knowledge or words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import perf_counter
from types import MappingProxyType
from typing import Any

from agent.facts import unsupported
from agent.grounds import statements
from agent.inbound import Message, read
from agent.log import Event
from agent.memory import remember
from agent.replay import ClosedShop
from agent.reply import Reply
from agent.turn import Agent, Arrival, run_turn
from agent.what_if_journal import Anew, WhatIfJournal
from knowledge.brand import Brand, Order
from tools.artifacts import artifact_adapter
from tools.context import Caller, Orders

_BESIDE = frozenset({"heard", "operator"})
Bodies = Sequence[tuple[str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What is different this time; nothing given: only the code and the brand folder of today.

    `words` replaces what the customer said in a turn. Turns before `first` are as recorded; the
    ones after it go on from what came of it. `knowledge` and `shop`: as they are today. `model`: it
    is asked anew although its answers are on record.
    """

    first: int = 1
    words: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    knowledge: bool = False
    shop: bool = False
    model: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that a turn found."""

    source: str
    heading: str
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it was carried out, with the tool's words or the code of its refusal."""

    tool: str
    args: Mapping[str, Any]
    ok: bool
    result: str


@dataclass(frozen=True, slots=True)
class Side:
    """A turn as it went: what was said, called and found, and what is wrong with it.

    `unsupported` are facts in the reply that nothing supports, `faults` what broke on the way.
    """

    said: str
    reply: Reply | None
    calls: tuple[Call, ...] = ()
    passages: tuple[Passage, ...] = ()
    unsupported: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WhatIfTurn:
    """A turn as it was and as it would be; `missing` are calls that a replay does not make."""

    number: int
    before: Side
    after: Side
    missing: tuple[str, ...] = ()
    model_calls: int = 0

    @property
    def alike(self) -> bool:
        """Whether the customer gets the same, whatever model and time it took."""
        return _given(self.before.reply) == _given(self.after.reply)

    @property
    def same_evidence(self) -> bool:
        """Whether both rest on the same passages."""
        found = [[(p.source, p.text) for p in side.passages] for side in (self.before, self.after)]
        return found[0] == found[1]


def _given(reply: Reply | None) -> dict[str, Any] | None:
    return reply.model_dump(exclude={"model", "timings", "knowledge_version"}) if reply else None


async def what_if(
    agent: Agent,
    events: Sequence[Event],
    change: WhatIf = WhatIf(),
    seen: Callable[[WhatIfTurn], None] = lambda _: None,
) -> tuple[WhatIfTurn, ...]:
    """Run the finished turns from `change.first` on again; nothing is written anywhere.

    The agent's orders are read only where they are our own demo shop's; its payments never.
    """
    turns: list[WhatIfTurn] = []
    finished = sorted({event.turn for event in events if event.kind == "reply"})
    before = [event for event in events if event.turn < change.first]
    for number in (number for number in finished if number >= change.first):
        own = [event for event in events if event.turn == number]
        turn, notes = await _again(agent, before, own, change)
        seen(turn)
        turns.append(turn)
        before += _instead(own, notes)
    return tuple(turns)


def _instead(own: Sequence[Event], notes: Bodies) -> list[Event]:
    """A turn's events as they would be; what people said beside it stays as it was."""
    first = own[0]
    made = [
        Event(first.conversation, first.seq, first.turn, k, first.at, dict(b)) for k, b in notes
    ]
    return made + [event for event in own if event.kind in _BESIDE]


async def _again(
    agent: Agent, before: Sequence[Event], own: Sequence[Event], change: WhatIf
) -> tuple[WhatIfTurn, Bodies]:
    first = next(event for event in own if event.kind == "message")
    body, number = first.body, first.turn
    message = Message(body["text"], body["language"], body["trouble"])
    if number in change.words:
        message = read(change.words[number], agent.brand.language)
    journal = WhatIfJournal(
        datetime.fromisoformat(body["now"]),
        [event for event in own if "result" in event.body],
        _anew(agent, body, change),
    )
    await journal.note("message", {**body, "text": message.text})
    caller = Caller(body["brand"], first.conversation, number, body["customer"])
    memory = remember(before)
    arrival = Arrival(memory, message, caller, perf_counter())
    past = tuple(exchange.customer for exchange in memory.exchanges)
    trouble = ""
    try:
        await run_turn(_closed(agent, journal.anew), journal, arrival)
    except Exception as error:  # noqa: BLE001 - whatever breaks is what the operator wants to see
        trouble = f"{type(error).__name__}: {error}"
    recorded = [(event.kind, event.body) for event in own]
    turn = WhatIfTurn(
        number,
        side_of(recorded, agent.brand, (body["text"], *past)),
        side_of(journal.notes, agent.brand, (message.text, *past), trouble),
        tuple(journal.missing),
        journal.asked,
    )
    return turn, journal.notes


def _anew(agent: Agent, body: Mapping[str, Any], change: WhatIf) -> Anew:
    now = (agent.model.spec, agent.prompts.fingerprint, agent.style, agent.decisions)
    then = tuple(body[name] for name in ("model", "prompts", "style", "decisions"))
    return Anew(
        model=change.model or now != then,
        knowledge=change.knowledge,
        shop=change.shop,
        orders=agent.brand.orders_source == "demo",
    )


def _closed(agent: Agent, anew: Anew) -> Agent:
    """The same agent without a way to change anything."""
    shop = ClosedShop()
    orders = ReadOnlyOrders(agent.services.orders) if anew.orders else shop
    return replace(agent, services=replace(agent.services, orders=orders, payments=shop))


class ReadOnlyOrders(ClosedShop):
    """Orders that can be looked at and nothing else."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders

    async def own_order(self, order_id: str, caller: Caller) -> Order:  # type: ignore[override]
        """The caller's own order, as it is today."""
        return await self._orders.own_order(order_id, caller)

    async def own_orders(self, caller: Caller) -> tuple[Order, ...]:  # type: ignore[override]
        """His orders, as they are today."""
        return await self._orders.own_orders(caller)


def side_of(bodies: Bodies, brand: Brand, said: tuple[str, ...], trouble: str = "") -> Side:
    """What a turn's steps and notes amount to; `said` is the customer's, this message first."""
    calls: list[Call] = []
    passages: list[Passage] = []
    grounds: list[str] = []
    for body in (body for kind, body in bodies if kind == "tool"):
        result = body["result"]
        refused = result.get("refused")
        calls.append(Call(body["tool"], body["args"], refused is None, refused or result["text"]))
        if refused is None and result["artifact"] is not None:
            artifact = artifact_adapter.validate_python(result["artifact"])
            grounds += statements(artifact, brand.timezone)
            passages += [_passage(hit) for hit in result["artifact"].get("hits", ())]
    reply = next((Reply.model_validate(body) for kind, body in bodies if kind == "reply"), None)
    hours = f"{brand.hours.opens:%H:%M}-{brand.hours.closes:%H:%M}" if brand.hours else ""
    support = (brand.name, brand.agent_name, brand.greeting, brand.unknown, hours, *said)
    invented = unsupported(reply.text, (*grounds, *support), brand.products) if reply else ()
    faults = [f"{body['where']}: {body['error']}" for kind, body in bodies if kind == "fault"]
    return Side(
        said[0],
        reply,
        tuple(calls),
        tuple(passages),
        tuple(fact.shown for fact in invented),
        (*faults, trouble) if trouble else tuple(faults),
    )


def _passage(hit: Mapping[str, Any]) -> Passage:
    return Passage(hit["source"], " > ".join(hit["heading"]), hit["text"], hit.get("score", 0.0))
