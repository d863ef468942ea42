"""Audit, export, deletion and opening hours as people see them, in a real browser."""

import json
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from app.wiring import real_time
from tests.brands.small_brand import write_brand
from tests.console.conftest import Opens
from tests.console.house import House, open_house
from tools.help_tools import hours_text

OSLO = ZoneInfo("Europe/Oslo")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A shop where nobody is in just now; the console's own time is another than the brand's."""
    folder = tmp_path_factory.mktemp("record")
    brand = write_brand(folder / "lamps")
    hour = (real_time().astimezone(ZoneInfo("Asia/Shanghai")).hour + 12) % 24
    toml = (brand / "brand.toml").read_text("utf-8")
    hours = f"{hour:02}:00-{hour:02}:30"
    (brand / "brand.toml").write_text(toml.replace("09:00-21:00", hours), "utf-8")
    with open_house(folder, brand=brand, console_timezone="Europe/Oslo") as opened:
        yield opened


def downloaded(page: Page, button: str) -> Path:
    with page.expect_download() as coming:
        page.get_by_role("button", name=button).click()
    return Path(coming.value.path())


def test_outside_its_hours_the_customer_is_told_and_so_is_the_operator(house, opens) -> None:
    name = house.write("late", "转人工")
    page = opens(f"/console/conversations/{name}", "operator")
    hours = hours_text(house.service.bots[0].running.agent.brand)
    expect(page.locator(".said.notice, .said.bot").last).to_contain_text(f"人工服务时间为 {hours}")
    expect(page.locator("#composer")).to_contain_text(f"现在不在人工服务时间 {hours}")


def test_a_conversation_is_exported_deleted_and_proved_gone(house: House, opens: Opens) -> None:
    name = house.write("leaving", "我的电话13812345678，退货要几天？", customer="u-leaving")
    page = opens(f"/console/conversations/{name}", "admin")
    page.get_by_label("更多操作").first.click()
    lines = downloaded(page, "JSON Lines").read_text("utf-8").splitlines()
    assert json.loads(lines[0])["body"]["text"].startswith("我的电话13812345678")
    assert "13812345678" in downloaded(page, "导出网页").read_text("utf-8")
    page.goto(f"{house.url}/console/audit?conversation={name}")
    expect(page.locator("tbody tr")).to_have_count(2)
    local = f"{real_time().astimezone(OSLO):%Y-%m-%d %H}"
    expect(page.locator("tbody tr").first).to_contain_text(local)
    page.goto(f"{house.url}/console/erasing")
    expect(page.locator("main")).to_contain_text("店铺自己的订单和付款记录")
    page.get_by_label("顾客编号（访客用会话编号）").press_sequentially("u-leaving")
    expect(page.locator("#erase-count")).to_contain_text("有 1 个会话会被删除")
    page.get_by_label("再输入一遍").fill("u-leaving")
    page.get_by_role("button", name="彻底删除").click()
    expect(page.locator(".proof").first).to_contain_text("1 个会话")
    expect(page.locator(".proof").first).to_contain_text("剩余 0 行")
    assert house.get("admin", f"/conversations/{name}").status_code == 404


def test_times_of_a_conversation_are_the_brands_and_those_of_lists_the_consoles(
    house: House, opens: Opens
) -> None:
    name = house.write("clock", "你好")
    page = opens(f"/console/conversations/{name}", "viewer")
    shown = page.locator(".said.customer time").text_content()
    at = real_time()
    assert shown[:2] == f"{at.astimezone(ZoneInfo('Asia/Shanghai')):%H}"
    page.goto(f"{house.url}/console/inbox?brand=lamps")
    assert page.locator(".line time").first.text_content()[:2] == shown[:2]
    page.goto(f"{house.url}/console/inbox")
    assert page.locator(".line time").first.text_content()[:2] == f"{at.astimezone(OSLO):%H}"
