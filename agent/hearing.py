"""What a customer writes while a person answers: no turn will put it on record, so this does."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.delivery_tables import inbox
from agent.log import append_beside, events

_TELLING = ("message", "heard", "said", "handover", "feedback", "failed")


async def hear(connection: AsyncConnection, conversation: str, row: Any) -> None:
    """Put one row of the inbox on record."""
    body = {"text": row["text"], "kind": row["kind"], "inbox": [row["number"]]}
    at: datetime = row["received_at"]
    await append_beside(connection, conversation, "heard", at, body)


async def hear_message(
    connection: AsyncConnection, conversation: str, bot: str, message_id: str
) -> None:
    """The same for a message that was just saved."""
    query = select(inbox).where(inbox.c.bot == bot, inbox.c.message_id == message_id)
    await hear(connection, conversation, (await connection.execute(query)).mappings().one())


async def hear_unread(connection: AsyncConnection, conversation: str) -> None:
    """Whatever nothing was done about yet, and no turn had put on record."""
    unread = (
        select(inbox)
        .where(inbox.c.conversation == conversation, inbox.c.state == "new")
        .order_by(inbox.c.number)
    )
    rows = (await connection.execute(unread)).mappings().all()
    if not rows:
        return
    known = select(events.c.body).where(
        events.c.conversation == conversation, events.c.kind.in_(_TELLING)
    )
    told = _numbers((await connection.scalars(known)).all())
    for row in rows:
        if row["number"] not in told:
            await hear(connection, conversation, row)


def _numbers(bodies: Iterable[str]) -> set[int]:
    return {number for body in bodies for number in json.loads(body).get("inbox", ())}
