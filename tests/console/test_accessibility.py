"""axe-core finds no serious fault on any page: both languages, light and dark, wide and narrow."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.console.conftest import Opens
from tests.console.house import House

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
PAGES = ("/inbox", "/audit", "/accounts", "/erasing", "/quick-replies")
LOOKS = (
    {"locale": "zh-CN", "width": 1360, "color_scheme": "light"},
    {"locale": "en-GB", "width": 390, "color_scheme": "dark"},
)


def faults(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("() => axe.run()")
    assert len(found["passes"]) > 10
    return [
        f"{page.url} {one['id']}: {one['help']}: {node['html'][:200]}"
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look.values())))
def test_every_page_can_be_used_by_everybody(house: House, opens: Opens, look) -> None:
    language = look["locale"][:2]
    number = LOOKS.index(look)
    name = house.write(f"axe-{number}", "退货要几天？", "我要买一盏晨光阅读台灯 白色", "转人工")
    waiting = house.write(f"axe-{number}-w", "我的电话13812345678", "转人工")
    house.post("operator", "/quick-replies", brand="lamps", title="问好", text="您好")
    house.post("admin", f"/conversations/{name}/take-over")
    house.post("admin", f"/conversations/{name}/notes", text="老顾客")
    first = opens("/console/sign-in", **look)
    found = faults(first)
    page = opens("/console/inbox", "admin", **look)
    if page.locator("html").get_attribute("lang")[:2] != language:
        page.get_by_role("button", name="English" if language == "en" else "中文").click()
    addresses = [f"/console{path}" for path in PAGES]
    addresses += [f"/console/conversations/{one}" for one in (name, waiting)]
    addresses += ["/console/brands/lamps/document?source=knowledge/returns.md"]
    for address in addresses:
        page.goto(house.url + address)
        page.locator("body[data-ready]").wait_for()
        assert page.locator("html").get_attribute("lang")[:2] == language
        found += faults(page)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{address} is {wide} px too wide"
    page.goto(f"{house.url}/console/conversations/{name}")
    page.locator("[data-opens=attaching]").click()
    page.locator("#attachable form").first.wait_for()
    found += faults(page)
    assert found == []


def test_a_phone_is_enough_to_take_over_and_answer(house: House, opens: Opens) -> None:
    name = house.write("pocket", "退货要几天？", "转人工")
    page = opens("/console/inbox?state=waiting", "operator", width=390)
    page.locator(f"a[href$='{name}']").click()
    page.get_by_role("button", name="接管", exact=True).click()
    page.locator("#text").fill("您好")
    page.get_by_role("button", name="发送").click()
    page.locator(".said.operator").get_by_text("您好").wait_for()
    page.locator("[data-inspects]").first.click()
    page.locator(".beside .steps").wait_for()
    page.locator("[data-uninspects]").click()
    page.locator("#text").wait_for()
