"""Beginning a turn, or going on with the one that a runner left behind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from agent.batches import Batch, Unread
from agent.conversations import Held
from agent.desk import Desk
from agent.effects import SqlEffects
from agent.inbound import Message, read
from agent.log import Event
from agent.memory import Memory, remember
from agent.turn import Agent
from agent.turn_journal import Recorded, TurnJournal


@dataclass(frozen=True)
class Opened:
    """A turn that has begun: its message as first read, what was before it, and its journal."""

    agent: Agent
    message: Message
    customer: str | None
    memory: Memory
    batch: Batch
    journal: TurnJournal


def left_behind(events: Iterable[Event]) -> Event | None:
    """The message of the last turn, if that turn has no end yet and no person took it over."""
    begun: Event | None = None
    for event in events:
        if event.kind == "message":
            begun = event
        elif event.kind in {"reply", "failed", "operator"}:
            begun = None
    return begun


def batch_of(begun: Event, unread: Sequence[Unread]) -> Batch:
    """The messages that a turn was begun with, however many came since."""
    numbers = set(begun.body.get("inbox", ()))
    return Batch("talk", tuple(message for message in unread if message.number in numbers))


def journal_for(desk: Desk, held: Held, turn: int, recorded: Sequence[Event] = ()) -> TurnJournal:
    """The journal of a turn; `recorded` is what there is of it."""
    first = next((event for event in recorded if event.kind == "message"), None)
    return TurnJournal(
        database=desk.database,
        effects=SqlEffects(desk.database, desk.clock, desk.checkpoint),
        held=held,
        turn=turn,
        now=datetime.fromisoformat(first.body["now"]) if first else desk.clock(),
        clock=desk.clock,
        recorded=Recorded.of(recorded),
        checkpoint=desk.checkpoint,
    )


async def begin_turn(desk: Desk, held: Held, memory: Memory, batch: Batch) -> Opened:
    """A new turn; until something of it is written it can be begun again with more messages."""
    agent = desk.agents[held.brand]
    brand = agent.brand
    message = read(batch.words(brand.language), held.language or brand.language)
    journal = journal_for(desk, held, memory.turns + 1)
    about = agent.received(message, held.customer, journal.now)
    came = {"inbox": list(batch.numbers), "bot": held.bot, "chat": held.chat}
    await journal.note("message", {**about, **came})
    await desk.checkpoint("turn begun")
    return Opened(agent, message, held.customer, memory, batch, journal)


def resume_turn(
    desk: Desk, held: Held, events: Sequence[Event], begun: Event, batch: Batch
) -> Opened:
    """The turn as it was begun, with the results it had already."""
    body = begun.body
    agent = desk.agents[held.brand]
    return Opened(
        agent=replace(agent, style=body["style"], decisions=body["decisions"]),
        message=Message(body["text"], body["language"], body["trouble"]),
        customer=body["customer"],
        memory=remember(event for event in events if event.seq < begun.seq),
        batch=batch,
        journal=journal_for(desk, held, begun.turn, [e for e in events if e.turn == begun.turn]),
    )
