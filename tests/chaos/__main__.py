"""`make chaos`: all rows of the proof in full size, or those named, as one table.

python -m tests.chaos [ROW...]     # killed-alone killed-together valkey postgres bursts ...
"""

import argparse
import asyncio
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.chaos import builds, bursts, malformed, polling, wechat_storm
from tests.chaos.kills import Plan, killed
from tests.chaos.outages import postgres_restarted, together, valkey_killed
from tests.chaos.stage import Ground
from tests.chaos.table import Line, shown

BURSTS = bursts.Plan(bursts=1000, sleeps=100)
TELEGRAM = polling.Plan(messages=2000, restarts=10, takeovers=10)


async def _killed_alone(folder: Path) -> Line:
    plan = Plan(conversations=2000, at_random=200, each_point=10)
    return await killed(folder, plan, Ground(), "1 killed, SQLite, one process")


async def _killed_together(folder: Path) -> Line:
    plan = Plan(conversations=2000, at_random=200, each_point=10)
    row = "1 killed, PostgreSQL and Valkey, three processes"
    return await together(2, lambda ground: killed(folder, plan, ground, row))


async def _bursts(folder: Path) -> Line:
    return await together(3, lambda ground: bursts.in_fragments(folder, BURSTS, ground))


ROWS: dict[str, Callable[[Path], Awaitable[Line]]] = {
    "killed-alone": _killed_alone,
    "killed-together": _killed_together,
    "valkey": lambda folder: valkey_killed(folder, kills=20),
    "postgres": lambda folder: postgres_restarted(folder, restarts=5),
    "bursts": _bursts,
    "telegram": lambda folder: polling.shuffled(folder, TELEGRAM, Ground()),
    "pollers": lambda folder: polling.taken_over(folder, TELEGRAM),
    "wechat": lambda folder: wechat_storm.stormed(folder, wechat_storm.Plan(seconds=60)),
    "builds": lambda folder: builds.killed_builds(folder, kills=100),
    "malformed": lambda folder: malformed.refused(folder, requests=10_000),
}


async def main(names: list[str]) -> int:
    """Run them one after the other; 1 if one did not hold."""
    # Asked to end, it takes along what it started.
    if this := asyncio.current_task():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    lines = []
    for name in names:
        sys.stderr.write(f"{name} ...\n")
        with tempfile.TemporaryDirectory(prefix="digital-human-chaos-") as folder:
            line = await ROWS[name](Path(folder))
        lines.append(line)
        sys.stderr.write(shown([line]) + "\n")
    sys.stdout.write(shown(lines) + "\n")
    return int(not all(line.held for line in lines))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", choices=[*ROWS, []], metavar="ROW")
    raise SystemExit(asyncio.run(main(parser.parse_args().rows or list(ROWS))))
