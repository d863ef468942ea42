"""Row 5: a storm of WeChat calls against the whole service, every call three times, the model
hanging.
"""

import asyncio
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy import select

from agent.delivery_tables import inbox
from agent.log import events
from tests.channels.wechat.caller import Caller, text_xml
from tests.channels.wechat.fake_wechat import APP_ID, FakeWeChat
from tests.chaos.outside import RunningClock
from tests.chaos.stage import Ground, Stage, staged
from tests.chaos.table import Line
from tests.delivery.checker import Rows

SEND = "/cgi-bin/message/custom/send"
WITHIN_SECONDS = 1.0
MOST_OUT = 5


@dataclass(frozen=True)
class Plan:
    """`rate` messages a second for `seconds`, each called about `each` times at once."""

    seconds: float
    rate: float = 20.0
    each: int = 3
    hang_seconds: float = 60.0
    wait_seconds: float = 180.0


@dataclass
class Storm:
    """`said` are user and number of each message."""

    wechat: FakeWeChat
    caller: Caller
    said: list[tuple[str, str]] = field(default_factory=list)

    async def blow(self, plan: Plan) -> None:
        """Call, whatever is answered."""
        calls: list[asyncio.Task[object]] = []
        count = int(plan.seconds * plan.rate)
        for number in range(count):
            user = f"u{number % max(1, count // 3)}"
            self.said.append((user, f"m{number}"))
            self.wechat.customer_did(user)
            at = int(self.wechat.clock().timestamp())
            xml = text_xml(user, f"你好{number}", f"m{number}", at)
            told = (self.caller.tell(xml, f"m{number}") for _ in range(plan.each))
            calls += [asyncio.create_task(one) for one in told]
            await asyncio.sleep(1 / plan.rate)
        await asyncio.gather(*calls)

    def faults(self, rows: Rows, turns: Counter[int]) -> list[str]:
        """What the ledgers say against it. `turns` counts in how many each message is."""
        numbers = Counter(row["message_id"] for row in rows)
        heard = Counter(user for user, _ in self.said)
        told = Counter(one.to for one in self.wechat.delivered)
        found = [f"{one} was not acknowledged" for one in self.caller.calls if one.status != 200]
        found += [f"{name} was lost" for _, name in self.said if name not in numbers]
        found += [f"{name} was saved {count} times" for name, count in numbers.items() if count > 1]
        found += [
            f"{row['message_id']} is in {turns[row['number']]} turns"
            for row in rows
            if turns[row["number"]] != 1
        ]
        found += [
            f"{user} wrote {heard[user]} times and got {count} messages"
            for user, count in told.items()
            if count > MOST_OUT * heard[user]
        ]
        found += [f"{user} was told nothing" for user in heard.keys() - told.keys()]
        refused = self.wechat.asked.count(SEND) - len(self.wechat.delivered)
        return found + ([f"WeChat refused {refused} messages"] if refused else [])


async def stormed(folder: Path, plan: Plan) -> Line:
    """Run it; the line of the table."""
    began = time.monotonic()
    many = {"model_seconds": plan.hang_seconds, "turns_at_once": 2000, "holding_seconds": 8.0}
    async with staged(folder, Ground(), bots=("wechat",), **many) as stage:
        outside = stage.street.outside
        limits = httpx.Limits(max_connections=500)
        async with httpx.AsyncClient(
            base_url=outside.shop, timeout=30, trust_env=False, limits=limits
        ) as http:
            storm = Storm(outside.wechat, Caller(http, "/wechat/wechat", RunningClock(), APP_ID))
            await storm.blow(plan)
            await stage.quiet(plan.hang_seconds + plan.wait_seconds)
        faults = storm.faults(*await _recorded(stage))
    seconds = sorted(call.seconds for call in storm.caller.calls)
    p99 = seconds[int(len(seconds) * 0.99)]
    if p99 > WITHIN_SECONDS:
        faults.append(f"acknowledged after {p99:.2f} s")
    size = (
        f"{len(storm.said)} messages, {plan.rate:.0f}/s, {len(seconds)} calls, the model "
        f"hanging {plan.hang_seconds:.0f} s"
    )
    found = (
        f"acknowledge p50 {seconds[len(seconds) // 2] * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, "
        f"{len(storm.wechat.delivered)} messages out, {len(faults)} faults"
    )
    wanted = f"p99 within {WITHIN_SECONDS:.0f} s, one turn per MsgId, at most {MOST_OUT} out per in"
    return Line("5 WeChat", size, wanted, found, time.monotonic() - began, faults)


async def _recorded(stage: Stage) -> tuple[Rows, Counter[int]]:
    turns: Counter[int] = Counter()
    async with stage.watch.database.reading() as connection:
        found = await connection.execute(select(inbox.c.number, inbox.c.message_id))
        rows = [dict(row) for row in found.mappings()]
        bodies = select(events.c.body).where(events.c.kind.in_(("message", "said")))
        for body in (await connection.execute(bodies)).scalars():
            turns.update(_numbers(body))
    return rows, turns


def _numbers(body: str) -> list[int]:
    return list(json.loads(body).get("inbox", ()))
