"""The real thing: operators, customers and a small Qwen, all at once in real browsers."""

import json
import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from agent.delivery_tables import conversations, outbox
from agent.log import events
from tests.brands.small_brand import write_brand
from tests.console.conftest import Opens
from tests.console.house import House, open_house

pytestmark = pytest.mark.live

SPEC = "embedded:qwen2.5-coder-0.5b"
# A model on cores that others use as well.
SLOW = 120_000
RETURNS = "# 退货\n\n签收后七天内可以无理由退货，商品要保持完好。\n\n退货运费由本店承担。\n"
QUESTION = "台灯可以调节亮度吗"
ANSWER = "台灯支持三档调节亮度，触摸开关即可切换。"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("real")
    brand = write_brand(folder / "lamps")
    (brand / "knowledge" / "returns.md").write_text(RETURNS, "utf-8")
    with open_house(folder, spec=SPEC, brand=brand, holding_seconds=100) as opened:
        yield opened


def ask(page: Page, text: str) -> None:
    page.locator("textarea").fill(text)
    page.locator("textarea").press("Enter")


def test_an_operator_watches_the_real_model_and_takes_over(house: House, opens: Opens) -> None:
    customer = opens("/chat/web/", width=390)
    ask(customer, "买了以后不喜欢，几天之内可以退货？")
    [row] = house.do(_opened(house))
    watching = opens(f"/console/conversations/{row['id']}", "operator")
    expect(watching.locator("#speaking .dots")).to_be_visible(timeout=SLOW)
    answered = customer.locator(".row.theirs .bubble:visible").last
    expect(answered).to_contain_text("七天", timeout=SLOW)
    expect(watching.locator(".said.bot[data-turn='1']")).to_contain_text("七天")
    expect(watching.locator(".facts").first).to_contain_text(SPEC)
    expect(watching.locator(".steps")).to_contain_text("search_knowledge")
    watching.get_by_role("button", name=re.compile("^接管$")).click()
    expect(watching.locator("#state")).to_contain_text("人工接待")
    watching.wait_for_timeout(600)
    ask(watching, "您好，我是真人小王。")
    expect(answered).to_have_text("您好，我是真人小王。")
    ask(customer, "退货运费谁出？")
    expect(watching.locator(".said.customer").last).to_contain_text("运费")
    watching.get_by_role("button", name="机器人代拟").click()
    expect(watching.locator("#text")).to_have_value(re.compile("承担"), timeout=SLOW)
    sent = house.do(house.rows(outbox, outbox.c.conversation == row["id"]))
    assert [one["author"] for one in sent if one["author"] != "notice"] == ["bot", "operator"]


def test_a_wrong_answer_of_the_real_model_becomes_a_green_case(house: House, opens: Opens) -> None:
    asked = house.write("chat-1", QUESTION)
    wrong = _replies(house, asked)[-1]["text"]
    assert "三档" not in wrong
    began = time.monotonic()
    page = opens(f"/console/conversations/{asked}?turn=1", "editor")
    page.get_by_role("link", name="标记错误回复").click()
    page.get_by_label("不完整").check()
    page.get_by_label("正确回复").fill(ANSWER)
    page.get_by_role("button", name="保存").click()
    page.get_by_label("必须说到").fill("三档")
    page.get_by_role("button", name="生成用例并运行").click()
    page.locator("#verdict[data-right=no]").wait_for(timeout=SLOW)
    page.get_by_role("button", name="发布知识").click()
    page.get_by_text("已生效").wait_for()
    page.get_by_role("button", name="立即运行用例").click()
    page.locator("#verdict[data-right=yes]").wait_for(timeout=SLOW)
    assert time.monotonic() - began < 120
    again = _replies(house, house.write("chat-2", QUESTION))[-1]
    assert "三档" in again["text"]
    assert again["model"] == SPEC


def _replies(house: House, conversation: str) -> list[dict]:
    which = (events.c.conversation == conversation, events.c.kind == "reply")
    return [json.loads(row["body"]) for row in house.do(house.rows(events, *which))]


async def _opened(house: House) -> list:
    """The customer's conversation, as soon as it is there."""
    while not (rows := await house.rows(conversations, conversations.c.bot == "web")):
        pass
    return rows
