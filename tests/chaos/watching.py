"""Looking into the database of a service from outside, to know when it has come to rest."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from agent.database import Database
from agent.delivery_tables import inbox, outbox
from agent.log import events
from app.databases import engine_of
from tests.chaos.entry import Orders
from tools.store import payment_links

Chat = tuple[str, str]


@dataclass
class Watch:
    """`heard` counts the lines on record of each chat; `busy` are chats with something to do."""

    database: Database
    heard: dict[Chat, int] = field(default_factory=dict)
    busy: set[Chat] = field(default_factory=set)
    looks: int = 0

    async def run(self) -> None:
        """Look again and again; while the database is away, things stay as they were."""
        while True:
            with contextlib.suppress(SQLAlchemyError, OSError):
                await self.look()
            await asyncio.sleep(0.15)

    async def look(self) -> None:
        """One look."""
        new = select(inbox.c.bot, inbox.c.chat).where(inbox.c.state == "new")
        going = outbox.c.state.in_(("waiting", "sending"))
        leaving = select(outbox.c.bot, outbox.c.chat).where(going)
        lines = select(inbox.c.bot, inbox.c.chat, func.count()).group_by(inbox.c.bot, inbox.c.chat)
        # A chat's lines first: whatever is counted there is looked at afterwards.
        async with self.database.reading() as connection:
            heard = {(bot, chat): n for bot, chat, n in await connection.execute(lines)}
        async with self.database.reading() as connection:
            busy = {(bot, chat) for bot, chat in await connection.execute(new)}
        async with self.database.reading() as connection:
            busy |= {(bot, chat) for bot, chat in await connection.execute(leaving)}
        self.heard, self.busy = heard, busy
        self.looks += 1

    async def owes_thanks(self) -> bool:
        """Whether there is a payment that the log does not say was announced."""
        paid = select(payment_links.c.token).where(payment_links.c.state == "paid")
        said = select(events.c.body).where(events.c.kind == "paid")
        async with self.database.reading() as connection:
            tokens = set((await connection.scalars(paid)).all())
            told = {json.loads(body)["token"] for body in (await connection.scalars(said)).all()}
        return bool(tokens - told)

    async def rests(self, chat: Chat, lines: int) -> None:
        """Wait until so many lines of a chat are on record and nothing about them is left to do."""
        while chat in self.busy or self.heard.get(chat, 0) < lines:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)


@asynccontextmanager
async def watch(orders: Orders) -> AsyncIterator[Watch]:
    """A watch over the database of these processes."""
    database = Database(engine_of(orders.settings))
    watching = Watch(database)
    looking = asyncio.create_task(watching.run())
    try:
        yield watching
    finally:
        looking.cancel()
        await asyncio.wait([looking])
        await database.engine.dispose()
