"""An operator who watches sees the bot type, its sentences and the steps, all by themselves."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import expect

from agent.channel import Inbound
from agent.model import Completion, OnText, Request
from agent.speaking import spoken_in
from app.wiring import real_time
from tests.console.conftest import Opens
from tests.console.house import House, open_house
from tests.delivery.fakes import RuleModel


@dataclass
class HeldModel(RuleModel):
    """Answers once it may."""

    may: asyncio.Event = field(default_factory=asyncio.Event)

    async def complete(self, request: Request, on_text: OnText | None = None) -> Completion:
        await self.may.wait()
        return await super().complete(request, on_text)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    model = HeldModel()
    model.may.set()
    # Nothing but the wait itself has the steps written down.
    with open_house(tmp_path_factory.mktemp("watched"), model, holding_seconds=600) as opened:
        yield opened


def begin(house: House, chat: str, text: str) -> None:
    """A customer writes; nobody waits for the answer."""
    inbound = Inbound("web", chat, f"{chat}+", real_time(), text=text, customer="u-1")
    house.do(house.service.inbox.put(inbound))


def publish(house: House, chat: str, **news: object) -> None:
    house.do(house.service.around.streams.publish(spoken_in("web", chat), news))


def test_a_running_turn_is_seen_from_its_typing_to_its_steps(house: House, opens: Opens) -> None:
    name = house.write("slow", "你好")
    page = opens(f"/console/conversations/{name}", "viewer")
    expect(page.locator("#inspector h2")).to_have_text("第 1 轮")
    house.loop.call_soon_threadsafe(house.model.may.clear)
    begin(house, "slow", "退货要几天？")
    expect(page.locator("#speaking .dots")).to_be_visible()
    expect(page.locator("#speaking")).to_contain_text("正在输入")
    expect(page.locator("#inspector h2")).to_have_text("第 2 轮")
    expect(page.locator("#reply")).to_contain_text("进行中")
    house.loop.call_soon_threadsafe(house.model.may.set)
    expect(page.locator(".said.bot[data-turn='2'] .bubble")).to_contain_text("七天无理由退货")
    expect(page.locator("#speaking")).to_be_hidden()
    expect(page.locator("#inspector")).to_contain_text("search_knowledge")
    expect(page.locator("#reply")).to_contain_text("七天无理由退货")


def test_sentences_are_shown_as_they_are_spoken_and_masked(house: House, opens: Opens) -> None:
    name = house.write("spoken", "你好")
    page = opens(f"/console/conversations/{name}", "operator")
    page.locator("body[data-live=on]").wait_for()
    publish(house, "spoken", kind="typing", turn=2)
    publish(house, "spoken", kind="sentence", turn=2, text="请打13812345678。<b>")
    publish(house, "spoken", kind="sentence", turn=2, text="随时都行。")
    spoken = page.locator("#speaking [data-text]")
    expect(spoken).to_have_text("请打138****5678。<b>随时都行。")
    # The talk is exchanged under it meanwhile, and it stays.
    house.post("operator", f"/conversations/{name}/notes", text="在看")
    page.evaluate("htmx.trigger('#talk', 'live:changed')")
    expect(spoken).to_have_text("请打138****5678。<b>随时都行。")
    # What is said in a later conversation of the same chat is not shown here.
    publish(house, "spoken", kind="sentence", turn=2, text="别的会话", conversation="another")
    publish(house, "spoken", kind="sentence", turn=2, text="。", conversation=name)
    expect(spoken).to_have_text("请打138****5678。<b>随时都行。。")
    publish(house, "spoken", kind="over", turn=2)
    expect(page.locator("#speaking")).to_be_hidden()


def test_steps_that_are_being_read_stay(house: House, opens: Opens) -> None:
    name = house.write("reader", "退货要几天？")
    page = opens(f"/console/conversations/{name}", "viewer")
    page.locator("#inspector summary").first.click()
    house.write("reader", "我的订单")
    expect(page.locator(".said.bot")).to_have_count(2)
    expect(page.locator("#inspector h2")).to_have_text("第 1 轮")
    page.goto(f"{house.url}/console/conversations/{name}?turn=1")
    house.write("reader", "你好")
    expect(page.locator(".said.bot[data-turn='3']")).to_be_visible()
    expect(page.locator("#inspector h2")).to_have_text("第 1 轮")


def test_a_note_is_seen_by_the_colleague_who_has_the_page_open(house: House, opens: Opens) -> None:
    name = house.write("noted", "你好")
    page = opens(f"/console/conversations/{name}", "operator")
    page.locator("body[data-live=on]").wait_for()
    page.locator(".jots [name=text]").fill("我也正写着")
    house.post("admin", f"/conversations/{name}/notes", text="请跟进<b>")
    expect(page.locator(".jot p[data-text]")).to_have_text("请跟进<b>")
    expect(page.locator(".jots [name=text]")).to_have_value("我也正写着")
