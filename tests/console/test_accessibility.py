"""axe-core finds no serious fault: both languages, light and dark, desktop and phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from console.navigation import PLACES
from tests.console.conftest import Opens
from tests.console.house import House

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
PAGES = ("/inbox", "/audit", "/accounts", "/erasing", "/quick-replies")
LOOKS = [
    {"locale": locale, "width": width} for locale in ("zh-CN", "en-GB") for width in (1360, 390)
]
# The colours are all that differs in the dark, and looking at everything again takes long.
DARK = "{ runOnly: ['color-contrast', 'link-in-text-block'] }"
SCHEMES = {"light": "{ resultTypes: ['violations', 'passes'] }", "dark": DARK}


def faults(page: Page) -> list[str]:
    """What axe finds, as the device is set to light and to dark; also what does not fit."""
    found = []
    for scheme, looked_at in SCHEMES.items():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(f"() => {{ if (!window.axe) {{ {AXE} }} }}")
        seen = page.evaluate(f"() => axe.run({looked_at})")
        assert len(seen["passes"]) > (10 if scheme == "light" else 0)
        found += [
            f"{page.url} {scheme} {one['id']}: {one['help']}: {node['html'][:200]}"
            for one in seen["violations"]
            if one["impact"] in {"serious", "critical"}
            for node in one["nodes"]
        ]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return found + ([f"{page.url} is {wide} px too wide"] if wide > 0 else [])


def in_language(page: Page, look: dict) -> str:
    """Have the console in the language of the look, whatever the account's is."""
    language = look["locale"][:2]
    if page.locator("html").get_attribute("lang")[:2] != language:
        if not page.locator(".bar .who").is_visible():
            page.locator(".bar .all").click()
        page.locator("button[name=language]:visible").click()
    page.locator(f"html[lang^={language}] body[data-ready]").wait_for()
    return language


@pytest.fixture(scope="module")
def names(house: House) -> list[str]:
    """A conversation with everything in it, taken over by an admin, and one that waits."""
    name = house.write("axe", "退货要几天？", "我要买一盏晨光阅读台灯 白色", "转人工")
    waiting = house.write("axe-waiting", "我的电话13812345678", "转人工")
    house.post("operator", "/quick-replies", brand="lamps", title="问好", text="您好")
    house.post("admin", f"/conversations/{name}/take-over")
    house.post("admin", f"/conversations/{name}/notes", text="老顾客")
    house.post("admin", f"/conversations/{name}/propose", sku="L-1", quantity="1")
    house.write("axe", "确认")
    return [name, waiting]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look.values())))
def test_every_page_can_be_used_by_everybody(house: House, opens: Opens, names, look) -> None:
    found = faults(opens("/console/sign-in", **look))
    page = opens("/console/inbox", "admin", **look)
    language = in_language(page, look)
    addresses = [f"/console{path}" for path in PAGES]
    addresses += [f"/console/conversations/{one}" for one in names]
    addresses += ["/console/brands/lamps/document?source=knowledge/returns.md"]
    for address in addresses:
        page.goto(house.url + address)
        page.locator("body[data-ready]").wait_for()
        assert page.locator("html").get_attribute("lang")[:2] == language
        found += faults(page)
    page.goto(f"{house.url}/console/conversations/{names[0]}")
    page.locator("[data-opens=attaching]").click()
    page.locator("#attachable form").first.wait_for()
    found += faults(page)
    page.keyboard.press("Escape")
    page.locator("[data-opens=more]").click()
    found += faults(page)
    if look["width"] < 800:
        page.goto(f"{house.url}/console/inbox")
        page.locator(".bar .all").click()
        found += faults(page)
    assert found == []


@pytest.mark.parametrize("language", ["中文", "English"])
def test_all_places_of_an_admin_can_be_reached_on_a_phone(opens: Opens, language: str) -> None:
    locale = "zh-CN" if language == "中文" else "en-GB"
    page = opens("/console/inbox", "admin", width=340)
    in_language(page, {"locale": locale})
    bar = page.locator(".bar nav > :visible")
    assert bar.count() == 5
    for entry in bar.all():
        box = entry.bounding_box()
        assert box["width"] >= 60
        assert box["height"] >= 40
        assert entry.evaluate("one => one.scrollWidth <= one.clientWidth")
    page.locator(".bar .all").click()
    every = page.locator("#all-places nav a:visible")
    assert every.count() == len(PLACES)
    every.last.click()
    page.wait_for_url(f"**/console{PLACES[-1].path}")


def test_a_phone_is_enough_to_take_over_and_answer(house: House, opens: Opens) -> None:
    name = house.write("pocket", "退货要几天？", "转人工")
    page = opens("/console/inbox?state=waiting", "operator", width=390)
    page.locator(f".line a[href$='{name}']").click()
    page.get_by_role("button", name="接管", exact=True).click()
    page.locator("#text").fill("您好")
    page.get_by_role("button", name="发送").click()
    page.locator(".said.operator").get_by_text("您好").wait_for()
    page.locator("[data-inspects]").first.click()
    page.locator(".beside .steps").wait_for()
    page.locator("[data-uninspects]").click()
    page.locator("#text").wait_for()
