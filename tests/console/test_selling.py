"""An operator sells with the bot's own tools: nothing is bought before the customer says yes."""

import json
import re

import pytest
from playwright.sync_api import expect

from agent.delivery_tables import conversations
from agent.log import events
from console.tables import audit
from tests.console.conftest import Opens
from tests.console.house import House
from tools.store import demo_orders


def taken(house: House, chat: str) -> str:
    """A customer's conversation that an operator answers."""
    name = house.write(chat, "你好")
    assert house.post("operator", f"/conversations/{name}/take-over").status_code == 303
    return name


def propose(house: House, name: str, sku: str = "L-1", quantity: str = "2") -> int:
    form = {"sku": sku, "quantity": quantity}
    return house.post("operator", f"/conversations/{name}/propose", **form).status_code


def order(house: House, name: str) -> int:
    return house.post("operator", f"/conversations/{name}/order").status_code


def orders(house: House) -> int:
    return len(house.do(house.rows(demo_orders)))


def told(house: House, name: str) -> list[dict]:
    """What the operator sent, as it is on record."""
    which = (events.c.conversation == name, events.c.kind == "operator")
    bodies = [json.loads(row["body"]) for row in house.do(house.rows(events, *which))]
    return [body for body in bodies if body["act"] == "say"]


def test_a_purchase_waits_for_the_customers_own_press(house: House, opens: Opens) -> None:
    customer = opens("/chat/web/", width=390)
    customer.locator("textarea").fill("你好")
    customer.locator("textarea").press("Enter")
    customer.locator(".row.theirs .bubble:visible").nth(1).wait_for()
    [row] = house.do(house.rows(conversations, conversations.c.bot == "web"))
    page = opens(f"/console/conversations/{row['id']}", "operator")
    page.get_by_role("button", name=re.compile("^接管$")).click()
    page.get_by_role("button", name="商品与付款链接").click()
    page.locator(".sold", has_text="L-2").get_by_label("数量").fill("2")
    page.get_by_role("button", name="请顾客确认购买晨光阅读台灯 黑色").click()
    expect(page.locator("#deal")).to_contain_text("晨光阅读台灯 黑色 ×2 · 等顾客回复")
    before = orders(house)
    assert order(house, row["id"]) == 409
    summary = customer.locator(".row.theirs", has_text="请确认：晨光阅读台灯 黑色 ×2")
    expect(summary).to_contain_text("合计 357元")
    summary.get_by_role("button", name="确认下单").click()
    page.get_by_role("button", name="下单并发送付款链接").click()
    expect(page.locator(".payment")).to_contain_text("357.00 CNY")
    expect(page.locator("#deal form")).to_have_count(0)
    expect(customer.locator(".row.theirs", has_text="付款链接").last).to_contain_text("357")
    assert orders(house) == before + 1
    acts = house.do(house.rows(audit, audit.c.conversation == row["id"]))
    assert [one["act"] for one in acts][-3:] == ["say", "order", "say"]


@pytest.mark.parametrize(
    "words",
    [(), ("多少钱？",), ("确认", "不要了"), ("确认", "等一下"), ("帮我确认一下地址是不是写错了",)],
)
def test_without_a_plain_yes_nothing_is_ordered(house: House, words) -> None:
    name = taken(house, f"chat-{'-'.join(words)}")
    assert propose(house, name) == 303
    before = orders(house)
    for text in words:
        house.write(f"chat-{'-'.join(words)}", text)
    assert order(house, name) == 409
    assert orders(house) == before


def test_a_yes_to_an_earlier_summary_is_none_to_the_next(house: House) -> None:
    name = taken(house, "twice")
    propose(house, name)
    house.write("twice", "确认")
    propose(house, name, "L-2", "1")
    assert order(house, name) == 409
    house.write("twice", "好的")
    assert order(house, name) == 303
    assert told(house, name)[-1]["payment"]["amount"] == "178.50"
    assert order(house, name) == 409


@pytest.mark.parametrize(
    ("sku", "quantity", "status"),
    [("L-3", "1", 409), ("L-1", "99", 409), ("L-1", "0", 409), ("L-1", "-1", 422), ("X", "1", 404)],
)
def test_what_the_bot_could_not_sell_nobody_can(house: House, sku, quantity, status) -> None:
    name = taken(house, f"not-{sku}-{quantity}")
    assert propose(house, name, sku, quantity) == status
    assert told(house, name) == []


def test_who_has_not_taken_it_over_proposes_and_orders_nothing(house: House) -> None:
    name = house.write("bots", "你好")
    assert propose(house, name) == 409
    assert order(house, name) == 409


def test_handed_back_the_bot_takes_the_yes(house: House) -> None:
    name = taken(house, "back")
    propose(house, name, "L-1", "1")
    house.post("operator", f"/conversations/{name}/hand-back")
    before = orders(house)
    house.write("back", "确认")
    which = (events.c.conversation == name, events.c.kind == "reply")
    reply = json.loads(house.do(house.rows(events, *which))[-1]["body"])
    assert reply["payment"]["amount"] == "168.00"
    assert orders(house) == before + 1
