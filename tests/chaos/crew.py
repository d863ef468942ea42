"""The processes of a service: started, killed, paused, started anew."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from agent.checkpoint import Point
from tests.chaos.entry import Orders, run
from tests.delivery.fakes import lines_of


def forking() -> Any:
    """Processes that start quickly: forked from one that has imported everything."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.chaos.entry", "tests.delivery.process"])
    return context


@dataclass
class Crew:
    """`running` by name: "gateway", "worker-1" and so on."""

    orders: Orders
    context: Any = field(default_factory=forking)
    running: dict[str, Any] = field(default_factory=dict)
    begun: dict[str, int] = field(default_factory=dict)

    def start(self, name: str, kill: tuple[Point, int] | None = None) -> None:
        """Begin a process of this name; `kill`: where it is to die."""
        orders = replace(self.orders, name=name, serves=name.startswith("gateway"), kill=kill)
        process = self.context.Process(target=run, args=(orders,), daemon=True)
        self.begun[name] = self._begun(name) + 1
        process.start()
        self.running[name] = process

    def alive(self, name: str) -> bool:
        """Whether it runs."""
        return name in self.running and self.running[name].is_alive()

    async def kill(self, name: str) -> None:
        """It is gone the next moment."""
        process = self.running.pop(name)
        process.kill()
        await asyncio.to_thread(process.join)

    async def pause(self, pid: int, seconds: float) -> None:
        """It stands still for a while."""
        os.kill(pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            os.kill(pid, signal.SIGCONT)

    async def end(self, name: str) -> int | None:
        """Ask it to end; its exit status, None if it would not."""
        process = self.running.pop(name)
        process.terminate()
        await asyncio.to_thread(process.join, 15)
        if process.exitcode is None:
            process.kill()
        return process.exitcode  # type: ignore[no-any-return]

    def deaths(self) -> list[str]:
        """The points at which processes killed themselves."""
        return [line["point"] for line in lines_of(self.orders.died)]

    async def up(self, name: str) -> None:
        """Wait until a process that was started has begun to work, or is dead."""
        if name.startswith("gateway"):
            await self.ready()
            return
        while self.alive(name) and self._begun(name) < self.begun[name]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    def _begun(self, name: str) -> int:
        """How often a worker of this name has said that it works."""
        log = self.orders.folder / f"{name}.log"
        return log.read_text("utf-8").count("worker ready") if log.exists() else 0

    async def ready(self, seconds: float = 120.0) -> None:
        """Wait until the gateway serves."""
        address = f"http://127.0.0.1:{self.orders.port}/readyz"
        async with asyncio.timeout(seconds), httpx.AsyncClient(trust_env=False) as http:
            while not await _answers(http, address):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)


async def _answers(http: httpx.AsyncClient, address: str) -> bool:
    try:
        return (await http.get(address)).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


@asynccontextmanager
async def crew(orders: Orders, names: tuple[str, ...]) -> AsyncIterator[Crew]:
    """These processes, until the end."""
    made = Crew(orders)
    for name in names:
        made.start(name)
    try:
        await made.ready()
        yield made
    finally:
        for name in list(made.running):
            await made.kill(name)
