"""A process that fetches a bot's messages: its arguments are a database, an address, a lease."""

import asyncio
import os
import sys
from pathlib import Path

from agent.database import Database
from agent.inbox import SqlInbox
from agent.leases import SqlLeases, SqlNotebook
from agent.streams import MemoryStreams
from agent.wakeups import Wakeups
from app.wiring import real_time
from channels.telegram.channel import Telegram
from channels.telegram.settings import TelegramBot
from tests.channels.telegram.ledger import TOKEN
from tools.store import sqlite_engine


async def main(file: str, api_url: str, lease_seconds: float) -> None:
    database = Database(sqlite_engine(Path(file)))
    settings = {"name": "shop", "brand": ".", "token": TOKEN, "api_url": api_url}
    bot = TelegramBot.model_validate(settings)
    leases = SqlLeases(database, str(os.getpid()), real_time, lease_seconds)
    telegram = Telegram(bot, SqlNotebook(database), leases, real_time)
    inbox = SqlInbox(database, {"shop": "lamps"}, Wakeups(MemoryStreams()), real_time)
    await telegram.receive(inbox)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3])))
