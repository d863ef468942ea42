"""A whole serving process for tests: it can be told at which point to be killed."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from agent.checkpoint import Point
from agent.conversations import Conversations
from agent.database import Database
from agent.desk import Desk
from agent.graph import build_graph
from agent.inbox import Pace, SqlInbox
from agent.leases import SqlLeases
from agent.log import Log
from agent.prompts import load_prompts
from agent.sender import Post, Sender
from agent.spelling import speller_of
from agent.streams import MemoryStreams, Streams
from agent.streams_redis import redis_streams
from agent.turn import Agent, Services
from agent.wakeups import Wakeups
from agent.watching import Tally
from agent.worker import Worker
from app.schema import upgrade
from knowledge.brand_folder import load_brand
from tests.agent.conftest import PASSAGES
from tests.delivery.checker import Record
from tests.delivery.fakes import LedgerChannel, Provider, RuleModel
from tests.fakes import SmallKnowledge
from tools.catalog import CatalogIndex
from tools.shop import open_shop
from tools.store import sqlite_engine


@dataclass(frozen=True)
class Orders:
    """What a process is to do. `kill` names a point and how often to pass it unharmed."""

    folder: Path
    database: str = ""
    redis: str = ""
    kill: tuple[Point, int] | None = None
    lease_seconds: float = 1.0
    repeatable: bool = False
    receives: bool = True
    model_seconds: float = 0.0


def start(processes, orders: Orders):
    """A process, begun; `processes` is a multiprocessing context."""
    process = processes.Process(target=run, args=(orders,), daemon=True)
    process.start()
    return process


async def settled(database: Database, messages: int, seconds: float = 60.0) -> Record:
    """Everything on record, once so many messages are answered and nothing waits."""
    async with asyncio.timeout(seconds):
        while True:
            record = await Record.of(database)
            if len(record.inbox) >= messages and record.settled:
                return record
            await asyncio.sleep(0.05)


def run(orders: Orders) -> None:
    """What the process does until it is killed or asked to end."""
    asyncio.run(_run(orders))


def clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - real processes, real time


def _killing(orders: Orders) -> Callable[[Point], Awaitable[None]]:
    passed = 0

    async def checkpoint(point: Point) -> None:
        nonlocal passed
        if orders.kill and point == orders.kill[0]:
            passed += 1
            if passed > orders.kill[1]:
                os.kill(os.getpid(), signal.SIGKILL)

    return checkpoint


def database_of(orders: Orders) -> Database:
    if not orders.database:
        return Database(sqlite_engine(orders.folder / "test.sqlite3"))
    url = make_url(orders.database).set(drivername="postgresql+asyncpg")
    return Database(create_async_engine(url, pool_size=10, pool_pre_ping=True))


async def _run(orders: Orders) -> None:
    database = database_of(orders)
    await upgrade(database)
    if not orders.redis:
        await _serve(orders, database, MemoryStreams())
        return
    async with redis_streams(orders.redis) as streams:
        await _serve(orders, database, streams)


async def _serve(orders: Orders, database: Database, streams: Streams) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    checkpoint = _killing(orders)
    agent = await agent_of(orders, database)
    channel = LedgerChannel("lamps-bot", Provider(orders.folder), repeatable=orders.repeatable)
    owner = f"process-{os.getpid()}"
    pace = Pace(0.05, 0.5)
    channels = {"lamps-bot": channel}
    desk = Desk(
        database, agent.log, {"lamps": agent}, channels, streams, Tally(), clock, 60.0, checkpoint
    )
    runs = Conversations(database, owner, ("lamps-bot",), clock, pace, orders.lease_seconds)
    leases = SqlLeases(database, owner, clock, orders.lease_seconds)
    post = Post(database, leases, streams, Tally(), clock, checkpoint=checkpoint)
    inbox = SqlInbox(database, {"lamps-bot": "lamps"}, Wakeups(streams), clock, pace, checkpoint)
    jobs = [Worker(desk, runs).run(stop), Sender("lamps-bot", channel, post).run(stop)]
    receiving = asyncio.create_task(channel.receive(inbox)) if orders.receives else None
    await asyncio.gather(*jobs)
    if receiving:
        receiving.cancel()
    await database.engine.dispose()


async def agent_of(orders: Orders, database: Database) -> Agent:
    brand = load_brand(orders.folder / "lamps")
    shop = await open_shop(
        brand, database.engine, clock, "http://localhost:8080/pay", SecretStr("")
    )
    knowledge = SmallKnowledge(PASSAGES)
    services = Services(shop.orders, shop.payments, knowledge, speller_of(PASSAGES))
    return Agent(
        brand=brand,
        model=RuleModel(seconds=orders.model_seconds),
        prompts=load_prompts(brand),
        catalog=CatalogIndex(brand.products),
        services=replace(services),
        graph=build_graph(),
        log=Log(database.engine),
        clock=clock,
    )
