import multiprocessing
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Table, delete, select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from agent.channel import Inbound
from agent.conversations import Conversations
from agent.database import Database
from agent.delivery_tables import conversations, inbox, outbox
from agent.desk import Desk
from agent.graph import build_graph
from agent.inbox import Pace, SqlInbox
from agent.leases import SqlLeases
from agent.log import Event, Log
from agent.outbox import Announcer
from agent.prompts import load_prompts
from agent.sender import Post, Sender
from agent.spelling import speller_of
from agent.streams import MemoryStreams, Streams
from agent.streams_redis import redis_streams
from agent.turn import Agent, Services
from agent.turns import Turns
from agent.wakeups import Wakeups
from agent.watching import Tally
from app.schema import METADATA, upgrade
from knowledge.brand_folder import load_brand
from tests.agent.conftest import PASSAGES, Clock
from tests.brands.small_brand import write_brand
from tests.delivery.fakes import LedgerChannel, Provider, RuleModel
from tests.delivery.servers import postgres, valkey
from tests.fakes import SmallKnowledge
from tools.catalog import CatalogIndex
from tools.shop import open_shop
from tools.store import sqlite_engine


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    with postgres() as address:
        yield address


@pytest.fixture(scope="session")
def valkey_address() -> Iterator[str]:
    with valkey() as server:
        yield server.connection_url


@pytest.fixture(scope="session")
def processes():
    """Processes that start quickly: forked from one that has imported everything."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.delivery.process"])
    return context


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request, tmp_path) -> AsyncIterator[Database]:
    """An empty database of either kind, with this version's tables."""
    if request.param == "sqlite":
        engine = sqlite_engine(tmp_path / "test.sqlite3")
    else:
        url = make_url(request.getfixturevalue("postgres_address"))
        engine = create_async_engine(url.set(drivername="postgresql+asyncpg"))
    found = Database(engine)
    await upgrade(found)
    await emptied(found)
    yield found
    await engine.dispose()


async def emptied(database: Database) -> None:
    """Tests share a PostgreSQL."""
    tables = [table for metadata in METADATA for table in metadata.sorted_tables]
    async with database.writing() as connection:
        for table in tables:
            await connection.execute(delete(table))


@pytest.fixture(params=["memory", "valkey"])
async def streams(request) -> AsyncIterator[Streams]:
    if request.param == "memory":
        yield MemoryStreams()
        return
    async with redis_streams(request.getfixturevalue("valkey_address")) as found:
        yield found


@dataclass
class House:
    """A shop with a bot, everything real but the provider, the knowledge and the model."""

    database: Database
    clock: Clock
    model: RuleModel
    provider: Provider
    channel: LedgerChannel
    desk: Desk
    runs: Conversations
    inbox: SqlInbox
    sender: Sender
    announcer: Announcer
    tally: Tally
    count: int = 0
    pace: Pace = field(default_factory=lambda: Pace(0.8, 5.0))

    async def says(self, text: str, chat: str = "chat-1", **more: object) -> bool:
        """A customer does something; by default types."""
        self.count += 1
        given = {"message_id": str(self.count), "at": self.clock(), "text": text, **more}
        return await self.inbox.put(Inbound("lamps-bot", chat, **given))

    async def work(self, runs: Conversations | None = None) -> int:
        """Take everything that is due once, and run it to the end."""
        runs = runs or self.runs
        taken, _ = await runs.take(100)
        for held in taken:
            await Turns(replace(self.desk), runs).step(held)
        return len(taken)

    async def quiet(self) -> None:
        """The quiet time passes and what was said is answered."""
        self.clock.move(seconds=1)
        while await self.work():
            self.clock.move(seconds=1)

    async def letters(self) -> list[dict[str, object]]:
        return await self.rows(outbox)

    async def rows(self, table: Table) -> list[dict[str, object]]:
        order = table.c.number if "number" in table.c else table.c.opened_at
        async with self.database.reading() as connection:
            rows = await connection.execute(select(table).order_by(order))
            return [dict(row) for row in rows.mappings()]

    async def conversation(self) -> dict[str, object]:
        """The newest one."""
        return (await self.rows(conversations))[-1]

    async def events(self) -> tuple[Event, ...]:
        found = await self.conversation()
        return await self.desk.log.read(str(found["id"]))

    async def unread(self) -> list[dict[str, object]]:
        return [row for row in await self.rows(inbox) if row["state"] == "new"]

    def other_worker(self) -> Conversations:
        return replace(self.runs, owner="another")


async def open_house(database: Database, folder: Path, clock: Clock) -> tuple[House, object]:
    brand = load_brand(write_brand(folder / "lamps"))
    shop = await open_shop(
        brand, database.engine, clock, "http://localhost:8080/pay", SecretStr("")
    )
    model, streams, tally = RuleModel(), MemoryStreams(), Tally()
    knowledge = SmallKnowledge(PASSAGES)
    agent = Agent(
        brand=brand,
        model=model,
        prompts=load_prompts(brand),
        catalog=CatalogIndex(brand.products),
        services=Services(shop.orders, shop.payments, knowledge, speller_of(PASSAGES)),
        graph=build_graph(),
        log=Log(database.engine),
        clock=clock,
    )
    provider = Provider(folder)
    channel = LedgerChannel("lamps-bot", provider)
    channels = {"lamps-bot": channel}
    desk = Desk(database, agent.log, {"lamps": agent}, channels, streams, tally, clock)
    pace = Pace(0.8, 5.0)
    runs = Conversations(database, "worker-1", ("lamps-bot",), clock, pace)
    leases = SqlLeases(database, "worker-1", clock)
    wakeups = Wakeups(streams)
    house = House(
        database=database,
        clock=clock,
        model=model,
        provider=provider,
        channel=channel,
        desk=desk,
        runs=runs,
        inbox=SqlInbox(database, {"lamps-bot": "lamps"}, wakeups, clock, pace),
        sender=Sender("lamps-bot", channel, Post(database, leases, streams, tally, clock)),
        announcer=Announcer(database, channels, {"lamps": "zh"}, streams, clock),
        tally=tally,
    )
    return house, shop


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def house(database, tmp_path, clock) -> AsyncIterator[House]:
    made, shop = await open_house(database, tmp_path, clock)
    yield made
    await shop.close()
