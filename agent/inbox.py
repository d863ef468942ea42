"""What customers did, saved once each, and when their conversation is due."""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.channel import Inbound
from agent.checkpoint import Checkpoint, passing
from agent.database import Database, insert_new
from agent.delivery_tables import conversations, inbox
from agent.hearing import hear_message
from agent.wakeups import WORK, Wakeups
from knowledge.brand import Language

KEPT_DAYS = 30
_LONGEST_ID = 160
_LONGEST_TEXT = 20_000
_LONGEST_EXTRA = 60_000


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a burst of messages is waited for: a quiet time, but not for ever."""

    quiet_seconds: float = 0.8
    longest_seconds: float = 5.0

    def due(self, first: datetime, last: datetime) -> datetime:
        """When unread messages, the first and last of which came then, are answered."""
        quiet = last + timedelta(seconds=self.quiet_seconds)
        return min(quiet, first + timedelta(seconds=self.longest_seconds))


class _KnownError(Exception):
    """The message was saved before; nothing else of the transaction may stay either."""


@dataclass(frozen=True)
class SqlInbox:
    """`agent.channel.Inbox` over the database. `brands` says which brand a bot speaks for."""

    database: Database
    brands: Mapping[str, str]
    wakeups: Wakeups
    clock: Callable[[], datetime]
    pace: Pace = Pace()
    checkpoint: Checkpoint = passing

    async def put(self, inbound: Inbound) -> bool:
        """Save it; true if it is new. The same message again changes nothing."""
        row = _row(inbound, self.clock())
        try:
            async with self.database.writing() as connection:
                await self._save(connection, inbound, row)
        except _KnownError:
            return False
        await self.checkpoint("inbox saved")
        await self.wakeups.ring(WORK)
        return True

    async def forget_old(self) -> int:
        """Delete messages that were answered long ago; how many."""
        before = self.clock() - timedelta(days=KEPT_DAYS)
        old = delete(inbox).where(inbox.c.received_at < before, inbox.c.state == "done")
        async with self.database.writing() as connection:
            return (await connection.execute(old)).rowcount

    async def _save(
        self, connection: AsyncConnection, inbound: Inbound, row: dict[str, Any]
    ) -> None:
        found = await self._conversation(connection, inbound, row)
        saved = insert_new(connection, inbox).values({**row, "conversation": found["id"]})
        if not (await connection.execute(saved)).rowcount:
            raise _KnownError
        await self._tell(connection, found, inbound, row)

    async def _conversation(
        self, connection: AsyncConnection, inbound: Inbound, row: dict[str, Any]
    ) -> RowMapping:
        found = await current(connection, inbound.bot, row["chat"])
        if found and inbound.customer and found["customer"] not in {None, inbound.customer}:
            # Somebody else in the same chat must not see what was said before.
            await retire(connection, found["id"])
            found = None
        if found is None:
            brand = self.brands[inbound.bot]
            fresh = Fresh(inbound.bot, row["chat"], brand, inbound.customer, inbound.language)
            found = await begin(connection, fresh, row["received_at"])
        return found

    async def _tell(
        self,
        connection: AsyncConnection,
        found: RowMapping,
        inbound: Inbound,
        row: dict[str, Any],
    ) -> None:
        """There is something to read in this conversation."""
        first = found["first_unread_at"] or row["received_at"]
        waits = inbound.kind in {"text", "media"}
        due = self.pace.due(first, row["received_at"]) if waits else row["received_at"]
        changes: dict[str, Any] = {"first_unread_at": first, "updated_at": row["received_at"]}
        if found["state"] != "taken_over":
            changes["due_at"] = due
        if inbound.customer:
            changes["customer"] = inbound.customer
        if inbound.language and not found["language"]:
            changes["language"] = inbound.language
        if found["state"] == "taken_over":
            await hear_message(connection, found["id"], inbound.bot, row["message_id"])
        told = update(conversations).where(conversations.c.id == found["id"]).values(changes)
        await connection.execute(told)


async def current(connection: AsyncConnection, bot: str, chat: str) -> RowMapping | None:
    """The chat's present conversation, locked until the transaction ends."""
    query = select(conversations).where(
        conversations.c.bot == bot, conversations.c.chat == chat, conversations.c.current
    )
    return (await connection.execute(query.with_for_update())).mappings().first()


async def retire(connection: AsyncConnection, conversation: str) -> None:
    """Nothing new comes into this conversation; what it has is still answered."""
    old = update(conversations).where(conversations.c.id == conversation)
    await connection.execute(old.values(current=False))


@dataclass(frozen=True, slots=True)
class Fresh:
    """What a new conversation begins with."""

    bot: str
    chat: str
    brand: str
    customer: str | None = None
    language: Language | None = None


async def begin(connection: AsyncConnection, fresh: Fresh, at: datetime) -> RowMapping:
    """A new conversation in a chat; or the one that another process just began there."""
    row = {
        **asdict(fresh),
        "id": f"c-{secrets.token_hex(8)}",
        "current": True,
        "state": "bot",
        "fence": 0,
        "tries": 0,
        "opened_at": at,
        "updated_at": at,
    }
    await connection.execute(insert_new(connection, conversations).values(row))
    found = await current(connection, fresh.bot, fresh.chat)
    if found is None:
        raise LookupError(f"the conversation of {fresh.bot} just begun is gone")
    return found


def _row(inbound: Inbound, now: datetime) -> dict[str, Any]:
    chat = storable(inbound.chat)
    if not chat or len(chat) > _LONGEST_ID:
        raise ValueError(f"{inbound.bot}: a chat's id has 1 to {_LONGEST_ID} characters")
    extra = json.dumps(dict(inbound.extra), ensure_ascii=True, default=str)
    return {
        "bot": inbound.bot,
        "message_id": _identity(storable(inbound.message_id)),
        "chat": chat,
        "kind": inbound.kind,
        "text": storable(inbound.text)[:_LONGEST_TEXT],
        "rest": storable(inbound.rest)[:_LONGEST_TEXT],
        "customer": inbound.customer,
        "language": inbound.language,
        "extra": extra if len(extra) <= _LONGEST_EXTRA else "{}",
        "at": inbound.at,
        "received_at": now,
        "state": "new",
    }


def storable(text: str) -> str:
    """Text that every database takes: no NUL, no half of a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _identity(message_id: str) -> str:
    """A provider's id, or its digest where it is longer than a key may be."""
    if len(message_id) <= _LONGEST_ID:
        return message_id
    return hashlib.sha256(message_id.encode()).hexdigest()
