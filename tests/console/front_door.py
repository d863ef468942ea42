"""The console on a real port over the tests' delivery house, and an operator who uses it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from agent.streams import Streams
from app.wiring import real_time
from console.access import Accounts, Operator
from console.router import router
from console.sessions import COOKIE
from console.site import BotDesk, BrandDesk, Console
from tests.delivery.conftest import House


@dataclass(frozen=True)
class Desk:
    """One operator's browser without a screen: what htmx sends, with his session and token."""

    client: httpx.AsyncClient

    async def post(self, conversation: str, act: str, **form: str) -> None:
        """Press a button in a conversation; it has been answered when this returns."""
        answer = await self.press(conversation, act, **form)
        assert answer.status_code == 200, f"{act}: {answer.status_code} {answer.text[:300]}"

    async def press(self, conversation: str, act: str, **form: str) -> httpx.Response:
        """The same, whatever the answer is."""
        path = f"/console/conversations/{conversation}/{act}"
        return await self.client.post(path, data=form)


@asynccontextmanager
async def open_door(
    house: House,
    channels: Mapping[str, Any],
    streams: Streams,
    payments: Any,
    operator: str,
    silence_seconds: float = 15.0,
) -> AsyncIterator[Desk]:
    """Serve the console as long as the block lasts, with streams of its own."""
    agents = house.desk.agents
    knowledge: Any = agents["lamps"].services.knowledge
    lessons: Any = None  # nobody learns here
    console = Console(
        database=house.database,
        brands={"lamps": BrandDesk("lamps", agents, knowledge, payments)},
        bots={name: BotDesk("web", "lamps", channel) for name, channel in channels.items()},
        streams=streams,
        clock=real_time,
        lessons=lessons,
        silence_seconds=silence_seconds,
    )
    app = FastAPI()
    app.include_router(router(console))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, log_level="warning", lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            async with _browser(console, listener.getsockname()[1], operator) as client:
                yield Desk(client)
        finally:
            server.should_exit = True
            await serving


@asynccontextmanager
async def _browser(console: Console, port: int, name: str) -> AsyncIterator[httpx.AsyncClient]:
    now, url = real_time(), f"http://127.0.0.1:{port}"
    await Accounts(console.database).add(Operator(name, name, "operator", "zh"), None, now)
    token = await console.sessions.begin(name, now)
    session = await console.sessions.find(token, now)
    assert session is not None
    headers = {"Origin": url, "HX-Request": "true", "X-CSRF-Token": session.csrf}
    async with httpx.AsyncClient(
        base_url=url, headers=headers, cookies={COOKIE: token}, timeout=60, verify=False
    ) as client:
        yield client
