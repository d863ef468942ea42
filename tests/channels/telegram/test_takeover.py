"""Two real processes poll one bot over one database, and are killed and stopped."""

import os
import signal
from pathlib import Path

from sqlalchemy import select

from agent.database import Database
from agent.delivery_tables import inbox
from tests.channels.telegram.conftest import until
from tests.channels.telegram.pollers import pollers


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
