"""Everything a serving process has, opened: database, streams, brands, bots, worker, senders."""

import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from agent.breaker import BreakingModel
from agent.checkpoint import Checkpoint, passing
from agent.conversations import Conversations
from agent.desk import Desk
from agent.inbox import Pace, SqlInbox
from agent.leases import SqlLeases, SqlNotebook
from agent.log import Log
from agent.model import Model
from agent.outbox import Announcer
from agent.sender import Post, Sender
from agent.streams import MemoryStreams, Streams
from agent.streams_redis import RedisStreams, redis_streams
from agent.wakeups import Wakeups
from agent.watching import Watcher
from agent.worker import Worker
from app.bots import Around, Bot, OpenBot, Outlet, open_channel
from app.channels_file import load_bots
from app.learning import Around as LearnsFrom
from app.learning import Learning, open_learning
from app.metrics import Metrics
from app.settings import Settings
from app.tracing import Both, open_traces
from app.wiring import Clock, Common, Running, open_brand, open_common, real_time, warm_up

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Service:
    """What `serve` and `worker` run; `redis` is there where one is set."""

    common: Common
    breaker: BreakingModel
    bots: tuple[OpenBot, ...]
    around: Around
    inbox: SqlInbox
    worker: Worker
    senders: tuple[Sender, ...]
    announcer: Announcer
    metrics: Metrics
    redis: RedisStreams | None
    learning: Learning
    retention_days: int = 0


@asynccontextmanager
async def open_service(
    settings: Settings,
    clock: Clock = real_time,
    model: Model | None = None,
    checkpoint: Checkpoint = passing,
    lease_seconds: float = 8.0,
) -> AsyncIterator[Service]:
    """Open it all, in order; what was opened is closed again, whatever happens.

    After `lease_seconds` without a sign of life others take over what this process does.
    """
    bots = load_bots(settings.channels, settings.brand)
    async with AsyncExitStack() as stack:
        common = await stack.enter_async_context(open_common(settings, clock, model=model))
        breaker = BreakingModel(common.model)
        brands = await _brands(settings, bots, replace(common, model=breaker), stack)
        warm_up(common.model, brands.values())
        streams = await _streams(settings, stack)
        around = await _around(common, streams, stack, lease_seconds)
        outlet = Outlet(around.notebook, around.leases, clock, around.http)
        opened = tuple(
            OpenBot(
                bot,
                brands[bot.brand],
                open_channel(bot, brands[bot.brand].agent.brand, outlet, stack),
            )
            for bot in bots
        )
        metrics = Metrics()
        watchers = (metrics, _watcher(settings, metrics, stack))
        agents = {one.running.agent.brand.id: one.running.agent for one in opened}
        learns_from = LearnsFrom(common.database, around.leases, common.embedder, clock)
        running = tuple(brands.values())
        learning = open_learning(settings, running, agents, learns_from, stack)
        watching = (checkpoint, *watchers)
        yield _service(settings, (common, breaker), opened, around, watching, learning)


def _watcher(settings: Settings, metrics: Metrics, stack: AsyncExitStack) -> Watcher:
    if not settings.trace_url:
        return metrics
    traces, finish = open_traces(settings.trace_url)
    stack.callback(finish)
    return Both(metrics, traces)


async def _brands(
    settings: Settings, bots: tuple[Bot, ...], common: Common, stack: AsyncExitStack
) -> dict[Path, Running]:
    brands: dict[Path, Running] = {}
    ids: dict[str, Path] = {}
    for bot in bots:
        if bot.brand in brands:
            continue
        running = await stack.enter_async_context(open_brand(settings, bot.brand, common))
        brand = running.agent.brand
        if brand.id in ids:
            raise ValueError(f"{bot.brand} and {ids[brand.id]} are both the brand {brand.id!r}")
        brands[bot.brand], ids[brand.id] = running, bot.brand
    return brands


async def _streams(settings: Settings, stack: AsyncExitStack) -> Streams:
    url = settings.redis_url.get_secret_value()
    return await stack.enter_async_context(redis_streams(url)) if url else MemoryStreams()


async def _around(
    common: Common, streams: Streams, stack: AsyncExitStack, lease_seconds: float
) -> Around:
    owner = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
    return Around(
        database=common.database,
        notebook=SqlNotebook(common.database),
        leases=SqlLeases(common.database, owner, common.clock, lease_seconds),
        streams=streams,
        clock=common.clock,
        http=await stack.enter_async_context(httpx.AsyncClient(timeout=httpx.Timeout(10.0))),
    )


def _service(
    settings: Settings,
    models: tuple[Common, BreakingModel],
    bots: tuple[OpenBot, ...],
    around: Around,
    watching: tuple[Checkpoint, Metrics, Watcher],
    learning: Learning,
) -> Service:
    common, breaker = models
    checkpoint, metrics, watcher = watching
    database, clock, streams = common.database, common.clock, around.streams
    pace = Pace(settings.burst_quiet_seconds, settings.burst_max_seconds)
    brand_of = {one.bot.name: one.running.agent.brand for one in bots}
    channels = {one.bot.name: one.channel for one in bots}
    desk = Desk(
        database=database,
        log=Log(database.engine),
        agents=learning.brands.agents,
        channels=channels,
        streams=streams,
        watcher=watcher,
        clock=clock,
        holding_seconds=settings.holding_seconds,
        checkpoint=checkpoint,
    )
    leases = around.leases
    runs = Conversations(
        database, leases.owner, tuple(channels), clock, pace, lease_seconds=leases.seconds
    )
    post = Post(database, leases, streams, watcher, clock, checkpoint=checkpoint)
    names = {name: brand.id for name, brand in brand_of.items()}
    languages = {brand.id: brand.language for brand in brand_of.values()}
    wakeups = Wakeups(streams)
    return Service(
        common=common,
        breaker=breaker,
        bots=bots,
        around=around,
        inbox=SqlInbox(database, names, wakeups, clock, pace, checkpoint),
        worker=Worker(desk, runs, settings.turns_at_once),
        senders=tuple(Sender(name, channel, post) for name, channel in channels.items()),
        announcer=Announcer(database, channels, languages, streams, clock),
        metrics=metrics,
        redis=streams if isinstance(streams, RedisStreams) else None,
        learning=learning,
        retention_days=settings.retention_days,
    )
