"""What delivery costs: own time per turn, turns a second, and many conversations at once.

The model answers at once (from a rule), everything else is real: brand, knowledge, database on
disk, inbox, worker, outbox and sender.

    PYTHONPATH=. python scripts/bench_delivery.py [--turns N] [--conversations N]
"""

import argparse
import asyncio
import gc
import json
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median, quantiles

from agent.channel import Inbound, Inbox, Parcel
from agent.inbox import Pace
from agent.log import Event
from agent.model import Completion, OnText, Request
from agent.reply import Reply
from app.service import Service, open_service
from app.serving import running
from app.settings import Settings
from app.wiring import real_time

SLOW = 15.0
QUESTIONS = ("帮我查一下我的订单", "开封的精华能退吗", "我要找人工")


@dataclass
class Rule:
    """A model that takes no time."""

    spec: str = "scripted:rule"
    seconds: float = 0.0

    async def complete(self, request: Request, on_text: OnText | None = None) -> Completion:
        said = request.messages[-1].text.rpartition("顾客：")[2]
        if request.schema and "资料" in request.schema.get("properties", {}):
            text = '{"资料":[1],"答案":"写明"}'
        elif "订单" in said:
            text = '{"calls":[{"tool":"list_orders"}]}'
        elif "退" in said:
            text = json.dumps({"calls": [{"tool": "search_knowledge", "query": said}]})
        else:
            text = '{"talk":"greeting"}'
        if self.seconds:
            await asyncio.sleep(self.seconds)
        return Completion(text, "stop", 900, 20, 0.0, 0.0)

    async def close(self) -> None:
        pass


@dataclass
class Sink:
    """A channel like the web chat: what is on record is delivered."""

    on_record: bool = True

    def parcels(self, reply: Reply) -> Sequence[Parcel]:
        return [reply.model_dump(mode="json")]

    async def send(self, chat: str, parcel: Parcel, key: str) -> str:
        return key

    async def watch(self, chat: str, sentences: AsyncIterator[str]) -> None:
        async for _ in sentences:
            pass

    async def receive(self, inbox: Inbox) -> None:
        pass


@dataclass
class Times:
    """When each turn was on record, and its own time."""

    own: list[float] = field(default_factory=list)
    arrived: dict[str, float] = field(default_factory=dict)
    left: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def turn_ended(self, bot: str, reply: Reply, events: Sequence[Event]) -> None:
        self.own.append(reply.timings.own_ms)
        self.arrived[events[0].body["chat"]] = time.perf_counter()
        self.left -= 1
        if self.left == 0:
            self.done.set()

    def turn_failed(self, bot: str, why: str) -> None:
        print("unanswered:", why)

    def delivered(self, bot: str, outcome: str, seconds: float) -> None:
        pass


@asynccontextmanager
async def bench(folder: Path, model: Rule, at_once: int) -> AsyncIterator[tuple[Service, Times]]:
    settings = Settings(
        brand=Path("brands/huayang"), data_dir=folder, channels=folder / "none.toml"
    ).model_copy(update={"burst_quiet_seconds": 0.0, "turns_at_once": at_once})
    async with open_service(settings, model=model) as service:
        sink, times = Sink(), Times()
        gc.collect()
        gc.freeze()
        desk = replace(
            service.worker.desk, channels={"web": sink}, watcher=times, holding_seconds=60.0
        )
        runs = replace(service.worker.runs, pace=Pace(0.0, 1.0))
        worker = replace(service.worker, desk=desk, runs=runs)
        [sender] = service.senders
        post = replace(sender.post, watcher=times)
        sender = replace(sender, channel=sink, post=post)
        inbox = replace(service.inbox, pace=Pace(0.0, 1.0))
        quick = replace(service, worker=worker, senders=(sender,), inbox=inbox)
        stop = asyncio.Event()
        async with running(quick, stop, channels=False):
            yield quick, times


async def ask(
    service: Service, times: Times, chats: int, number: int, seconds: float = 0.0
) -> dict[str, float]:
    """Everybody asks one question, over so many seconds; how long each waited for his answer."""
    times.left, times.done, times.arrived = chats, asyncio.Event(), {}
    asked: dict[str, float] = {}

    async def put(chat: int) -> None:
        await asyncio.sleep(seconds * chat / chats)
        name = f"chat-{chat}"
        asked[name] = time.perf_counter()
        text = QUESTIONS[(chat + number) % len(QUESTIONS)]
        message = f"{number}-{chat}-{time.perf_counter_ns()}"
        await service.inbox.put(
            Inbound("web", name, message, real_time(), text=text, customer="u-1001")
        )

    await asyncio.gather(*(put(chat) for chat in range(chats)))
    await asyncio.wait_for(times.done.wait(), 120)
    return {name: (times.arrived[name] - at) * 1000 for name, at in asked.items()}


def shown(name: str, values: Sequence[float]) -> str:
    steps = quantiles(values, n=100)
    return f"{name}: p50 {median(values):.1f} ms, p95 {steps[94]:.1f} ms, max {max(values):.1f} ms"


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=300)
    parser.add_argument("--conversations", type=int, default=500)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        async with bench(Path(folder), Rule(), 64) as (service, times):
            await ask(service, times, 10, 0)
            times.own.clear()
            waits: list[float] = []
            for number in range(args.turns):
                waits += (await ask(service, times, 1, number)).values()
            print(shown("one conversation, own time of a turn", times.own))
            print(shown("one conversation, message saved to answer delivered", waits))
            before, cpu = time.perf_counter(), time.process_time()
            await ask(service, times, 1000, 1)
            took, used = time.perf_counter() - before, time.process_time() - cpu
            print(
                f"1000 conversations: {1000 / took:.0f} turns/s, {1000 / used:.0f} per CPU second"
            )
    with tempfile.TemporaryDirectory() as folder:
        async with bench(Path(folder), Rule(seconds=SLOW), 2000) as (service, times):
            await ask(service, times, 3, 1)
            over = SLOW * 1.3
            many = (await ask(service, times, args.conversations, 1, over)).values()
            # One in three asks the model twice.
            added = [value % (1000 * SLOW) for value in many]
            print(
                f"{args.conversations} conversations within {over:.0f} s, "
                f"a model of {SLOW:.0f} s a call; {shown('added to its time', added)}"
            )


if __name__ == "__main__":
    asyncio.run(main())
