"""The one transaction that ends a step: all of it happened, or none of it did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal, update
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.batches import Batch
from agent.conversations import Conversations, Held
from agent.delivery_tables import conversations, inbox
from agent.desk import Desk
from agent.inbox import Fresh, begin, retire
from agent.outbox import Address, post, shown
from agent.reply import Reply
from agent.turn_journal import TurnJournal
from knowledge.brand import Language
from tools.store import Moment


@dataclass(frozen=True, slots=True)
class Ending:
    """What a step came to. `key` names the letter; `anew`: a new conversation begins here.

    `person`: somebody is waited for from here on, for this `reason`.
    """

    batch: Batch
    key: str
    reply: Reply | None = None
    person: bool = False
    reason: str | None = None
    language: Language | None = None
    anew: bool = False


async def end(
    desk: Desk, runs: Conversations, held: Held, journal: TurnJournal, ending: Ending
) -> None:
    """Write the events, the letter, what is done, and let the conversation go.

    Raises:
        StaleRunnerError: somebody else has the conversation; nothing was written.
    """
    channel = desk.channels[held.bot]
    parcels = channel.parcels(ending.reply) if ending.reply else ()
    to = Address.of(channel, held.bot, held.chat, held.id)
    now = desk.clock()

    async def write(connection: AsyncConnection) -> None:
        await post(connection, to, parcels, ending.key, now, journal.turn)
        if ending.reply:
            await shown(connection, ending.reply, now)
        await runs.mark_done(connection, ending.batch.numbers, journal.turn)
        if ending.anew:
            await _begin_anew(desk, connection, held)
        await runs.settle(connection, held, **_changes(ending, now))

    await journal.write(write)
    await desk.checkpoint("turn recorded")
    if ending.reply:
        await to.tell(desk.streams)
    if to.on_record:
        for _ in parcels:
            desk.watcher.delivered(held.bot, "sent", 0.0)


def _changes(ending: Ending, now: datetime) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if ending.person:
        changes["state"] = "waiting"
        changes["waiting_since"] = func.coalesce(
            conversations.c.waiting_since, literal(now, Moment)
        )
        changes["reason"] = (ending.reason or "asked")[:40]
    if ending.anew:
        changes |= {"state": "closed", "waiting_since": None, "reason": "anew"}
    if ending.language:
        changes["language"] = ending.language
    return changes


async def _begin_anew(desk: Desk, connection: AsyncConnection, held: Held) -> None:
    """What is unread yet belongs to the new conversation."""
    now = desk.clock()
    await retire(connection, held.id)
    fresh = Fresh(held.bot, held.chat, held.brand, held.customer, held.language)
    new = await begin(connection, fresh, now)
    left = update(inbox).where(inbox.c.conversation == held.id, inbox.c.state == "new")
    if (await connection.execute(left.values(conversation=new["id"]))).rowcount:
        woken = update(conversations).where(conversations.c.id == new["id"])
        await connection.execute(woken.values(first_unread_at=now, due_at=now))
