"""Real Chromium against a running service: customers and operators, at the same time."""

import re

import pytest
from playwright.sync_api import Page, expect

from agent.delivery_tables import inbox as inbox_table
from agent.delivery_tables import outbox
from console.tables import audit
from tests.console.conftest import Opens
from tests.console.house import House

TAKE = re.compile("^接管$")


def ask(page: Page, text: str) -> None:
    page.locator("textarea").fill(text)
    page.locator("textarea").press("Enter")


def test_a_customer_and_an_operator_talk_while_the_bot_is_silent(
    house: House, opens: Opens
) -> None:
    inbox = opens("/console/inbox", "operator")
    customer = opens("/chat/web/", width=390)
    asked = "退货要几天？我买的是台灯"  # nobody else here says it
    ask(customer, asked)
    expect(customer.locator(".row.theirs .bubble:visible").last).to_contain_text("七天无理由退货")
    [row] = house.do(house.rows(inbox_table, inbox_table.c.text == asked))
    # The list shows it by itself.
    line = inbox.locator(f'.line.unread:has(a[href$="{row["conversation"]}"])')
    expect(line).to_contain_text("七天无理由退货")
    line.click()
    inbox.get_by_role("button", name=TAKE).click()
    expect(inbox.locator("#state")).to_contain_text("人工接待")
    # Nobody types in the instant in which the box appears.
    inbox.wait_for_timeout(600)
    ask(inbox, "您好，我是真人小王。")
    expect(inbox.locator(".said.operator").last).to_contain_text("真人小王")
    expect(customer.locator(".row.theirs .bubble:visible").last).to_have_text(
        "您好，我是真人小王。"
    )
    ask(customer, "退货要几天？")
    # The conversation shows it by itself, and the bot says nothing.
    expect(inbox.locator(".said.customer").last).to_contain_text("退货要几天？")
    expect(inbox.locator("#state")).to_contain_text("人工接待")
    customer.wait_for_timeout(600)
    expect(customer.locator(".row.theirs .bubble:visible").last).to_have_text(
        "您好，我是真人小王。"
    )
    inbox.get_by_role("button", name="交还机器人").click()
    expect(inbox.get_by_role("button", name=TAKE)).to_be_visible()
    ask(customer, "那退货呢？")
    expect(customer.locator(".row.theirs .bubble:visible").last).to_contain_text("七天无理由退货")


def test_two_operators_see_each_other_and_only_one_answers(house: House, opens: Opens) -> None:
    name = house.write("two", "转人工")
    first = opens(f"/console/conversations/{name}", "operator")
    second = opens(f"/console/conversations/{name}", "editor")
    expect(second.locator("#state")).to_contain_text("Operator 也在看")
    first.get_by_role("button", name=TAKE).click()
    expect(second.locator("#composer")).to_contain_text("Operator 正在接待这位顾客")
    assert house.post("editor", f"/conversations/{name}/say", text="插一句").status_code == 409
    # Who still sees it with the bot comes too late.
    assert house.post("editor", f"/conversations/{name}/take-over").status_code == 409
    second.get_by_role("button", name="从 Operator 接过来").click()
    expect(second.locator("#text")).to_be_visible()
    expect(first.locator("#composer")).to_contain_text("Editor 正在接待这位顾客")


def test_products_and_payment_links_go_out_by_the_bots_own_tools(
    house: House, opens: Opens
) -> None:
    name = house.write("sale", "你好")
    page = opens(f"/console/conversations/{name}", "operator")
    page.get_by_role("button", name=TAKE).click()
    page.get_by_role("button", name="商品与付款链接").click()
    # What is typed before the list is there nobody would hear.
    expect(page.locator("#attachable .choice")).to_have_count(4)
    page.locator("#attach-q").evaluate("one => { one.dataset.first = 'yes' }")
    page.get_by_role("searchbox").press_sequentially("黑色")
    expect(page.locator("#attachable .choice")).to_have_count(2)
    # The box that is typed into is the same one all along.
    assert page.locator("#attach-q").evaluate("one => one === document.activeElement")
    assert page.locator("#attach-q").get_attribute("data-first") == "yes"
    page.locator("#attachable .choice", has_text="晨光阅读台灯 黑色").click()
    card = page.locator(".said.operator").last
    expect(card).to_contain_text("178.50元")
    expect(card.locator("img")).to_have_count(2)
    page.get_by_role("button", name="商品与付款链接").click()
    page.get_by_role("button", name="LA20261120002").click()
    expect(page.locator(".payment")).to_contain_text("525.00 CNY")
    sent = house.do(
        house.rows(outbox, outbox.c.conversation == name, outbox.c.author == "operator")
    )
    assert [row["state"] for row in sent] == ["sent", "sent"]
    # Somebody else's order reads as none.
    other = house.post("operator", f"/conversations/{name}/send-payment", order="LA20261115003")
    assert other.status_code == 409


def test_the_bot_drafts_and_the_operator_sends_something_else(house: House, opens: Opens) -> None:
    name = house.write("draft", "你好")
    page = opens(f"/console/conversations/{name}", "operator")
    page.get_by_role("button", name=TAKE).click()
    house.write("draft", "退货要几天？")
    before = len(house.do(house.rows(outbox, outbox.c.conversation == name)))
    page.get_by_role("button", name="机器人代拟").click()
    expect(page.locator("#text")).to_have_value(re.compile("七天无理由退货"))
    assert len(house.do(house.rows(outbox, outbox.c.conversation == name))) == before
    page.locator("#text").fill("七天内都可以退，运费我们出。")
    page.get_by_role("button", name="发送").click()
    expect(page.locator(".said.operator .bubble")).to_have_text("七天内都可以退，运费我们出。")
    expect(page.locator("#text")).to_have_value("")


