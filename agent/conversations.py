"""Conversations, each with one runner at a time: taken under a lease, written under a fence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.batches import Unread
from agent.database import Database
from agent.delivery_tables import conversations, inbox
from agent.inbox import Pace
from agent.log import Event, read_for_turn
from knowledge.brand import Language

State = Literal["bot", "waiting", "taken_over", "closed"]
# A turn that kills its process again and again must end, but whoever ran beside it must not pay:
# it is given up when it was tried that often and the customer has waited that long.
MAX_TRIES = 8
MAX_WAIT = timedelta(minutes=2)


class StaleRunnerError(Exception):
    """Somebody else has the conversation by now; nothing of this turn may be written."""


@dataclass(frozen=True, slots=True)
class Held:
    """A conversation this runner has. `tries`: how often it was taken since a turn last ended;
    `waiting_since`: when the first of its unread messages came.
    """

    id: str
    bot: str
    chat: str
    brand: str
    customer: str | None
    language: Language | None
    state: State
    fence: int
    tries: int
    waiting_since: datetime | None = None

    def is_hopeless(self, now: datetime) -> bool:
        """Whether to give up what was begun, and to call a person."""
        waited = now - self.waiting_since if self.waiting_since else MAX_WAIT
        return self.tries > MAX_TRIES and waited >= MAX_WAIT


@dataclass(frozen=True)
class Conversations:
    """Takes, keeps and gives back. `owner` names this runner, `bots` whom it works for."""

    database: Database
    owner: str
    bots: tuple[str, ...]
    clock: Callable[[], datetime]
    pace: Pace = Pace()  # noqa: RUF009 - frozen
    lease_seconds: float = 8.0

    async def take(self, most: int) -> tuple[list[Held], datetime | None]:
        """Up to so many conversations that are due and free, the longest due first.

        Where nothing is due, it also says when something will be.
        """
        now = self.clock()
        soonest = select(func.min(conversations.c.due_at)).where(*self._free(now))
        # Looked first without a lock: most of the time there is nothing to take.
        async with self.database.reading() as connection:
            next_due = await connection.scalar(soonest)
        if next_due is None or next_due > now:
            return [], next_due
        due = (*self._free(now), conversations.c.due_at <= now)
        query = select(conversations).where(*due).order_by(conversations.c.due_at).limit(most)
        async with self.database.writing() as connection:
            locked = query.with_for_update(skip_locked=True)
            rows = (await connection.execute(locked)).mappings().all()
            ids = [row["id"] for row in rows]
            taking = update(conversations).where(conversations.c.id.in_(ids))
            await connection.execute(
                taking.values(
                    fence=conversations.c.fence + 1,
                    tries=conversations.c.tries + 1,
                    lease_owner=self.owner,
                    lease_until=now + timedelta(seconds=self.lease_seconds),
                )
            )
        return [_held(row) for row in rows], None

    async def found(self, held: Held) -> tuple[tuple[Event, ...], tuple[Unread, ...]]:
        """What is on record of it, and what nothing was done about yet, in order of arrival."""
        async with self.database.reading() as connection:
            events = await read_for_turn(connection, held.id)
            rows = (await connection.execute(_unread(held.id))).mappings().all()
        return events, tuple(
            Unread(
                row["number"],
                row["message_id"],
                row["kind"],
                row["text"],
                row["rest"],
                row["at"],
            )
            for row in rows
        )

    async def renew(self, held: Sequence[Held]) -> frozenset[str]:
        """Keep them for another while; the ids of those that are still this runner's."""
        until = self.clock() + timedelta(seconds=self.lease_seconds)
        keeping = update(conversations).where(
            tuple_(conversations.c.id, conversations.c.fence).in_([(h.id, h.fence) for h in held]),
            conversations.c.lease_owner == self.owner,
        )
        async with self.database.writing() as connection:
            kept = keeping.values(lease_until=until).returning(conversations.c.id)
            return frozenset((await connection.scalars(kept)).all())

    async def give_back(self, held: Held, after_seconds: float = 0.0, *, counted: bool) -> None:
        """Let somebody else go on with it, after a while; nothing happens if it is lost."""
        due = self.clock() + timedelta(seconds=after_seconds)
        changes: dict[str, Any] = {"lease_owner": None, "lease_until": None, "due_at": due}
        if not counted:
            changes["tries"] = held.tries - 1
        async with self.database.writing() as connection:
            await connection.execute(update(conversations).where(*_mine(held)).values(changes))

    async def mark_done(
        self, connection: AsyncConnection, numbers: Sequence[int], turn: int
    ) -> None:
        """Something was done about these messages."""
        marking = update(inbox).where(inbox.c.number.in_(numbers))
        await connection.execute(marking.values(state="done", turn=turn))

    async def settle(self, connection: AsyncConnection, held: Held, **changes: Any) -> None:
        """Let the conversation go; if something is unread it is due again."""
        now = self.clock()
        rest = select(func.min(inbox.c.received_at), func.max(inbox.c.received_at)).where(
            inbox.c.conversation == held.id, inbox.c.state == "new"
        )
        first, last = (await connection.execute(rest)).one()
        free: dict[str, Any] = {
            "lease_owner": None,
            "lease_until": None,
            "tries": 0,
            "first_unread_at": first,
            "due_at": self.pace.due(first, last) if first else None,
            "updated_at": now,
        }
        releasing = update(conversations).where(conversations.c.id == held.id)
        await connection.execute(releasing.values({**free, **changes}))

    def _free(self, now: datetime) -> tuple[ColumnElement[bool], ...]:
        return (
            conversations.c.due_at.is_not(None),
            conversations.c.state != "taken_over",
            conversations.c.bot.in_(self.bots),
            or_(conversations.c.lease_until.is_(None), conversations.c.lease_until <= now),
        )


async def hold_fence(connection: AsyncConnection, held: Held) -> None:
    """Make sure that nobody else has the conversation, until the transaction ends.

    Raises:
        StaleRunnerError: somebody has.
    """
    query = select(conversations.c.fence).where(conversations.c.id == held.id).with_for_update()
    if await connection.scalar(query) != held.fence:
        raise StaleRunnerError(f"{held.id}: taken by somebody else since {held.fence}")


def _mine(held: Held) -> tuple[ColumnElement[bool], ...]:
    return conversations.c.id == held.id, conversations.c.fence == held.fence


def _unread(conversation: str) -> Any:
    return (
        select(inbox)
        .where(inbox.c.conversation == conversation, inbox.c.state == "new")
        .order_by(inbox.c.number)
    )


def _held(row: Any) -> Held:
    """As it is after the taking."""
    return Held(
        row["id"],
        row["bot"],
        row["chat"],
        row["brand"],
        row["customer"],
        row["language"],
        row["state"],
        row["fence"] + 1,
        row["tries"] + 1,
        row["first_unread_at"],
    )
