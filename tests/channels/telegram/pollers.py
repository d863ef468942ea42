"""Real processes that poll one bot over one database."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import select

from agent.database import Database
from agent.delivery_tables import leases
from app.schema import upgrade
from tests.channels.telegram import poller_process
from tests.channels.telegram.bot_api import BotApi, bot_api
from tools.store import sqlite_engine


class Pollers:
    """Processes that poll; `owner` is the one that may."""

    def __init__(self, database: Database, file: Path, api: BotApi, lease_seconds: float) -> None:
        self.database, self.file, self.api = database, file, api
        self.lease_seconds = lease_seconds
        self.running: dict[int, asyncio.subprocess.Process] = {}

    async def start(self) -> int:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            poller_process.__name__,
            str(self.file),
            self.api.url,
            str(self.lease_seconds),
            cwd=Path(__file__).parents[3],
        )
        self.running[process.pid] = process
        return process.pid

    async def owner(self) -> int:
        """The process that has the duty now; waits for one."""
        while True:
            async with self.database.reading() as connection:
                query = select(leases.c.owner).where(leases.c.name == "telegram:shop")
                pid = int(await connection.scalar(query) or 0)
            if pid in self.running:
                return pid
            await asyncio.sleep(0.02)

    async def kill(self, pid: int) -> None:
        process = self.running.pop(pid)
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()

    async def close(self) -> None:
        for pid in list(self.running):
            await self.kill(pid)


@asynccontextmanager
async def pollers(folder: Path, lease_seconds: float = 1.0) -> AsyncIterator[Pollers]:
    """Pollers of one bot over one database, none started yet."""
    file = folder / "inbox.sqlite3"
    database = Database(sqlite_engine(file))
    await upgrade(database)
    async with bot_api() as api:
        found = Pollers(database, file, api, lease_seconds)
        try:
            yield found
        finally:
            await found.close()
            await database.engine.dispose()
