"""Prices and brand.toml that change while customers are served."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from agent.database import Database
from app.brand_files import BrandFiles
from app.databases import scratch_database
from app.live_brands import LiveBrands
from knowledge.brand import BrandError
from knowledge.brand_folder import load_brand
from knowledge.search import BrandKnowledge
from knowledge.table import shelve
from tests.agent.conftest import Talk, make_talk
from tests.brands.small_brand import write_brand
from tests.console.house import House
from tests.delivery.fakes import eventually
from tests.knowledge.conftest import CountingEmbedder
from tools.context import Caller, ToolRefusedError
from tools.shop import open_shop


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with scratch_database(tmp_path / "record") as opened:
        yield opened


@dataclass
class Street:
    """Two shops in one process, lamps and shades; `index` is where that of the lamps is."""

    live: LiveBrands
    lamps: Path
    shades: Path
    index: Path
    talk: Talk

    def price(self, brand: str = "lamps") -> int:
        product = self.live.agents[brand].brand.product("L-1")
        return product.price_cents if product else 0

    async def told(self, query: str = "晨光阅读台灯 白色 价格") -> str:
        found = await self.live.knowledge["lamps"].search(query)
        return found.hits[0].passage.text


@asynccontextmanager
async def on_street(folder: Path, database: Database) -> AsyncIterator[Street]:
    """Its own process's view of the shops, which may be there already."""
    async with AsyncExitStack() as stack:
        talk = await stack.enter_async_context(make_talk(folder / f"p{time.monotonic_ns()}"))
        agents, knowledge, shops = {}, {}, {}
        for name in ("lamps", "shades"):
            if not (folder / name).exists():
                write_brand(folder / name)
                change(folder / name / "brand.toml", 'id = "lamps"', f'id = "{name}"')
            brand = load_brand(folder / name)
            shop = await open_shop(
                brand, database.engine, talk.clock, "http://localhost:8080/pay", SecretStr("")
            )
            stack.push_async_callback(shop.close)
            services = replace(talk.agent.services, orders=shop.orders, payments=shop.payments)
            agents[name] = replace(talk.agent, brand=brand, services=services)
            index = folder / f"index of {name}"
            knowledge[name] = await BrandKnowledge.open(
                brand, index, CountingEmbedder(), None, shelve
            )
            shops[name] = shop
        live = LiveBrands(agents, knowledge, shops, database)
        following = asyncio.create_task(live.follow())
        yield Street(live, folder / "lamps", folder / "shades", folder / "index of lamps", talk)
        following.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await following


@pytest.fixture
async def street(tmp_path: Path, database: Database) -> AsyncIterator[Street]:
    async with on_street(tmp_path, database) as opened:
        # So that what is written now is written after the first look.
        await asyncio.sleep(0.8)
        yield opened


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


async def until(what, seconds: float = 4) -> None:
    async def so() -> bool:
        return what()

    await eventually(so, seconds)


async def test_a_price_that_is_saved_is_said_searched_and_sold_for_within_two_seconds(
    street: Street,
) -> None:
    change(street.lamps / "catalog.csv", "168.00", "188.00")
    await until(lambda: street.price() == 188_00, 2)
    assert "188.00元" in await street.told()
    caller = Caller("lamps", "c-1", 1, "u-1")
    agent = street.live.agents["lamps"]
    summary = await agent.services.payments.propose("L-1", 1, caller)
    assert summary.total_cents == 188_00
    assert agent.catalog.resolve("L-1").price_cents == 188_00


async def test_a_yes_to_the_old_price_buys_nothing_at_the_new_one(street: Street) -> None:
    caller = Caller("lamps", "c-1", 1, "u-1")
    old = await street.live.agents["lamps"].services.payments.propose("L-1", 1, caller)
    change(street.lamps / "catalog.csv", "168.00", "188.00")
    await until(lambda: street.price() == 188_00)
    with pytest.raises(ToolRefusedError) as refused:
        await street.live.agents["lamps"].services.payments.confirm(old.token, caller)
    assert refused.value.code == "expired"


async def test_a_turn_that_runs_goes_on_with_the_catalogue_it_began_with(street: Street) -> None:
    running = street.live.agents["lamps"]
    change(street.lamps / "catalog.csv", "168.00", "188.00")
    await until(lambda: street.price() == 188_00)
    caller = Caller("lamps", "c-1", 1, "u-1")
    assert running.catalog.resolve("L-1").price_cents == 168_00
    assert (await running.services.payments.propose("L-1", 1, caller)).total_cents == 168_00


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("catalog.csv", "168.00", "一百六", "catalog.csv, line 2, price: expected an amount"),
        ("catalog.csv", "L-2,", "L-9,", "demo/orders.csv, line 3, items"),
        ("brand.toml", 'name = "灯火小铺"', "name = 灯火小铺", "brand.toml: expected TOML"),
        ("examples.jsonl", "lookup_order", "drop_tables", "examples.jsonl"),
    ],
)
async def test_of_a_file_with_a_mistake_one_line_is_logged_and_the_old_one_stays(
    street: Street, caplog: pytest.LogCaptureFixture, file: str, old: str, new: str, reason: str
) -> None:
    before = street.live.agents["lamps"].brand
    change(street.lamps / file, old, new)
    await until(lambda: reason in caplog.text)
    write_text(street.lamps / "knowledge" / "gift.md", "# 礼品盒\n\n礼品盒收六元。\n")
    await until(lambda: street.live.knowledge["lamps"].version > 1)
    assert street.live.agents["lamps"].brand == before
    assert caplog.text.count(reason) == 1
    assert "what was read before stays in use" in caplog.text
    change(street.lamps / file, new, old.replace("168.00", "177.00"))
    change(street.lamps / "brand.toml", "亲切", "热情")
    await until(lambda: street.live.agents["lamps"].brand.persona.startswith("热情"))


