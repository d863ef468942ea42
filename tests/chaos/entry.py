"""A process of the real service, with a rule for a model, that can be told where to die."""

import asyncio
import logging
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from agent.checkpoint import Point
from app.service import open_service
from app.serving import serve, work
from app.settings import Settings
from tests.delivery.fakes import RuleModel, append

READY = "ready"


@dataclass(frozen=True)
class Orders:
    """What a process is to be. Without a `port` it is a worker.

    `kill` names a point and how often to pass it unharmed; dying there is written into `died`.
    """

    folder: Path
    name: str
    port: int
    serves: bool = True
    database: str = ""
    redis: str = ""
    kill: tuple[Point, int] | None = None
    lease_seconds: float = 2.0
    quiet_seconds: float = 0.05
    model_seconds: float = 0.0
    turns_at_once: int = 64
    holding_seconds: float = 30.0

    @property
    def died(self) -> Path:
        """Who killed himself where."""
        return self.folder / "died.jsonl"

    @property
    def settings(self) -> Settings:
        """The same for all processes of a service."""
        return Settings(
            _env_file=None,
            brand=self.folder / "lamps",
            data_dir=self.folder / "var",
            channels=self.folder / "channels.toml",
            database_url=SecretStr(self.database),
            redis_url=SecretStr(self.redis),
            burst_quiet_seconds=self.quiet_seconds,
            burst_max_seconds=1.0,
            turns_at_once=self.turns_at_once,
            payment_page=f"http://localhost:{self.port}/pay",
            holding_seconds=self.holding_seconds,
        )


def run(orders: Orders) -> None:
    """Be that process until killed or asked to end."""
    log = os.open(orders.folder / f"{orders.name}.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(log, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())
    logging.basicConfig(level=logging.WARNING, format=f"%(asctime)s {os.getpid()} %(message)s")
    for library in ("httpx", "httpcore"):
        logging.getLogger(library).setLevel(logging.WARNING)
    opening = partial(
        open_service,
        model=RuleModel(seconds=orders.model_seconds),
        checkpoint=_killing(orders),
        lease_seconds=orders.lease_seconds,
    )
    command = serve if orders.serves else work
    args = Namespace(host="127.0.0.1", port=orders.port)
    raise SystemExit(asyncio.run(command(args, orders.settings, opening)))


def _killing(orders: Orders) -> Callable[[Point], Awaitable[None]]:
    passed = 0

    async def checkpoint(point: Point) -> None:
        nonlocal passed
        if orders.kill and point == orders.kill[0]:
            passed += 1
            if passed > orders.kill[1]:
                append(orders.died, {"name": orders.name, "point": point})
                os.kill(os.getpid(), signal.SIGKILL)

    return checkpoint
