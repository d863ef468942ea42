"""Facts and duties that outlive a process, in the database: twins of `agent.channel_state`."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.channel_state import Hold
from agent.database import Database, insert_new
from agent.delivery_tables import leases, notebook

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SqlNotebook:
    """`agent.channel_state.Notebook` over the database."""

    database: Database

    async def get(self, bot: str, key: str) -> str | None:
        """What was put there last."""
        query = select(notebook.c.value).where(notebook.c.bot == bot, notebook.c.key == key)
        async with self.database.reading() as connection:
            value: str | None = await connection.scalar(query)
            return value

    async def put(self, bot: str, key: str, value: str) -> None:
        """Keep it; it is on disk when this returns."""
        row = {"bot": bot, "key": key, "value": value}
        changing = update(notebook).where(notebook.c.bot == bot, notebook.c.key == key)
        async with self.database.writing() as connection:
            if not (await connection.execute(changing.values(value=value))).rowcount:
                await connection.execute(insert_new(connection, notebook).values(row))

    async def first(self, bot: str, key: str, value: str) -> str:
        """Keep it unless something was kept there before; what is there now."""
        row = {"bot": bot, "key": key, "value": value}
        async with self.database.writing() as connection:
            await connection.execute(insert_new(connection, notebook).values(row))
        return await self.get(bot, key) or value


async def notes_about(connection: AsyncConnection, bot: str, chat: str) -> list[dict[str, str]]:
    """What a bot's channel has noted about one chat.

    A channel puts them under `NAME:CHAT`, perhaps with the bot's own number in front, or notes
    the chat itself: under a sign-in that was used, under the number a group had before.
    """
    about = re.compile(rf"(?:\d+:)?[a-z_]+:{re.escape(chat)}")
    near = or_(notebook.c.key.endswith(f":{chat}", autoescape=True), notebook.c.value == chat)
    query = select(notebook).where(notebook.c.bot == bot, near)
    rows = (await connection.execute(query)).mappings().all()
    return [dict(row) for row in rows if row["value"] == chat or about.fullmatch(row["key"])]


@dataclass
class SqlHold:
    """A duty that this process has until `until`; `fence` grows with each owner."""

    fence: int
    until: datetime
    clock: Callable[[], datetime]
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def lost(self) -> bool:
        """Whether somebody else may have it by now; a process that slept finds out at once."""
        return self.gone.is_set() or self.clock() >= self.until

    async def wait_lost(self) -> None:
        """Return as soon as it is lost."""
        await self.gone.wait()


@dataclass(frozen=True)
class SqlLeases:
    """`agent.channel_state.Leases` over the database."""

    database: Database
    owner: str
    clock: Callable[[], datetime]
    seconds: float = 8.0

    @asynccontextmanager
    async def hold(self, name: str) -> AsyncIterator[Hold]:
        """Wait until this process has the duty, renew it while inside, give it back at the end."""
        async with self.held(name) as mine:
            yield mine

    @asynccontextmanager
    async def held(self, name: str) -> AsyncIterator[SqlHold]:
        """The same, with the fence."""
        mine = await self._taken(name)
        while mine is None:
            await asyncio.sleep(self.seconds / 8)
            mine = await self._taken(name)
        renewing = asyncio.create_task(self._renew(name, mine))
        try:
            yield mine
        finally:
            renewing.cancel()
            await asyncio.wait([renewing])
            mine.gone.set()
            await self._give_back(name, mine)

    async def _taken(self, name: str) -> SqlHold | None:
        now = self.clock()
        until = now + timedelta(seconds=self.seconds)
        row = {"name": name, "owner": "", "until": now - timedelta(days=1), "fence": 0}
        taking = update(leases).where(leases.c.name == name, leases.c.until <= now)
        try:
            async with self.database.writing() as connection:
                await connection.execute(insert_new(connection, leases).values(row))
                taken = await connection.execute(
                    taking.values(owner=self.owner, until=until, fence=leases.c.fence + 1)
                )
                if not taken.rowcount:
                    return None
                fence = await connection.scalar(select(leases.c.fence).where(leases.c.name == name))
        except (SQLAlchemyError, OSError) as error:
            _logger.error("the lease %s cannot be asked for: %s", name, error)
            return None
        return SqlHold(fence or 0, until, self.clock)

    async def _renew(self, name: str, mine: SqlHold) -> None:
        while not mine.gone.is_set():
            await asyncio.sleep(self.seconds / 4)
            until = self.clock() + timedelta(seconds=self.seconds)
            keeping = update(leases).where(leases.c.name == name, leases.c.fence == mine.fence)
            try:
                async with self.database.writing() as connection:
                    kept = (await connection.execute(keeping.values(until=until))).rowcount
            except (SQLAlchemyError, OSError) as error:
                _logger.error("the lease %s could not be renewed: %s", name, error)
                kept = int(not mine.lost)
                until = mine.until
            mine.until = until
            if not kept:
                mine.gone.set()

    async def _give_back(self, name: str, mine: SqlHold) -> None:
        freeing = update(leases).where(leases.c.name == name, leases.c.fence == mine.fence)
        try:
            async with self.database.writing() as connection:
                await connection.execute(freeing.values(until=self.clock()))
        except (SQLAlchemyError, OSError) as error:
            _logger.error("the lease %s ends by itself: %s", name, error)
