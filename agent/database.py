"""One database for everything that must not be lost: SQLite or PostgreSQL, behind one face."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from tools.store import WRITES


@dataclass(frozen=True)
class Database:
    """An engine with the two ways of using it.

    SQLite has one writer at a time: within a process writers queue up in order instead of
    trying again and again for the file's lock.
    """

    engine: AsyncEngine
    queue: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file."""
        return self.engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that may write: all of it or nothing, nobody else's write in between."""
        async with self.queue if self.is_sqlite else nullcontext(), self.engine.connect() as bare:
            connection = await bare.execution_options(**{WRITES: True})
            async with connection.begin():
                yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection for queries."""
        async with self.engine.connect() as connection:
            yield connection


def insert_new(connection: AsyncConnection, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT that leaves a row alone that is there already; `rowcount` tells."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()
