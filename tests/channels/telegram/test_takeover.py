"""Two real processes poll one bot over one database, and are killed and stopped."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import select

from agent.database import Database
from agent.delivery_tables import inbox, leases
from app.schema import upgrade
from tests.channels.telegram import poller_process
from tests.channels.telegram.bot_api import BotApi, bot_api
from tests.channels.telegram.conftest import until
from tools.store import sqlite_engine

LEASE_SECONDS = 1.0


class Pollers:
    """Processes that poll; `owner` is the one that may."""

    def __init__(self, database: Database, file: Path, api: BotApi) -> None:
        self.database, self.file, self.api = database, file, api
        self.running: dict[int, asyncio.subprocess.Process] = {}

    async def start(self) -> int:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            poller_process.__name__,
            str(self.file),
            self.api.url,
            str(LEASE_SECONDS),
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
async def pollers(folder: Path) -> AsyncIterator[Pollers]:
    file = folder / "inbox.sqlite3"
    database = Database(sqlite_engine(file))
    await upgrade(database)
    async with bot_api() as api:
        found = Pollers(database, file, api)
        try:
            yield found
        finally:
            await found.close()
            await database.engine.dispose()


async def saved(database: Database) -> list[str]:
    async with database.reading() as connection:
        rows = await connection.execute(select(inbox.c.text).order_by(inbox.c.number))
        return [row.text for row in rows]


async def test_nothing_is_lost_or_doubled_when_pollers_are_killed_and_stopped(
    tmp_path: Path,
) -> None:
    async with pollers(tmp_path) as polled:
        api, sent = polled.api, 0
        for _ in range(2):
            await polled.start()
        for act in (signal.SIGKILL, signal.SIGSTOP):
            for _ in range(40):
                api.says(f"{sent}", user=100 + sent % 7)
                sent += 1
            owner = await polled.owner()
            await until(lambda: bool(api.made("getUpdates")), 60)
            if act == signal.SIGKILL:
                await polled.kill(owner)
                await polled.start()
            else:
                os.kill(owner, signal.SIGSTOP)
            for _ in range(40):
                api.says(f"{sent}", user=100 + sent % 7)
                sent += 1
            await until(lambda: not api.updates, 60)
            if act == signal.SIGSTOP:
                os.kill(owner, signal.SIGCONT)
        await until(lambda: not api.updates, 60)
        assert sorted(await saved(polled.database), key=int) == [str(n) for n in range(sent)]
