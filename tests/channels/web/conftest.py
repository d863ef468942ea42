from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.channels.web.front import Front, open_front

settings.register_profile("chaos", max_examples=3000)
CHROMIUM = Path("/usr/bin/chromium")
Opens = Callable[..., Page]


# Not for the whole session: its event loop would be in the way of asynchronous tests.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is missing: apt-get install chromium (.ci/run does so)")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


class ShopPage(BaseHTTPRequestHandler):
    """A page of somebody else's site with the widget of the address after the question mark."""

    def do_GET(self) -> None:
        chat = self.path.partition("?")[2]
        script = f'<script src="{chat}/widget.js" data-bot="shop"></script>' if chat else ""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f"<title>Shop</title><h1>Shop</h1>{script}".encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def shop_port() -> Iterator[int]:
    """A shop's own server; `localhost` may embed the widget, `127.0.0.1` may not."""
    shop = ThreadingHTTPServer(("127.0.0.1", 0), ShopPage)
    thread = Thread(target=shop.serve_forever)
    thread.start()
    yield shop.server_address[1]
    shop.shutdown()
    thread.join()
    shop.server_close()


@pytest.fixture(scope="module")
def server(shop_port: int) -> Iterator[Front]:
    origins = [f"http://localhost:{shop_port}"]
    with open_front(demo=True, starters=["可以退货吗"], allowed_origins=origins) as front:
        yield front


@pytest.fixture
def front(server: Front) -> Iterator[Front]:
    server.papers.payments[f"{server.url}/pay/token-1"] = "live"
    yield server
    server.hold(back=False)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    made.set_default_timeout(10_000)
    yield made
    made.close()


@pytest.fixture
def opens(context: BrowserContext, front: Front) -> Iterator[Opens]:
    """Opens a page; in the end nothing went wrong on any, and nothing was asked for elsewhere."""
    wrong: list[str] = []

    def open_page(path: str = "/chat/shop/") -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: _noted(said, wrong))
        page.on("request", lambda asked: _only(front.url, asked.url, wrong))
        page.goto(front.url + path)
        if path.startswith("/chat"):
            page.locator("body[data-ready]").wait_for()
        return page

    yield open_page
    assert wrong == []


def _noted(said: Any, wrong: list[str]) -> None:
    # A refused connection is what some tests are about.
    if said.type == "error" and "net::ERR" not in said.text:
        wrong.append(said.text)


def _only(ours: str, address: str, wrong: list[str]) -> None:
    if not address.startswith(ours):
        wrong.append(f"asked for {address}")
