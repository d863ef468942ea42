"""Channels against fake providers, and an inbox that remembers all it was given."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from agent.channel import Inbound
from agent.channel_state import MemoryLeases, MemoryNotebook
from agent.reply import Citation, Handoff, Image, Payment, Reply, Timings
from channels.wechat.account import WeChatAccount
from channels.wechat.opening import Outside, open_account
from channels.wechat.passive import PassiveAccount
from channels.wechat.routes import router
from channels.wechat.settings import WeChatBot
from channels.wecom.app import WeComApp, app_router, open_app
from channels.wecom.service import WeChatService
from channels.wecom.service_opening import open_service, service_router
from channels.wecom.settings import WeChatKfBot, WeComBot
from tests.channels.wechat.caller import AES_KEY, TOKEN, Caller
from tests.channels.wechat.fake_wechat import APP_ID, APP_SECRET, FakeWeChat
from tests.channels.wechat.fake_wecom import (
    AGENT_ID,
    CORP_ID,
    CORP_SECRET,
    OPEN_KFID,
    FakeWeCom,
)
from tests.channels.wechat.provider import Clock, Line

KEY = "an identity key of some length"


@dataclass
class LedgerInbox:
    """Saves by message id, as the real one does; `puts` is the ledger of all tries."""

    saved: dict[tuple[str, str], Inbound] = field(default_factory=dict)
    puts: list[str] = field(default_factory=list)

    async def put(self, inbound: Inbound) -> bool:
        self.puts.append(inbound.message_id)
        key = (inbound.bot, inbound.message_id)
        new = key not in self.saved
        self.saved.setdefault(key, inbound)
        return new

    @property
    def all(self) -> list[Inbound]:
        return list(self.saved.values())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inbox() -> LedgerInbox:
    return LedgerInbox()


@pytest.fixture
def brand(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    for name in ("a", "b", "c", "d", "e", "f"):
        (tmp_path / "images" / f"{name}.jpg").write_bytes(b"\xff\xd8 a picture of " + name.encode())
    return tmp_path


@pytest.fixture
async def wechat(clock: Clock) -> FakeWeChat:
    return FakeWeChat(clock=clock)


@pytest.fixture
async def wecom(clock: Clock) -> FakeWeCom:
    return FakeWeCom(clock=clock)


@pytest.fixture
async def outside(wechat: FakeWeChat, clock: Clock) -> AsyncIterator[Outside]:
    async with httpx.AsyncClient(transport=Line(wechat)) as http:
        yield Outside(http, MemoryNotebook(), MemoryLeases(), clock)


@pytest.fixture
async def corp_outside(wecom: FakeWeCom, clock: Clock) -> AsyncIterator[Outside]:
    async with httpx.AsyncClient(transport=Line(wecom)) as http:
        yield Outside(http, MemoryNotebook(), MemoryLeases(), clock)


def wechat_bot(brand: Path, **more: object) -> WeChatBot:
    said = {
        "name": "shop",
        "brand": brand,
        "app_id": APP_ID,
        "app_secret": APP_SECRET,
        "token": TOKEN,
        "aes_key": AES_KEY,
        "api_url": "http://127.0.0.1:1",
        "identity_secret": KEY,
    }
    return WeChatBot.model_validate(said | more)


def corp_settings(brand: Path) -> dict[str, object]:
    return {
        "name": "corp",
        "brand": brand,
        "corp_id": CORP_ID,
        "secret": CORP_SECRET,
        "token": TOKEN,
        "aes_key": AES_KEY,
        "api_url": "http://127.0.0.1:1",
    }


@pytest.fixture
def account(brand: Path, outside: Outside) -> WeChatAccount:
    channel = open_account(wechat_bot(brand), outside)
    assert isinstance(channel, WeChatAccount)
    return channel


@pytest.fixture
def passive(brand: Path, outside: Outside) -> PassiveAccount:
    channel = open_account(wechat_bot(brand, replies="passive"), outside)
    assert isinstance(channel, PassiveAccount)
    return channel


@pytest.fixture
def app(brand: Path, corp_outside: Outside) -> WeComApp:
    bot = WeComBot.model_validate(corp_settings(brand) | {"agent_id": AGENT_ID})
    return open_app(bot, corp_outside)


@pytest.fixture
def service(brand: Path, corp_outside: Outside) -> WeChatService:
    more = {"open_kfid": OPEN_KFID, "identity_secret": KEY}
    bot = WeChatKfBot.model_validate(corp_settings(brand) | more)
    return open_service(bot, corp_outside)


@dataclass
class Site:
    """Our own server with one channel's routes, reached in this process."""

    inbox: LedgerInbox
    clock: Clock

    def serve(
        self, channel: WeChatAccount | PassiveAccount | WeComApp | WeChatService
    ) -> httpx.AsyncClient:
        server = FastAPI()
        match channel:
            case WeComApp():
                server.include_router(app_router(channel, self.inbox))
            case WeChatService():
                server.include_router(service_router(channel, self.inbox))
            case _:
                server.include_router(router(channel, self.inbox, "zh"))
        line = httpx.ASGITransport(server, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=line, base_url="http://shop.example")

    def caller(self, channel: WeChatAccount | PassiveAccount | WeComApp | WeChatService) -> Caller:
        seal = channel.gate.seal
        receiver = seal.receiver if seal else None
        return Caller(self.serve(channel), channel.bot.path, self.clock, receiver)


@pytest.fixture
def site(inbox: LedgerInbox, clock: Clock) -> Site:
    return Site(inbox, clock)


def reply(text: str = "您好。", **more: object) -> Reply:
    said = {
        "conversation": "c1",
        "turn": 3,
        "text": text,
        "language": "zh",
        "model": "scripted",
        "timings": Timings(first_token_ms=1, total_ms=2, model_ms=1, own_ms=1),
    }
    return Reply.model_validate(said | more)


def images(*names: str) -> tuple[Image, ...]:
    return tuple(
        Image(sku=name.upper(), path=f"images/{name}.jpg", caption=f"商品{name}") for name in names
    )


PAYMENT = Payment(
    url="https://pay.example/p/abc",
    amount="168.00",
    currency="CNY",
    order_id="HY1",
    expires_at="2026-11-24T13:00:00+08:00",
)
CITED = (Citation(source="knowledge/a.md", quote="七天"),)
CALLED = Handoff(requested=True, reason="asked")
