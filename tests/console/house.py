"""A whole service on a real port, with the console and one account of each role."""

import asyncio
import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from typing import Any

import httpx
import uvicorn
from sqlalchemy import Table, select

from agent.channel import Inbound
from agent.delivery_tables import conversations
from agent.model import Model
from app.gateway import build_app
from app.service import Service, open_service
from app.serving import running
from app.settings import Settings
from app.wiring import real_time
from console.access import ROLES, Accounts, Operator
from console.sessions import COOKIE, Sessions
from tests.brands.small_brand import write_brand
from tests.delivery.fakes import RuleModel, eventually

PASSWORD = "a long password"


@dataclass
class House:
    """What runs, and how a test reaches it."""

    url: str
    service: Service
    loop: asyncio.AbstractEventLoop
    model: Any
    app: Any
    stop: asyncio.Event
    patience: float = 20.0
    tokens: dict[str, str] = field(default_factory=dict)

    def do(self, work: Awaitable[Any], seconds: float = 30) -> Any:
        """Run something in the server's loop."""
        return asyncio.run_coroutine_threadsafe(_awaited(work), self.loop).result(seconds)

    def write(self, chat: str, *texts: str, customer: str | None = "u-1") -> str:
        """A customer writes; the conversation's id once it is answered, or a person has it."""
        for text in texts:
            name = f"{chat}-{time.monotonic_ns()}"
            inbound = Inbound("web", chat, name, real_time(), text=text, customer=customer)
            self.do(self.service.inbox.put(inbound))
            self.do(self._settled(chat), self.patience + 10)
        return str(self.do(self.conversation(chat))["id"])

    def pour(self, chat: str, texts: Sequence[str]) -> None:
        """A customer whom a person answers writes all of this, one after the other."""

        async def put() -> None:
            for number, text in enumerate(texts):
                one = Inbound("web", chat, f"{chat}+{number}", real_time(), text=text)
                await self.service.inbox.put(one)

        self.do(put(), 60)

    async def conversation(self, chat: str) -> Any:
        query = select(conversations).where(conversations.c.chat == chat, conversations.c.current)
        async with self.service.around.database.reading() as connection:
            return (await connection.execute(query)).mappings().one()

    async def _settled(self, chat: str) -> None:
        async def settled() -> bool:
            row = await self.conversation(chat)
            return row["state"] == "taken_over" or (
                row["due_at"] is None and not row["lease_owner"]
            )

        await eventually(settled, self.patience)

    async def rows(self, table: Table, *which: Any) -> list[Any]:
        async with self.service.around.database.reading() as connection:
            return list((await connection.execute(select(table).where(*which))).mappings().all())

    def client(self, role: str | None = None, **headers: str) -> httpx.Client:
        """A browser without a screen, signed in with this role."""
        cookies = {COOKIE: self.tokens[role]} if role else {}
        # Loading the certificates of the world takes longer than all that is asked here.
        plain = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        address = {"base_url": self.url, "cookies": cookies, "headers": headers}
        return httpx.Client(**address, timeout=20, verify=plain)

    def csrf(self, role: str) -> str:
        sessions = Sessions(self.service.around.database)
        session = self.do(sessions.find(self.tokens[role], real_time()))
        return str(session.csrf)

    def post(self, who: str, path: str, **form: str) -> httpx.Response:
        """What a form of the console sends."""
        with self.client(who, Origin=self.url) as client:
            return client.post(f"/console{path}", data={"csrf": self.csrf(who), **form})

    def get(self, role: str, path: str) -> httpx.Response:
        with self.client(role, Accept="text/html") as client:
            return client.get(f"/console{path}")


async def _awaited(work: Awaitable[Any]) -> Any:
    return await work


async def furnish(house: House) -> None:
    """An account and a session for each role."""
    database, now = house.service.around.database, real_time()
    for role in ROLES:
        await Accounts(database).add(Operator(role, role.title(), role, "zh"), PASSWORD, now)
        house.tokens[role] = await Sessions(database).begin(role, now)


@contextlib.contextmanager
def open_house(
    folder: Path,
    model: Model | None = None,
    furnished: Callable[[House], Awaitable[None]] = furnish,
    spec: str = "",
    **more: Any,
) -> Iterator[House]:
    """Serve in a thread until the block ends; `spec` names a real model, in place of rules."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://localhost:{listener.getsockname()[1]}"
    settings = Settings(
        brand=more.pop("brand", None) or write_brand(folder / "lamps"),
        data_dir=folder / "var",
        channels=folder / "channels.toml",
        payment_page=f"{url}/pay",
        **{"burst_quiet_seconds": 0.05, **({"model": spec} if spec else {}), **more},
    )
    opened: Queue[House | None] = Queue()
    model = model or (None if spec else RuleModel())
    serving = _serve(settings, listener, model, (url, furnished, opened))
    # One that never gets there must not keep the tests from ending.
    thread = threading.Thread(target=_run, args=(serving, opened), daemon=True)
    thread.start()
    house = opened.get(timeout=300)
    if house is None:
        raise RuntimeError("the service did not start; see above")
    try:
        yield house
    finally:
        house.loop.call_soon_threadsafe(house.stop.set)
        thread.join(20)
        listener.close()


def _run(serving: Any, opened: "Queue[House | None]") -> None:
    try:
        asyncio.run(serving)
    finally:
        opened.put(None)


async def _serve(
    settings: Settings, listener: socket.socket, model: Model | None, about: Any
) -> None:
    stop = asyncio.Event()
    url, furnished, opened = about
    async with open_service(settings, model=model) as service:
        app = await build_app(service, settings.payment_page, stop, settings)
        loop, patience = asyncio.get_running_loop(), 20.0 if model else 240.0
        house = House(url, service, loop, model, app, stop, patience)
        await furnished(house)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        async with running(service, stop, channels=True):
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            opened.put(house)
            await stop.wait()
            server.should_exit = True
            await serving
