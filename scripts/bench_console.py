"""How long the console's inbox takes with very many conversations: whole pages, as a browser asks.

PYTHONPATH=. python scripts/bench_console.py --conversations 100000            SQLite
PYTHONPATH=. python scripts/bench_console.py --conversations 100000 --servers  PostgreSQL
"""

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import insert, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from agent.database import Database
from agent.delivery_tables import conversations
from agent.said import said, words_of
from agent.streams import MemoryStreams
from app.schema import upgrade
from console.access import Accounts, Operator
from console.filters import Filter
from console.listing import page_of
from console.router import router
from console.sessions import COOKIE
from console.site import Console
from tests.delivery.servers import postgres
from tools.store import sqlite_engine

NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
BATCH = 2000
BOUND_MS = 200
SAYS = (
    "我要退货，运费谁出？",
    "订单{n}到哪里了",
    "这款精华液敏感肌可以用吗",
    "有没有优惠券可以用",
    "Does it ship to Oslo before Christmas?",
    "面霜开封以后能放多久",
    "我想换一个颜色，还没有拆封",
    "七天无理由退货，商品未拆封、不影响二次销售的可以申请。",
    "您的订单已发货，由顺丰承运。",
    "抱歉，这个问题我需要请同事确认，稍后回复您。",
)
WANTED = {
    "first page": Filter(),
    "the queue": Filter(state="waiting"),
    "closed, one brand": Filter(state="closed", brand="b1"),
    "one channel": Filter(bot="bot2"),
    "one day": Filter(since="2026-11-20", until="2026-11-20"),
    "word in a fifth of all": Filter(q="退货"),
    "two words": Filter(q="退货 运费"),
    "rare number": Filter(q="HY20261100777"),
    "word, in the queue": Filter(q="精华液", state="waiting"),
    "word that nobody said": Filter(q="挖掘机"),
    "English": Filter(q="oslo christmas"),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--messages", type=int, default=6, help="in each")
    parser.add_argument("--servers", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if args.servers:
            with postgres() as address:
                url = make_url(address).set(drivername="postgresql+asyncpg")
                return asyncio.run(run(Database(create_async_engine(url)), args))
        return asyncio.run(run(Database(sqlite_engine(Path(folder) / "bench.sqlite3")), args))


async def run(database: Database, args: argparse.Namespace) -> int:
    await upgrade(database)
    began = time.monotonic()
    await fill(database, args.conversations, args.messages)
    print(f"{args.conversations} conversations in {time.monotonic() - began:.0f} s")
    worst = 0.0
    async with _browser(database) as browser:
        for name, wanted in {**WANTED, **await _deep(database)}.items():
            path = f"/console/inbox?{wanted.link(after=wanted.after)}"
            lines = (await browser.get(path)).text.count('class="line')
            middle, longest = await timed(browser, path)
            worst = max(worst, longest)
            print(f"{name:24} {lines:3} lines {middle:7.1f} ms median {longest:7.1f} ms worst")
    await database.engine.dispose()
    print(f"worst {worst:.0f} ms, bound {BOUND_MS} ms")
    return int(worst > BOUND_MS)


async def _deep(database: Database) -> dict[str, Filter]:
    """Pages that are far from the first."""
    found = {}
    for name, start in (("51st page", Filter()), ("21st page of a word", Filter(q="退货"))):
        place = start
        for _ in range(int(name[:2]) - 1):
            after = (await page_of(database, place, NOW)).after
            place = replace(start, after=after)
        found[name] = place
    return found


@asynccontextmanager
async def _browser(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody signed in; no brand and no bot is served here, as they make no difference."""
    nothing: Any = None
    streams = MemoryStreams()
    console = Console(database, {}, {}, streams, lambda: NOW, lessons=nothing)
    await Accounts(database).add(Operator("anna", "anna", "viewer", "zh"), None, NOW)
    app = FastAPI()
    app.include_router(router(console))
    cookies = {COOKIE: await console.sessions.begin("anna", NOW)}
    reach = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=reach, base_url="http://bench", cookies=cookies
    ) as client:
        yield client


async def timed(browser: httpx.AsyncClient, path: str) -> tuple[float, float]:
    took = []
    for _ in range(9):
        began = time.perf_counter()
        answer = await browser.get(path)
        took.append((time.perf_counter() - began) * 1000)
        answer.raise_for_status()
    return statistics.median(took), max(took)


async def fill(database: Database, count: int, messages: int) -> None:
    chance = random.Random(5)
    dialect = database.engine.dialect.name
    add = {
        "sqlite": "INSERT INTO said_words (rowid, words) VALUES (:number, :words)",
        "postgresql": "INSERT INTO said_words (number, words)"
        " VALUES (:number, to_tsvector('simple', :words))",
    }[dialect]
    number = 0
    for start in range(0, count, BATCH):
        rows, talk, words = [], [], []
        for place in range(start, min(count, start + BATCH)):
            rows.append(conversation(place, count, chance))
            for seq in range(messages):
                number += 1
                spoken = chance.choice(SAYS).format(n=f"HY2026110{place % 10000:04}")
                by = "customer" if seq % 2 == 0 else "bot"
                about = {"number": number, "conversation": rows[-1]["id"], "seq": seq, "by": by}
                talk.append({**about, "at": rows[-1]["updated_at"], "text": spoken})
                words.append({"number": number, "words": words_of(spoken)})
        async with database.writing() as connection:
            await connection.execute(insert(conversations), rows)
            await connection.execute(insert(said), talk)
            await connection.execute(text(add), words)
        print(f"\r{start + BATCH}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    if dialect == "postgresql":
        async with database.engine.connect() as bare:
            autocommit = await bare.execution_options(isolation_level="AUTOCOMMIT")
            await autocommit.execute(text("VACUUM ANALYZE"))


def conversation(place: int, count: int, chance: random.Random) -> dict[str, Any]:
    at = NOW - timedelta(minutes=count - place)
    state = chance.choices(("bot", "closed", "waiting", "taken_over"), (30, 65, 3, 2))[0]
    return {
        "id": f"c-{place:08}",
        "bot": f"bot{place % 4}",
        "chat": f"chat-{place}",
        "current": True,
        "brand": f"b{place % 3}",
        "state": state,
        "fence": 0,
        "tries": 0,
        "opened_at": at,
        "updated_at": at,
        "waiting_since": at if state == "waiting" else None,
    }


if __name__ == "__main__":
    sys.exit(main())
