"""What an operator adds in one process, another one knows a moment later."""

import asyncio
import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr

from agent.database import Database
from app.live_brands import LiveBrands
from console.lessons import LessonError
from knowledge.change import load_order
from knowledge.index import Builder
from knowledge.manifest import read_manifest
from knowledge.products import CATALOG
from knowledge.search import BrandKnowledge
from knowledge.snippets import Snippet, add_snippet
from knowledge.table import shelve
from tests.agent.conftest import Talk
from tests.delivery.fakes import eventually
from tests.knowledge.conftest import CountingEmbedder
from tools.shop import open_shop

PAYMENT_PAGE = "http://localhost:8080/pay"


@pytest.fixture
async def two(talk: Talk, tmp_path, database: Database):
    """Two processes' views of one brand and one index."""
    brand, index = talk.agent.brand, tmp_path / "index"
    shop = await open_shop(brand, database.engine, talk.clock, PAYMENT_PAGE, SecretStr(""))
    views = []
    for _ in range(2):
        knowledge = await BrandKnowledge.open(brand, index, CountingEmbedder(), None, shelve)
        agents, shops = {brand.id: talk.agent}, {brand.id: shop}
        views.append(LiveBrands(agents, {brand.id: knowledge}, shops, database))
    return views


@dataclass
class LargeShop:
    """A served brand to which every index is a large one, made anew only once it is `ready`."""

    live: LiveBrands
    knowledge: BrandKnowledge
    builder: Builder
    catalog: Path
    asked: list[int]
    ready: asyncio.Event

    def change(self, old: str, new: str) -> None:
        text = self.catalog.read_text("utf-8")
        assert old in text
        self.catalog.write_text(text.replace(old, new), "utf-8")

    async def told(self) -> str:
        found = await self.knowledge.search("暮光阅读台灯 价格")
        return found.hits[0].passage.text

    async def sells_for(self, cents: int, seconds: float) -> None:
        async def known() -> bool:
            return self.live.agents["lamps"].brand.products[0].price_cents == cents

        await eventually(known, seconds)

    async def waits(self) -> bool:
        return bool(self.asked)

    def is_made_for_its_names(self) -> bool:
        brand, manifest = self.live.agents["lamps"].brand, read_manifest(self.builder.folder)
        assert manifest is not None
        own = replace(self.builder, brand=brand).recipe
        return manifest.recipe == own and not self.knowledge.makes_anew(brand)


@pytest.fixture
async def large(talk, tmp_path: Path, database: Database) -> LargeShop:
    brand, ready = talk.agent.brand, asyncio.Event()
    asked: list[int] = []

    async def slowly(folder: Path, change_folder: Path) -> int:
        order = load_order(change_folder)
        if order.base is None and order.version > 1:
            asked.append(order.version)
            await ready.wait()
        return await shelve(folder, change_folder)

    builder = Builder(brand, tmp_path / "index", CountingEmbedder(), shelve=slowly, small=2)
    knowledge = await BrandKnowledge.open_with(builder)
    shop = await open_shop(brand, database.engine, talk.clock, PAYMENT_PAGE, SecretStr(""))
    live = LiveBrands({"lamps": talk.agent}, {"lamps": knowledge}, {"lamps": shop}, database)
    return LargeShop(live, knowledge, builder, brand.folder / "catalog.csv", asked, ready)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_snippet_is_found_by_another_process_within_seconds(two, talk):
    here, there = two
    following = asyncio.create_task(there.follow())
    await asyncio.sleep(0)
    await add_snippet(
        talk.agent.brand.folder,
        Snippet("能调光吗", "支持三档调光", "li", date(2026, 11, 28), date(2027, 5, 28)),
    )
    version = await here.refresh("lamps")
    knowledge = there.knowledge["lamps"]

    async def known() -> bool:
        return knowledge.version == version

    await eventually(known, 5)
    found = await knowledge.search("能调光吗")
    assert found.hits[0].passage.text == "支持三档调光"
    following.cancel()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_file_that_is_saved_is_answered_from_within_two_seconds(two, talk):
    _, there = two
    following = asyncio.create_task(there.follow())
    knowledge, file = there.knowledge["lamps"], talk.agent.brand.folder / "knowledge" / "gift.md"
    for fee in ("礼品盒收六元", "礼品盒收八元"):
        await asyncio.sleep(0.5)
        file.write_text(f"# 礼品盒\n\n{fee}。\n", "utf-8")

        async def known(fee: str = fee) -> bool:
            found = await knowledge.search("礼品盒收多少")
            return any(fee in hit.passage.text for hit in found.hits)

        await eventually(known, 2)
    following.cancel()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_an_example_is_in_the_prompt_at_once_and_a_wrong_one_nowhere(two):
    here, _ = two
    before = here.agents["lamps"].prompts.fingerprint
    await here.add_example("lamps", "我要查快递", [{"tool": "list_orders", "args": {}}])
    assert here.agents["lamps"].prompts.fingerprint != before
    assert "我要查快递" in here.agents["lamps"].prompts.decide
    with pytest.raises(LessonError, match="tool"):
        await here.add_example("lamps", "删库", [{"tool": "drop_tables", "args": {}}])
    lines = (here.agents["lamps"].brand.folder / "examples.jsonl").read_text("utf-8")
    assert "删库" not in lines
    assert all(json.loads(line) for line in lines.splitlines() if line)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_an_example_that_another_process_wrote_is_in_the_prompt_soon(two):
    here, there = two
    following = asyncio.create_task(there.follow())
    await asyncio.sleep(0.2)
    await here.add_example("lamps", "我要查快递", [{"tool": "list_orders", "args": {}}])

    async def known() -> bool:
        return "我要查快递" in there.agents["lamps"].prompts.decide

    await eventually(known, 3)
    following.cancel()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_new_prices_do_not_wait_for_a_large_index_that_new_names_make_anew(
    large: LargeShop,
):
    large.change("晨光阅读台灯 白色", "暮光阅读台灯 白色")
    large.change("168.00", "188.00")
    refreshing = asyncio.create_task(large.live.refresh("lamps"))
    await large.sells_for(188_00, 5)
    assert "188.00元" in await large.told()
    assert not refreshing.done()
    large.ready.set()
    await refreshing
    assert large.is_made_for_its_names()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_price_that_is_saved_while_a_large_index_is_made_anew_holds_within_two_seconds(
    large: LargeShop,
):
    large.change("晨光阅读台灯 白色", "暮光阅读台灯 白色")
    refreshing = asyncio.create_task(large.live.refresh("lamps"))
    await eventually(large.waits, 5)
    for old, new in (("168.00", "178.00"), ("178.00", "188.00")):
        large.change(old, new)
        await large.sells_for(int(new[:3]) * 100, 2)
        assert f"{new}元" in await large.told()
    large.change("L-2,", "L-9,")  # which an order is of
    await asyncio.sleep(0.8)
    assert not refreshing.done()
    large.ready.set()
    await refreshing
    assert large.is_made_for_its_names()
    (passage,) = [one for one in await large.knowledge.passages(CATALOG) if one.sku == "L-1"]
    assert "188.00元" in passage.text
    large.change("L-9,", "L-2,")
    large.change("188.00", "199.00")
    await large.live.refresh("lamps")
    await large.sells_for(199_00, 1)
