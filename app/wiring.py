"""Putting it together: settings in, a running agent out."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncEngine

from agent.chat_model import ChatModel
from agent.graph import build_graph
from agent.log import Log
from agent.model import Model
from agent.models import ModelOptions, open_model
from agent.prompts import load_prompts
from agent.replay import ClosedShop
from agent.scripted import ScriptedModel
from agent.spelling import brand_words, speller_of
from agent.turn import Agent, Services
from app.progress import shown_progress
from app.settings import Settings
from knowledge.brand import Brand
from knowledge.brand_folder import load_brand
from knowledge.embed import open_embedder
from knowledge.notices import notices_in
from knowledge.search import BrandKnowledge
from tools.catalog import CatalogIndex
from tools.payments import DemoPayments
from tools.shop import open_shop
from tools.store import sqlite_engine

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Running:
    """An agent with what the commands need beside it."""

    agent: Agent
    payments: DemoPayments
    knowledge: BrandKnowledge
    log: Log


def real_time() -> datetime:
    """Now, aware: the one place where the machine's clock is read."""
    return datetime.now(UTC)  # noqa: TID251 - this is the clock that is handed to everybody


def model_options(settings: Settings) -> ModelOptions:
    """The part of the settings that models need."""
    return ModelOptions(
        cache_dir=settings.cache_dir,
        mirror=settings.model_mirror,
        threads=settings.threads,
        slots=settings.slots,
        context_tokens=settings.context_tokens,
        connect_seconds=settings.connect_seconds,
        first_token_seconds=settings.first_token_seconds,
        total_seconds=settings.total_seconds,
        ollama_url=settings.ollama_url,
        openai_url=settings.openai_url,
        openai_key=settings.openai_key.get_secret_value(),
    )


@asynccontextmanager
async def open_database(folder: Path) -> AsyncIterator[AsyncEngine]:
    """The database in a folder, made where it is missing."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    engine = sqlite_engine(folder / "digital-human.sqlite3")
    try:
        yield engine
    finally:
        await engine.dispose()


@asynccontextmanager
async def open_record(settings: Settings) -> AsyncIterator[Log]:
    """The conversation log alone."""
    async with open_database(settings.data_dir) as engine:
        log = Log(engine)
        await log.create_table()
        yield log


@asynccontextmanager
async def open_payments(settings: Settings) -> AsyncIterator[DemoPayments]:
    """The brand's payments alone."""
    brand = load_brand(settings.brand)
    async with open_database(settings.data_dir) as engine:
        page, key = settings.payment_page, settings.orders_key
        shop = await open_shop(brand, engine, real_time, page, key)
        try:
            yield shop.payments
        finally:
            await shop.close()


@asynccontextmanager
async def open_agent(
    settings: Settings,
    clock: Clock = real_time,
    database: Path | None = None,
    model: Model | None = None,
) -> AsyncIterator[Running]:
    """Everything a conversation needs; opened in order, closed in reverse, whatever happens.

    Args:
        settings: What to open.
        clock: What time it is, for tools and replies.
        database: The folder of the database, if not the one of the settings.
        model: A model that is open already and stays open; else the one of the settings is opened.
    """
    brand = load_brand(settings.brand)
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(open_database(database or settings.data_dir))
        log = Log(engine)
        await log.create_table()
        page, key = settings.payment_page, settings.orders_key
        shop = await open_shop(brand, engine, clock, page, key)
        stack.push_async_callback(shop.close)
        with shown_progress() as progress:
            if model is None:
                model = await open_model(settings.model, model_options(settings), progress)
                stack.push_async_callback(model.close)
            embedder = open_embedder(settings.embeddings, settings.ollama_url)
            folder = settings.data_dir / "knowledge" / brand.id
            knowledge = await BrandKnowledge.open(brand, folder, embedder, progress)
        stack.push_async_callback(knowledge.close)
        passages = await knowledge.passages()
        prompts = load_prompts(brand)
        known = brand_words(brand)
        speller = speller_of(passages, (*prompts.everyday, *known))
        services = Services(shop.orders, shop.payments, knowledge, speller, notices_in(passages))
        if isinstance(model, ChatModel):
            model.warm_up((prompts.decide, prompts.answer))
        agent = replace(_agent(settings, brand, model, services, log), clock=clock)
        yield Running(agent, shop.payments, knowledge, log)


@asynccontextmanager
async def fresh_shop(
    running: Running, settings: Settings, clock: Clock, folder: Path
) -> AsyncIterator[Running]:
    """The same agent over a new database in `folder`: orders, payments and record as at first."""
    page, key = settings.payment_page, settings.orders_key
    async with open_database(folder) as engine:
        log = Log(engine)
        await log.create_table()
        shop = await open_shop(running.agent.brand, engine, clock, page, key)
        try:
            services = replace(running.agent.services, orders=shop.orders, payments=shop.payments)
            agent = replace(running.agent, services=services, log=log)
            yield Running(agent, shop.payments, running.knowledge, log)
        finally:
            await shop.close()


def _agent(settings: Settings, brand: Brand, model: Model, services: Services, log: Log) -> Agent:
    small = settings.model.startswith("embedded")
    auto: Literal["quote", "write"] = "quote" if small else "write"
    return Agent(
        brand=brand,
        model=model,
        prompts=load_prompts(brand),
        catalog=CatalogIndex(brand.products),
        services=services,
        graph=build_graph(),
        log=log,
        clock=real_time,
        style=auto if settings.answers == "auto" else settings.answers,
        decisions=settings.decisions,
        max_steps=settings.max_steps,
    )


def recorded_agent(brand_folder: Path, log: Log) -> Agent:
    """An agent for exact replays: no model, no shop, no knowledge but what was recorded."""
    brand = load_brand(brand_folder)
    shop = ClosedShop()
    settings = Settings(model="embedded", answers="quote")
    services = Services(shop, shop, shop)
    return _agent(settings, brand, ScriptedModel(()), services, log)
