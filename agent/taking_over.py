"""A person takes a conversation over from the bot, hands it back, or closes it.

Each is one transaction: the state, the letters that are not sent any more, and the log's event.
"""

import asyncio
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.database import Database
from agent.delivery_tables import conversations, inbox, outbox
from agent.hearing import hear_unread
from agent.inbox import retire
from agent.log import append_beside

_LOOK_SECONDS = 0.03
_FREE: dict[str, Any] = {"lease_owner": None, "lease_until": None, "due_at": None}


async def take_over(database: Database, conversation: str, operator: str, at: datetime) -> bool:
    """From here on a person answers: what the bot has not begun to send is not sent.

    A turn that runs becomes stale. False if there is no such conversation.
    """
    async with database.writing() as connection:
        return await taken_over(connection, conversation, operator, at)


async def taken_over(
    connection: AsyncConnection, conversation: str, operator: str, at: datetime
) -> bool:
    """The same, within a transaction of the caller's."""
    changes = {"state": "taken_over", "operator": operator, "waiting_since": None}
    if not await _silence(connection, conversation, at, changes):
        return False
    await hear_unread(connection, conversation)
    await _record(connection, conversation, at, operator, "take_over")
    return True


async def silent(database: Database, conversation: str, seconds: float = 15.0) -> bool:
    """Wait until nothing of the bot's is on its way any more; false if that cannot be seen.

    What a sender had begun to send when the conversation was taken over arrives or fails first.
    """
    query = select(func.count()).where(
        outbox.c.conversation == conversation,
        outbox.c.state == "sending",
        outbox.c.author != "operator",
    )
    for _ in range(max(1, round(seconds / _LOOK_SECONDS))):
        async with database.reading() as connection:
            if not await connection.scalar(query.select_from(outbox)):
                return True
        await asyncio.sleep(_LOOK_SECONDS)
    return False


async def hand_back(
    database: Database, conversation: str, at: datetime, operator: str | None = None
) -> bool:
    """The bot answers again from the next message on; what came meanwhile the person has seen."""
    async with database.writing() as connection:
        return await handed_back(connection, conversation, at, operator)


async def handed_back(
    connection: AsyncConnection, conversation: str, at: datetime, operator: str | None = None
) -> bool:
    """The same, within a transaction of the caller's."""
    giving = update(conversations).where(
        conversations.c.id == conversation, conversations.c.state == "taken_over"
    )
    changes = {"state": "bot", "operator": None, "tries": 0, "reason": None, "updated_at": at}
    settled: dict[str, Any] = {"first_unread_at": None, "due_at": None}
    given = await connection.execute(giving.values({**changes, **settled}))
    if not given.rowcount:
        return False
    await _all_seen(connection, conversation)
    await _record(connection, conversation, at, operator, "hand_back")
    return True


async def closed(
    connection: AsyncConnection, conversation: str, operator: str, reason: str, at: datetime
) -> bool:
    """The matter is settled: what the customer writes next begins a new conversation."""
    open_still = conversations.c.state != "closed"
    changes: dict[str, Any] = {"state": "closed", "operator": operator, "reason": reason[:40]}
    changes |= {"waiting_since": None, "first_unread_at": None}
    if not await _silence(connection, conversation, at, changes, open_still):
        return False
    await hear_unread(connection, conversation)
    await _all_seen(connection, conversation)
    await retire(connection, conversation)
    await _record(connection, conversation, at, operator, "close", reason=reason)
    return True


async def _silence(
    connection: AsyncConnection,
    conversation: str,
    at: datetime,
    changes: dict[str, Any],
    *conditions: ColumnElement[bool],
) -> bool:
    """Whoever runs a turn loses the conversation, and what is not being sent yet stays unsent."""
    taking = update(conversations).where(conversations.c.id == conversation, *conditions)
    values = {**_FREE, **changes, "fence": conversations.c.fence + 1, "updated_at": at}
    if not (await connection.execute(taking.values(values))).rowcount:
        return False
    unsent = update(outbox).where(
        outbox.c.conversation == conversation,
        outbox.c.state == "waiting",
        outbox.c.author != "operator",
    )
    await connection.execute(unsent.values(state="cancelled", updated_at=at))
    return True


async def _all_seen(connection: AsyncConnection, conversation: str) -> None:
    seen = update(inbox).where(inbox.c.conversation == conversation, inbox.c.state == "new")
    await connection.execute(seen.values(state="done"))


async def _record(
    connection: AsyncConnection,
    conversation: str,
    at: datetime,
    operator: str | None,
    act: str,
    **more: Any,
) -> None:
    body = {"act": act, "operator": operator, **more}
    await append_beside(connection, conversation, "operator", at, body)
