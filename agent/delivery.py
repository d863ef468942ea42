"""What the database knows of letters on their way: claimed, sent, unsure, dead."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import RowMapping, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.channel import Parcel
from agent.database import Database
from agent.delivery_tables import conversations, leases, outbox

Outcome = Literal["sent", "again", "delivery_unknown", "dead"]
_STATES: dict[Outcome, str] = {"again": "waiting"}
_MAX_ERROR = 500
# A person has taken it over, or closed it: the bot says nothing there any more. One that ended
# because the customer began anew has no person, and its last words still arrive.
_A_PERSONS = or_(
    conversations.c.state == "taken_over",
    and_(conversations.c.state == "closed", conversations.c.operator.is_not(None)),
)
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """One row of the outbox, about to be sent."""

    number: int
    key: str
    chat: str
    conversation: str
    author: str
    parcel: Parcel
    tries: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of a try. `again_at` is when to try again, `error` what went wrong."""

    outcome: Outcome
    provider_id: str | None = None
    error: str | None = None
    again_at: datetime | None = None


@dataclass(frozen=True)
class Deliveries:
    """The outbox of one bot, for whoever has the lease `name` at `fence`."""

    database: Database
    bot: str
    lease: str
    fence: int
    clock: Callable[[], datetime]

    async def ready(self, most: int) -> tuple[list[Letter], datetime | None]:
        """The first letter of each chat that may go now, and when the next one may."""
        now = self.clock()
        heads = (
            select(func.min(outbox.c.number))
            .where(outbox.c.bot == self.bot, outbox.c.state.in_(("waiting", "sending")))
            .group_by(outbox.c.chat)
        )
        query = (
            select(outbox)
            .where(outbox.c.number.in_(heads), outbox.c.state == "waiting")
            .order_by(outbox.c.next_at, outbox.c.number)
            .limit(most + 1)
        )
        async with self.database.reading() as connection:
            rows = (await connection.execute(query)).mappings().all()
        letters = [_letter(row) for row in rows if row["next_at"] <= now]
        later = [row["next_at"] for row in rows if row["next_at"] > now]
        return letters, min(later, default=None)

    async def next_of(self, chat: str) -> Letter | None:
        """The chat's first letter, if it may go now."""
        query = (
            select(outbox)
            .where(
                outbox.c.bot == self.bot,
                outbox.c.chat == chat,
                outbox.c.state.in_(("waiting", "sending")),
            )
            .order_by(outbox.c.number)
            .limit(1)
        )
        async with self.database.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        ready = row and row["state"] == "waiting" and row["next_at"] <= self.clock()
        return _letter(row) if row and ready else None

    async def claim(self, letter: Letter) -> bool:
        """It is being sent now; false if it was taken back or somebody else has the duty."""
        owned = exists(
            select(leases.c.name).where(leases.c.name == self.lease, leases.c.fence == self.fence)
        )
        claiming = update(outbox).where(
            outbox.c.number == letter.number, outbox.c.state == "waiting", owned
        )
        values: dict[str, Any] = {
            "state": "sending",
            "claim": self.fence,
            "tries": outbox.c.tries + 1,
            "updated_at": self.clock(),
        }
        async with self.database.writing() as connection:
            return bool((await connection.execute(claiming.values(values))).rowcount)

    async def record(self, letter: Letter, delivered: Delivered) -> None:
        """Write down what came of it.

        Should it have been given up as unknown meanwhile, the better knowledge counts; should a
        person have taken the conversation over meanwhile, it is not tried again.
        """
        recording = update(outbox).where(
            outbox.c.number == letter.number,
            outbox.c.claim == self.fence,
            outbox.c.state.in_(("sending", "delivery_unknown")),
        )
        values: dict[str, Any] = {
            "state": _STATES.get(delivered.outcome, delivered.outcome),
            "provider_id": delivered.provider_id and delivered.provider_id[:160],
            "error": delivered.error and delivered.error[:_MAX_ERROR],
            "updated_at": self.clock(),
        }
        if delivered.again_at:
            values["next_at"] = delivered.again_at
        async with self.database.writing() as connection:
            if delivered.outcome == "again" and await self._is_a_persons(connection, letter):
                values["state"] = "cancelled"
            await connection.execute(recording.values(values))

    async def _is_a_persons(self, connection: AsyncConnection, letter: Letter) -> bool:
        query = select(conversations.c.id).where(
            conversations.c.id == letter.conversation, _A_PERSONS
        )
        found = await connection.scalar(query.with_for_update())
        return found is not None and letter.author != "operator"

    async def recover(self, *, repeatable: bool) -> int:
        """Letters that another owner was sending when it died: how many are now unknown.

        Those of a bot that a person has silenced meanwhile are not sent again by any channel.
        """
        left = update(outbox).where(
            outbox.c.bot == self.bot, outbox.c.state == "sending", outbox.c.claim < self.fence
        )
        values: dict[str, Any] = {
            "error": "its sender died before it knew whether it was delivered",
            "updated_at": self.clock(),
        }
        mine = outbox.c.conversation.in_(select(conversations.c.id).where(_A_PERSONS))
        given_up = left.where(outbox.c.author != "operator", mine) if repeatable else left
        async with self.database.writing() as connection:
            unknown = given_up.values(state="delivery_unknown", **values)
            count = (await connection.execute(unknown)).rowcount
            if repeatable:
                await connection.execute(left.values(state="waiting", **values))
        if count:
            _logger.warning("%s: %d messages may or may not have been delivered", self.bot, count)
        return count


def later(now: datetime, tries: int, chance: float, wished: float | None) -> datetime:
    """When to try again: soon at first, then ever less often, never all at once."""
    wait = min(300.0, 0.5 * 2.0 ** min(tries, 10)) * (0.5 + chance)
    return now + timedelta(seconds=max(wait, wished or 0.0))


def _letter(row: RowMapping) -> Letter:
    parcel: Parcel = json.loads(row["parcel"])
    return Letter(
        number=row["number"],
        key=row["key"],
        chat=row["chat"],
        conversation=row["conversation"],
        author=row["author"],
        parcel=parcel,
        tries=row["tries"],
        created_at=row["created_at"],
    )
