from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from console.sessions import COOKIE
from tests.console.house import House, open_house
from tests.delivery.conftest import database, postgres_address, valkey_address

__all__ = ["database", "postgres_address", "valkey_address"]

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of the file's own: what other files do to theirs is not seen here."""
    with open_house(tmp_path_factory.mktemp("house")) as opened:
        yield opened


# Not for the whole session: its event loop would be in the way of asynchronous tests.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is missing: apt-get install chromium (.ci/run does so)")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


Opens = Callable[..., Page]
# A machine that does other things as well takes longer.
expect.set_options(timeout=30_000)


@pytest.fixture
def opens(browser: Browser, house: House) -> Iterator[Opens]:
    """Opens pages; in the end nothing went wrong on any, and nothing was asked for elsewhere."""
    wrong: list[str] = []
    contexts = []

    def open_page(path: str, role: str | None = None, width: int = 1360, **more: Any) -> Page:
        ready = more.pop("ready", "body[data-ready]")
        fixed = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", **more}
        context = browser.new_context(viewport={"width": width, "height": 860}, **fixed)
        context.set_default_timeout(30_000)
        contexts.append(context)
        if role:
            cookie = {"name": COOKIE, "value": house.tokens[role], "url": house.url}
            context.add_cookies([cookie])
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda shown: wrong.append(f"dialog: {shown.message}"))
        page.on("console", lambda said: _noted(said, wrong))
        page.on("request", lambda asked: _only(house.url, asked.url, wrong))
        page.goto(house.url + path)
        page.locator(ready).wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def _noted(said: Any, wrong: list[str]) -> None:
    # Chromium says so of every answer that is none of 2xx; refusals are what tests are about.
    if said.type == "error" and "status of 40" not in said.text and "net::ERR" not in said.text:
        wrong.append(said.text)


def _only(ours: str, address: str, wrong: list[str]) -> None:
    if not address.startswith((ours, "data:")):
        wrong.append(f"asked for {address}")