async def test_a_brand_with_a_mistake_holds_no_other_up(street: Street) -> None:
    change(street.lamps / "catalog.csv", "168.00", "一百六")
    change(street.shades / "catalog.csv", "168.00", "99.00")
    await until(lambda: street.price("shades") == 99_00)
    assert street.price("lamps") == 168_00


async def test_what_takes_a_restart_is_said_and_the_rest_is_taken_up(
    street: Street, caplog: pytest.LogCaptureFixture
) -> None:
    toml = street.lamps / "brand.toml"
    text = toml.read_text("utf-8")
    for old, new in (
        ('agent_name = "小灯"', 'agent_name = "大灯"'),
        ("Asia/Shanghai", "Europe/Berlin"),
        ('source = "demo"', 'source = "https://orders.example/api"'),
    ):
        text = text.replace(old, new)
    toml.write_text(text, "utf-8")
    await until(lambda: street.live.agents["lamps"].brand.agent_name == "大灯")
    brand = street.live.agents["lamps"].brand
    assert (brand.timezone.key, brand.orders_source) == ("Asia/Shanghai", "demo")
    assert "brand.timezone, orders.source: a change takes a restart" in caplog.text


async def test_two_processes_agree_on_one_version_with_the_new_price(
    street: Street, tmp_path: Path, database: Database
) -> None:
    async with on_street(tmp_path, database) as other:
        await asyncio.sleep(0.8)
        change(street.lamps / "catalog.csv", "晨光阅读台灯 白色", "暮光阅读台灯 白色")
        both = (street, other)

        def know() -> bool:
            return all(
                "暮光" in (one.live.agents["lamps"].brand.product("L-1") or before).name
                for one in both
            )

        before = street.live.agents["lamps"].brand.products[0]
        await until(know)
        await asyncio.sleep(1.5)
        versions = [one.live.knowledge["lamps"].version for one in both]
        assert versions == [2, 2]
        assert "暮光" in await other.told("暮光阅读台灯")


def write_text(file: Path, text: str) -> None:
    file.write_text(text, "utf-8")


async def test_what_was_refused_is_tried_again_once_its_picture_is_there(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder, now = write_brand(tmp_path / "lamps"), [0.0]
    brand, files = load_brand(folder), BrandFiles(folder, lambda: now[0])
    change(folder / "catalog.csv", "images/desk.jpg|images/dark.jpg", "images/new.jpg")
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            with pytest.raises(BrandError) as refused:
                await files.loaded(brand)
            files.note(str(refused.value))
            now[0] += 6
    assert caplog.text.count("catalog.csv, line 3, images") == 1
    (folder / "images" / "new.jpg").write_text("a picture", "utf-8")
    assert (await files.loaded(brand)).products[1].images == ("images/new.jpg",)


async def test_a_file_that_is_just_being_written_is_left_alone(tmp_path: Path) -> None:
    files = BrandFiles(write_brand(tmp_path / "lamps"))
    files.at_rest()
    assert files.at_rest()
    change(tmp_path / "lamps" / "catalog.csv", "168.00", "188.00")
    assert not files.at_rest()
    assert files.at_rest()


def test_customers_of_a_service_are_told_the_new_price_and_see_the_new_name(
    house: House,
) -> None:
    agents = house.service.learning.brands.agents
    folder = agents["lamps"].brand.folder
    asked = house.write("before", "晨光阅读台灯 白色多少钱")
    assert "168" in said_in(house, asked)
    (folder / "images" / "new.jpg").write_text("a picture", "utf-8")
    change(folder / "catalog.csv", "L-1,images/desk.jpg", "L-1,images/new.jpg")
    change(folder / "catalog.csv", "168.00", "188.00")
    change(folder / "brand.toml", 'name = "灯火小铺"', 'name = "灯火大铺"')

    async def known() -> bool:
        brand = agents["lamps"].brand
        return brand.name == "灯火大铺" and brand.products[0].price_cents == 188_00

    house.do(eventually(known, 4))
    asked = house.write("after", "晨光阅读台灯 白色多少钱")
    assert "188" in said_in(house, asked)
    with house.client("admin") as client:
        assert "灯火大铺" in client.get("/chat/web/").text
        assert client.get("/chat/web/images/new.jpg").status_code == 200
        assert client.get("/console/brands/lamps/pictures/images/new.jpg").status_code == 200


def said_in(house: House, conversation: str) -> str:
    events = house.do(house.service.learning.brands.agents["lamps"].log.read(conversation))
    return [event.body["text"] for event in events if event.kind == "reply"][-1]
