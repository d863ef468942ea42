"""Take conversations over at random moments of running turns, and say what the ledgers say.

PYTHONPATH=. python scripts/chaos_takeovers.py --count 500            SQLite
PYTHONPATH=. python scripts/chaos_takeovers.py --count 500 --servers  PostgreSQL and Valkey
"""

import argparse
import asyncio
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from agent.database import Database
from agent.streams import MemoryStreams, Streams
from agent.streams_redis import redis_streams
from app.schema import upgrade
from tests.console.takeovers import Outcome, run_takeovers
from tests.delivery.servers import postgres, valkey
from tools.store import sqlite_engine


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--servers", action="store_true")
    args = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        if args.servers:
            with postgres() as address, valkey() as server:
                url = make_url(address).set(drivername="postgresql+asyncpg")
                engine = create_async_engine(url, pool_size=20, max_overflow=20)
                found = asyncio.run(run(Database(engine), folder, server.connection_url, args))
        else:
            engine = sqlite_engine(Path(folder) / "chaos.sqlite3")
            found = asyncio.run(run(Database(engine), folder, "", args))
    print(
        f"{found.taken} take-overs, {found.mid_turn} in mid-turn, {time.monotonic() - began:.0f} s"
    )
    print(f"bot messages after the acknowledgement: {len(found.spoke_after)}")
    print(f"customer messages unseen: {len(found.unseen)}")
    print(f"answered by the person: {found.answered_by_person}")
    for line in (*found.spoke_after, *found.unseen)[:20]:
        print(line)
    return int(bool(found.spoke_after or found.unseen))


async def run(
    database: Database, folder: str, valkey_url: str, args: argparse.Namespace
) -> Outcome:
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.engine.dispose)
        await upgrade(database)
        memory = MemoryStreams()
        streams: list[Streams] = [memory] * 3
        if valkey_url:
            streams = [await stack.enter_async_context(redis_streams(valkey_url)) for _ in range(3)]
        return await run_takeovers(database, Path(folder), streams, args.count, args.seed)


if __name__ == "__main__":
    sys.exit(main())