def test_every_step_of_a_turn_can_be_linked_to_and_a_passage_read_in_its_document(
    house, opens
) -> None:
    name = house.write("steps", "退货要几天？")
    page = opens(f"/console/conversations/{name}", "viewer")
    steps = page.locator(".steps")
    expect(steps).to_contain_text("search_knowledge")
    expect(page.locator(".facts").first).to_contain_text("scripted:rules")
    link = page.locator(".step .anchor").nth(3).get_attribute("href")
    page.goto(house.url + link)
    expect(page.locator(".step:target")).to_have_count(1)
    page.locator(".hits a").first.click()
    expect(page.locator(".passage:target")).to_contain_text("七天无理由退货")


def test_personal_data_is_masked_until_somebody_says_that_he_looks(
    house: House, opens: Opens
) -> None:
    name = house.write("phone", "我的电话是13812345678，邮箱 wang@example.com")
    page = opens(f"/console/conversations/{name}", "operator")
    talk = page.locator("#talk")
    expect(talk).to_contain_text("138****5678")
    assert "13812345678" not in page.content()
    assert "13812345678" not in house.get("operator", "/inbox").text
    page.get_by_label("更多操作").first.click()
    page.get_by_role("button", name="显示完整个人信息").click()
    expect(page.locator("#talk")).to_contain_text("13812345678")
    acts = house.do(house.rows(audit, audit.c.conversation == name))
    assert [(row["operator"], row["act"]) for row in acts] == [("operator", "reveal")]
    assert "13812345678" not in house.get("viewer", f"/conversations/{name}").text


def test_names_and_addresses_are_hidden_in_lists_and_where_the_customer_says_them(
    house: House, opens: Opens
) -> None:
    name = house.write("home", "我叫张伟，寄到杭州市西湖区文三路90号3单元501室，电话0571-88001234")
    page = opens("/console/inbox", "operator")
    line = page.locator(f".line:has(a[href$='{name}'])")
    said = page.request.get(f"{house.url}/console/inbox?q=文三路").text()
    assert name in said
    page.goto(f"{house.url}/console/conversations/{name}")
    expect(page.locator(".said.customer .bubble")).to_have_text("我叫张**，寄到***，电话05****34")
    for text in (said, house.get("operator", "/gaps").text):
        assert not [one for one in ("张伟", "90号3单元", "88001234") if one in text]
    assert not [one for one in ("张伟", "90号3单元") if one in page.content()]
    page.get_by_label("更多操作").first.click()
    page.get_by_role("button", name="显示完整个人信息").click()
    expect(page.locator(".said.customer .bubble")).to_contain_text("张伟")
    page.goto(f"{house.url}/console/inbox")
    expect(line).to_be_visible()
    assert "张伟" not in page.content()


def test_a_shops_own_address_can_be_read_in_its_answer(house: House) -> None:
    name = house.write("address", "你好")
    house.post("operator", f"/conversations/{name}/take-over")
    said = "门店在上海市南京西路100号3楼，电话021-62001234"
    house.post("operator", f"/conversations/{name}/say", text=said)
    assert said in house.get("viewer", f"/conversations/{name}").text
    assert said in house.get("viewer", "/inbox").text


def test_conversations_are_found_by_words_state_and_day(house: House, opens: Opens) -> None:
    name = house.write("found", "请问星河吊灯有货吗")
    page = opens("/console/inbox", "viewer")
    page.locator("#q").fill("星河吊灯")
    expect(page.locator(".line")).to_have_count(1)
    expect(page.locator(".line a")).to_have_attribute("href", f"/console/conversations/{name}")
    page.locator("#q").fill("没有人说过这个")
    expect(page.locator(".empty")).to_be_visible()
    page.goto(f"{house.url}/console/inbox?since=2030-01-01")
    expect(page.locator(".line")).to_have_count(0)


@pytest.mark.parametrize("role", ["viewer"])
def test_who_may_only_look_finds_nothing_to_press(house: House, opens: Opens, role: str) -> None:
    name = house.write("look", "你好")
    page = opens(f"/console/conversations/{name}", role)
    expect(page.locator("#composer")).to_contain_text("您的角色只能查看")
    expect(page.locator("#composer button")).to_have_count(0)


def test_a_closed_conversation_stays_closed_and_the_next_word_begins_a_new_one(
    house, opens
) -> None:
    name = house.write("close", "你好")
    page = opens(f"/console/conversations/{name}", "operator")
    page.get_by_label("更多操作").first.click()
    page.get_by_role("button", name="结束会话").click()
    expect(page.locator("#composer")).to_contain_text("会话已结束")
    expect(page.locator("#talk")).to_contain_text("已解决")
    assert house.write("close", "又来了") != name


def test_signing_in_with_a_keyboard_alone(house: House, opens: Opens) -> None:
    page = opens("/console/inbox")
    page.keyboard.type("operator")
    page.keyboard.press("Tab")
    page.keyboard.type("a long password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="会话")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", name="会话")).to_be_visible()
