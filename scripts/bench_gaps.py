"""How well refused questions are grouped, and how long 10,000 of them take.

PYTHONPATH=. python scripts/bench_gaps.py [COUNT]
"""

import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select

from agent.gaps import Gaps
from agent.lesson_tables import gap_questions, turn_tallies
from app.databases import scratch_database
from knowledge.embed import EmbeddedE5

# Each row asks for one thing.
ALIKE = (
    ("你们有实体店吗", "有没有线下门店", "哪里有实体店可以试用", "线下店在哪"),
    ("可以用花呗分期吗", "支持分期付款吗", "能不能分期", "花呗分期可以吗"),
    ("会员积分怎么兑换", "积分能换什么", "我的积分怎么用", "积分兑换规则是什么"),
    ("孕妇可以用吗", "怀孕了能不能用", "孕期可以用这个吗", "怀孕能用吗"),
    ("可以开专票吗", "能开增值税专用发票吗", "开专用发票", "专票怎么开"),
    ("可以自提吗", "能不能到店自取", "上门自提可以吗", "支持自提么"),
    ("do you have a physical store", "where is your shop", "is there a store near me"),
    ("can I pay in instalments", "do you support instalments", "is there an instalment plan"),
    ("do you ship to Norway", "shipping to Norway", "can you deliver to Norway?"),
)


async def main(count: int) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    flat = [(group, text) for group, texts in enumerate(ALIKE) for text in texts]
    rows = [
        {
            "conversation": f"c-{n}",
            "turn": 1,
            "brand": "b",
            "bot": "web",
            "day": "2026-11-23",
            "question": text if n < len(flat) else f"{text} {n % 1500}号",
            "refused": True,
            "failed": False,
            "model_errors": 0,
            "pace": 1,
            "thumb": 0,
            "at": now + timedelta(seconds=n),
        }
        for n in range(max(count, len(flat)))
        for group, text in (flat[n % len(flat)],)
    ]
    with tempfile.TemporaryDirectory() as folder:
        async with scratch_database(Path(folder)) as database:
            gaps = Gaps(database, EmbeddedE5(), lambda: now)
            async with database.writing() as connection:
                await connection.execute(insert(turn_tallies), rows[: len(flat)])
            await gaps.catch_up()
            async with database.reading() as connection:
                query = select(gap_questions.c.conversation, gap_questions.c.number)
                number = dict((await connection.execute(query)).all())
            told = [number[f"c-{n}"] for n in range(len(flat))]
            pairs = [
                (flat[a][0] == flat[b][0], told[a] == told[b])
                for a in range(len(flat))
                for b in range(a)
            ]
            together = [got for alike, got in pairs if alike]
            wrongly = [got for alike, got in pairs if not alike]
            print(f"{len(set(told))} groups of {len(ALIKE)}")
            print(f"pairs that belong together and are: {sum(together)} of {len(together)}")
            print(f"pairs that do not and are: {sum(wrongly)} of {len(wrongly)}")
            if count <= len(flat):
                return
            async with database.writing() as connection:
                await connection.execute(insert(turn_tallies), rows[len(flat) :])
            started = time.perf_counter()
            done = await gaps.catch_up(count)
            took = time.perf_counter() - started
            print(f"{done} questions in {took:.1f} s, {took / done * 1000:.1f} ms each")
            started = time.perf_counter()
            found = await gaps.most_frequent()
            await gaps.questions([gap.number for gap in found])
            print(f"the list: {(time.perf_counter() - started) * 1000:.1f} ms")


asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
