"""What `doctor` says of serving: database, Redis, channels file, each bot."""

import asyncio
from contextlib import AsyncExitStack

import httpx
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from agent.channel import DeliveryError
from agent.channel_state import MemoryLeases, MemoryNotebook
from agent.database import Database
from agent.streams_redis import redis_at, set_up_faults
from app.bots import Bot, Outlet, open_channel
from app.channels_file import ChannelsError, load_bots
from app.databases import engine_of
from app.doctor import Check
from app.schema import is_current
from app.settings import Settings
from app.wiring import real_time
from knowledge.brand import BrandError
from knowledge.brand_folder import load_brand

_SECONDS = 10.0


async def service_checks(settings: Settings) -> list[Check]:
    """Everything worth knowing before `serve`."""
    outer = await asyncio.gather(_postgresql(settings), _redis(settings))
    return [*(check for check in outer if check), *await _bots(settings)]


async def _postgresql(settings: Settings) -> Check | None:
    if not settings.database_url.get_secret_value():
        return None
    fix = "Start it, or check DIGITAL_HUMAN_DATABASE_URL; without it a file is used."
    try:
        engine = engine_of(settings)
    except ValueError as error:
        return Check("postgresql", ok=False, text=str(error), fix=fix)
    try:
        async with asyncio.timeout(_SECONDS), engine.connect() as connection:
            version = await connection.scalar(text("SHOW server_version"))
        current = await is_current(Database(engine))
    except (SQLAlchemyError, OSError) as error:
        kind = type(error).__name__
        return Check("postgresql", ok=False, text=f"cannot be used: {kind}", fix=fix)
    finally:
        await engine.dispose()
    tables = "" if current else "; its tables are made at the first start"
    return Check("postgresql", ok=True, text=f"version {version}{tables}")


async def _redis(settings: Settings) -> Check:
    url = settings.redis_url.get_secret_value()
    if not url:
        return Check("redis", ok=None, text="not used; one process does without it")
    fix = "Start it, or check DIGITAL_HUMAN_REDIS_URL. Nothing is lost without it, but all waits."
    try:
        redis = redis_at(url)
    except ValueError:
        return Check("redis", ok=False, text="the address is none", fix=fix)
    try:
        async with asyncio.timeout(_SECONDS):
            faults = await set_up_faults(redis)
    except (RedisError, OSError) as error:
        return Check("redis", ok=False, text=f"does not answer: {type(error).__name__}", fix=fix)
    finally:
        await redis.aclose()
    if faults:
        return Check("redis", ok=None, text="; ".join(faults), fix="Change it with CONFIG SET.")
    return Check("redis", ok=True, text="answers, and is set up for this")


async def _bots(settings: Settings) -> list[Check]:
    file = settings.channels
    try:
        bots = load_bots(file, settings.brand)
    except ChannelsError as error:
        return [Check("channels", ok=False, text=str(error), fix="See docs/running.md.")]
    if not file.exists():
        return [Check("channels", ok=None, text=f"no {file}: `serve` offers one web chat")]
    names = ", ".join(f"{bot.name} ({bot.channel})" for bot in bots)
    checked = await asyncio.gather(*(_bot(bot) for bot in bots))
    return [Check("channels", ok=True, text=f"{file}: {names}"), *checked]


async def _bot(bot: Bot) -> Check:
    name = f"bot {bot.name}"
    try:
        brand = load_brand(bot.brand)
    except (BrandError, OSError) as error:
        return Check(name, ok=False, text=f"{bot.brand}: {error}", fix="Correct its brand.")
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=_SECONDS))
        outlet = Outlet(MemoryNotebook(), MemoryLeases(), real_time, http)
        opened = open_channel(bot, brand, outlet, stack)
        if opened.check is None:
            return Check(name, ok=True, text=f"{bot.channel}, for {brand.name}")
        try:
            async with asyncio.timeout(_SECONDS):
                return Check(name, ok=True, text=await opened.check())
        except (DeliveryError, TimeoutError) as error:
            text = str(error) or "no answer"
            fix = "Check its secrets, and that this machine reaches its provider."
            return Check(name, ok=False, text=text, fix=fix)
