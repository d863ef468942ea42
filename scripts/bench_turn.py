"""Our turn beside LangChain's stock agent: same model, tools, knowledge and questions, one run.

Prints time and right answers of both, as ratios, the time per turn outside the model, and the
memory this process needs beside the model's weights.

    python scripts/bench_turn.py [--brand DIR] [--cases FILE...] [--limit N]
"""

import argparse
import asyncio
import re
import tempfile
import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from app.evaluated_agent import LoggedAgent
from app.evaluating import fixed_clock
from app.settings import Settings
from app.wiring import Running, open_agent
from evaluation.baselines import Stock
from evaluation.cases import Case, load_cases
from evaluation.judge import faults

NOW = "2026-11-23T10:00+08:00"


@dataclass
class Sum:
    """What one of the two did."""

    name: str
    right: int = 0
    seconds: list[float] = field(default_factory=list)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--brand", type=Path, default=Path("brands/huayang"))
    parser.add_argument("--cases", type=Path, nargs="+")
    parser.add_argument("--limit", type=int, default=30)
    args = parser.parse_args()
    files = args.cases or sorted(args.brand.glob("cases/*.jsonl"))
    settings = Settings(brand=args.brand)
    # A third slot, so that the other agent's prompt stays cached as well as our two.
    settings = settings.model_copy(update={"slots": settings.slots + 1})
    with tempfile.TemporaryDirectory() as folder:
        async with open_agent(settings, fixed_clock(NOW), Path(folder)) as running:
            cases = load_cases(files, running.agent.brand)
            step = max(1, len(cases) // args.limit)
            await compare(running, cases[::step][: args.limit])


async def compare(running: Running, cases: tuple[Case, ...]) -> None:
    """Every case's first turn to both, ours first; then the table."""
    ours, stock = Sum("ours"), Sum("create_agent")
    own_ms: dict[bool, list[int]] = {True: [], False: []}
    baseline = Stock(running.agent)
    await running.agent.answer("warm-up", cases[0].turns[0].user, None)
    await baseline.answer("warm-up", cases[0].turns[0].user, None)
    for number, case in enumerate(cases, start=1):
        turn = case.turns[0]
        for total, answerer in (
            (ours, LoggedAgent(lambda: nullcontext(running))),
            (stock, baseline),
        ):
            started = time.perf_counter()
            conversation = f"bench-{total.name}-{case.id}"
            reply = (await answerer.answer(conversation, turn.user, case.customer)).reply
            total.seconds.append(time.perf_counter() - started)
            total.right += not faults(turn.expect, reply, running.agent.brand)
            if total is ours:
                searched = any(call.tool == "search_knowledge" for call in reply.calls)
                own_ms[searched].append(reply.timings.own_ms)
        print(f"{number}/{len(cases)}  ours {ours.right}  create_agent {stock.right}", flush=True)
    for total in (ours, stock):
        right, seconds = f"{total.right:3}/{len(cases)}", f"{median(total.seconds):.2f} s"
        print(f"{total.name:13} right {right}  median {seconds}")
    ratio = ours.right / stock.right if stock.right else float("inf")
    print(
        f"right answers: {ratio:.1f} x   time: {median(ours.seconds) / median(stock.seconds):.2f} x"
    )
    for searched, values in own_ms.items():
        if values:
            print(f"own_ms median {'with' if searched else 'without'} search: {median(values)}")
    print(f"memory beside the weights: {memory_beside_weights_mb()} MB")


def memory_beside_weights_mb() -> int:
    """Resident megabytes of this process without the mapped model file and its repacked copy.

    Linux only: mapped files are told apart in /proc/self/smaps; llama.cpp's repacked weights are
    anonymous and known to be the one mapping of more than 300 MB.
    """
    total = 0
    name, large = "", False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if re.match(r"^[0-9a-f]+-[0-9a-f]+ ", line):
            name = line.split(maxsplit=5)[5] if len(line.split(maxsplit=5)) > 5 else ""
            start, end = (int(part, 16) for part in line.split()[0].split("-"))
            large = name.endswith((".gguf",)) or (not name and end - start > 300_000_000)
        elif line.startswith("Rss:") and not large:
            total += int(line.split()[1])
    return total // 1024


if __name__ == "__main__":
    asyncio.run(main())
