"""The dashboard over 100,000 conversations, and 1,000 conversations replayed to the byte.

PYTHONPATH=. python scripts/bench_lessons.py [figures|replays] [COUNT]
"""

import asyncio
import json
import random
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from agent.database import Database
from agent.day_sums import add_up
from agent.delivery_tables import conversations
from agent.figures import dashboard
from agent.log import Log
from agent.log import events as log_events
from agent.replay_batches import ReplayBatches
from agent.sums import Range
from agent.tallies import Tallies
from app.databases import scratch_database
from app.rehearsals import LiveRehearsals, replaying
from app.settings import Settings
from tests.agent.conftest import make_talk
from tests.agent.test_replay import CONVERSATIONS

DAYS = 90


async def figures(count: int) -> None:
    chance = random.Random(1)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = await stack.enter_async_context(scratch_database(folder))
        now = datetime(2026, 11, 28, tzinfo=UTC)
        for start in range(0, count, 5000):
            await _conversations(database, range(start, min(count, start + 5000)), now, chance)
        tallies = Tallies(database, lambda: now, {})
        started = time.perf_counter()
        done = await tallies.catch_up(10_000_000)
        took = time.perf_counter() - started
        print(f"tallied {done} conversations in {took:.1f} s, {took / done * 1000:.2f} ms each")
        started = time.perf_counter()
        while summed := await add_up(database, now + timedelta(days=1)):
            print(f"added {summed} days up by {time.perf_counter() - started:.1f} s")
        for days in (7, 30, 90):
            first = (now - timedelta(days=days)).date().isoformat()
            best = []
            for _ in range(5):
                started = time.perf_counter()
                found = await dashboard(database, Range(first, "2026-12-31"))
                best.append(time.perf_counter() - started)
            counted = f"{found.total.conversations} conversations"
            print(f"{days} days: {counted}, {sorted(best)[2] * 1000:.0f} ms")


async def _conversations(
    database: Database, numbers: range, now: datetime, chance: random.Random
) -> None:
    rows, events = [], []
    for n in numbers:
        at = now - timedelta(minutes=chance.random() * DAYS * 1440)
        rows.append(
            {
                "id": f"c-{n}",
                "bot": chance.choice(["web", "telegram", "wechat"]),
                "chat": str(n),
                "current": True,
                "brand": chance.choice(["lamps", "shoes"]),
                "state": "bot",
                "fence": 1,
                "tries": 0,
                "opened_at": at,
                "updated_at": at,
            }
        )
        for turn in (1, 2, 3):
            said = {"text": "几天内可以退货", "brand": "lamps", "now": at.isoformat()}
            reply = {
                "payment": None,
                "refused": chance.random() < 0.1,
                "handoff": {"requested": chance.random() < 0.05, "reason": "asked"},
                "timings": {"total_ms": int(chance.gauss(1800, 600)) + 1},
            }
            for place, (kind, body) in enumerate((("message", said), ("reply", reply))):
                events.append(
                    {
                        "conversation": f"c-{n}",
                        "seq": turn * 2 + place,
                        "turn": turn,
                        "kind": kind,
                        "at": at.isoformat(),
                        "body": json.dumps(body),
                    }
                )
    async with database.writing() as connection:
        await connection.execute(insert(conversations), rows)
        await connection.execute(insert(log_events), events)


async def replays(count: int) -> None:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = await stack.enter_async_context(scratch_database(folder / "record"))
        talk = await stack.enter_async_context(make_talk(folder / "shop"))
        log = Log(database.engine)
        for n in range(count):
            _, turns, who, style = CONVERSATIONS[n % len(CONVERSATIONS)]
            live = talk.with_agent(style=style, log=log)
            for text, *answers in turns:
                live.model.answers = list(answers)
                await live.agent.answer(f"r-{n}", text, who)
        batches = ReplayBatches(database, talk.clock)
        rehearsals = LiveRehearsals(Settings(), {"lamps": talk.agent})
        ids = [f"r-{n}" for n in range(count)]
        number = await batches.begin(ids, "lamps", "bench", {"exact": True}, "bench")
        started = time.perf_counter()
        batch = await batches.run(number, replaying(database, rehearsals, None))
        took = time.perf_counter() - started
        print(f"{batch.total} conversations: {dict(batch.counts)} in {took:.1f} s")


what = sys.argv[1] if len(sys.argv) > 1 else "figures"
size = int(sys.argv[2]) if len(sys.argv) > 2 else {"figures": 100_000, "replays": 1000}[what]
asyncio.run({"figures": figures, "replays": replays}[what](size))
