"""Putting it together: settings in, a running agent out."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from agent.chat_model import ChatModel
from agent.database import Database
from agent.graph import build_graph
from agent.log import Log
from agent.model import Model
from agent.models import ModelOptions, open_model
from agent.prompts import load_prompts
from agent.replay import ClosedShop
from agent.scripted import ScriptedModel
from agent.spelling import brand_words, speller_from
from agent.turn import Agent, Services
from app.building import knowledge_builder
from app.databases import open_database, scratch_database
from app.progress import shown_progress
from app.settings import Settings
from knowledge.brand import Brand
from knowledge.brand_folder import load_brand
from knowledge.embed import Embedder, open_embedder
from knowledge.search import BrandKnowledge
from tools.catalog import CatalogIndex
from tools.payments import DemoPayments
from tools.shop import Shop, open_shop

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Running:
    """An agent with what the commands need beside it."""

    agent: Agent
    shop: Shop
    knowledge: BrandKnowledge
    log: Log

    @property
    def payments(self) -> DemoPayments:
        """Where payments are entered."""
        return self.shop.payments


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
async def open_record(settings: Settings) -> AsyncIterator[Log]:
    """The conversation log alone."""
    async with open_database(settings) as database:
        yield Log(database.engine)


@asynccontextmanager
async def open_payments(settings: Settings) -> AsyncIterator[DemoPayments]:
    """The brand's payments alone."""
    brand = load_brand(settings.brand)
    async with open_database(settings) as database:
        page, key = settings.payment_page, settings.orders_key
        shop = await open_shop(brand, database.engine, real_time, page, key)
        try:
            yield shop.payments
        finally:
            await shop.close()


@dataclass(frozen=True)
class Common:
    """What all brands of a process share."""

    database: Database
    model: Model
    embedder: Embedder
    clock: Clock


@asynccontextmanager
async def open_common(
    settings: Settings,
    clock: Clock = real_time,
    folder: Path | None = None,
    model: Model | None = None,
) -> AsyncIterator[Common]:
    """The database, the model and the embedder; closed in reverse, whatever happens.

    Args:
        settings: What to open.
        clock: What time it is, for tools and replies.
        folder: A folder for a database of its own, if not the one of the settings.
        model: A model that is open already and stays open; else the one of the settings is opened.
    """
    async with AsyncExitStack() as stack:
        opening = scratch_database(folder) if folder else open_database(settings)
        database = await stack.enter_async_context(opening)
        if model is None:
            with shown_progress() as progress:
                model = await open_model(settings.model, model_options(settings), progress)
            stack.push_async_callback(model.close)
        embedder = open_embedder(settings.embeddings, settings.ollama_url)
        yield Common(database, model, embedder, clock)


@asynccontextmanager
async def open_brand(settings: Settings, folder: Path, common: Common) -> AsyncIterator[Running]:
    """One brand's agent over what all brands share."""
    brand = load_brand(folder)
    async with AsyncExitStack() as stack:
        page, key = settings.payment_page, settings.orders_key
        shop = await open_shop(brand, common.database.engine, common.clock, page, key)
        stack.push_async_callback(shop.close)
        with shown_progress() as progress:
            builder = knowledge_builder(brand, settings, common.embedder, progress)
            knowledge = await BrandKnowledge.open_with(builder)
        stack.push_async_callback(knowledge.close)
        told = await knowledge.gleaned()
        speller = speller_from(told.words, (*load_prompts(brand).everyday, *brand_words(brand)))
        services = Services(shop.orders, shop.payments, knowledge, speller, told.notices)
        log = Log(common.database.engine)
        agent = _agent(settings, brand, common.model, services, log)
        yield Running(replace(agent, clock=common.clock), shop, knowledge, log)


@asynccontextmanager
async def open_agent(
    settings: Settings,
    clock: Clock = real_time,
    database: Path | None = None,
    model: Model | None = None,
) -> AsyncIterator[Running]:
    """Everything a conversation with one brand needs; the arguments are those of `open_common`."""
    async with (
        open_common(settings, clock, database, model) as common,
        open_brand(settings, settings.brand, common) as running,
    ):
        warm_up(common.model, (running,))
        yield running


def warm_up(model: Model, brands: Iterable[Running]) -> None:
    """Let the model read the fixed prompts while nobody waits."""
    if isinstance(model, ChatModel):
        prompts = [running.agent.prompts for running in brands]
        texts = (text for own in prompts for text in (own.decide, own.restate))
        judged = dict.fromkeys(own.answer for own in prompts)
        model.warm_up(tuple(dict.fromkeys(texts)), tuple(judged))


@asynccontextmanager
async def fresh_shop(
    running: Running, settings: Settings, clock: Clock, folder: Path
) -> AsyncIterator[Running]:
    """The same agent over a new database in `folder`: orders, payments and record as at first."""
    page, key = settings.payment_page, settings.orders_key
    async with scratch_database(folder) as database:
        log = Log(database.engine)
        shop = await open_shop(running.agent.brand, database.engine, clock, page, key)
        try:
            services = replace(running.agent.services, orders=shop.orders, payments=shop.payments)
            agent = replace(running.agent, services=services, log=log)
            yield Running(agent, shop, running.knowledge, log)
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
