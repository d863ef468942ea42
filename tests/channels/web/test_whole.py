"""The whole way, nothing replaced but the model: a browser, the server, worker, sender, payment."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import BrowserContext, expect

from app.gateway import build_app
from app.service import open_service
from app.serving import running
from app.settings import Settings
from tests.brands.small_brand import write_brand
from tests.delivery.fakes import RuleModel


async def serve(settings: Settings, listener: socket.socket, server: list[uvicorn.Server]) -> None:
    stop = asyncio.Event()
    address = f"http://localhost:{listener.getsockname()[1]}"
    async with open_service(settings, model=RuleModel()) as service:
        app = await build_app(service, f"{address}/pay", stop)
        server.append(uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off")))
        async with running(service, stop, channels=True):
            asyncio.get_running_loop().create_task(_stopped(server[0], stop))
            await server[0].serve(sockets=[listener])


async def _stopped(server: uvicorn.Server, stop: asyncio.Event) -> None:
    while not server.should_exit:  # noqa: ASYNC110 - set by another thread
        await asyncio.sleep(0.05)
    stop.set()


@contextmanager
def open_shop(settings: Settings, listener: socket.socket) -> Iterator[None]:
    server: list[uvicorn.Server] = []
    thread = threading.Thread(target=lambda: asyncio.run(serve(settings, listener, server)))
    thread.start()
    try:
        yield
    finally:
        server[0].should_exit = True
        thread.join(20)
        listener.close()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://localhost:{listener.getsockname()[1]}"
    settings = Settings(
        brand=write_brand(tmp_path / "lamps"),
        data_dir=tmp_path / "var",
        channels=tmp_path / "channels.toml",
        payment_page=f"{address}/pay",
        burst_quiet_seconds=0.1,
    )
    with open_shop(settings, listener):
        yield address


def test_a_customer_buys_pays_and_is_thanked(shop: str, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{shop}/chat/web/")
    page.locator("body[data-ready]").wait_for()
    page.locator("textarea").fill("退货要几天？")
    page.locator("textarea").press("Enter")
    expect(page.locator(".row.theirs .bubble").nth(1)).to_contain_text("七天无理由退货")
    page.locator(".source").click()
    expect(page.locator("dialog h2")).to_have_text("退货")
    page.keyboard.press("Escape")
    page.locator("textarea").fill("我要买一盏晨光阅读台灯 白色")
    page.locator("textarea").press("Enter")
    page.get_by_role("button", name="确认下单").click()
    with context.expect_page() as opened:
        page.locator(".payment .pay").click()
    payment = opened.value
    expect(payment.locator(".amount")).to_have_text("168元")
    payment.get_by_role("button").click()
    expect(payment.locator("h1")).to_have_text("支付成功")
    expect(page.locator(".payment")).to_have_attribute("data-state", "paid")
    page.reload()
    expect(page.get_by_text("的付款 168元 已收到")).to_have_count(1)
    expect(page.locator(".payment")).to_have_attribute("data-state", "paid")
    assert page.locator(".row.mine").count() == 3
