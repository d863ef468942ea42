"""The kinds of bots there are, and opening the channel of each."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

import httpx
from fastapi import APIRouter
from pydantic import BaseModel

from agent.channel import Channel, Inbox
from agent.channel_state import Leases, Notebook
from agent.database import Database
from agent.leases import SqlLeases, SqlNotebook
from agent.streams import Streams
from app.wiring import Running
from channels.telegram.channel import Telegram
from channels.telegram.settings import TelegramBot
from channels.web.channel import WebChannel
from channels.web.settings import WebBot
from channels.wechat.opening import Outside, open_account
from channels.wechat.routes import router as account_router
from channels.wechat.settings import WeChatBot
from channels.wecom.app import app_router, open_app
from channels.wecom.service_opening import open_service, service_router
from channels.wecom.settings import WeChatKfBot, WeComBot
from knowledge.brand import Brand

BOTS: Mapping[str, type[BaseModel]] = {
    "web": WebBot,
    "telegram": TelegramBot,
    "wechat": WeChatBot,
    "wecom": WeComBot,
    "wechat_kf": WeChatKfBot,
}


class Bot(Protocol):
    """What every `[[bot]]` table has."""

    @property
    def name(self) -> str:
        """How it is called here; part of addresses."""
        ...

    @property
    def channel(self) -> str:
        """Its kind."""
        ...

    @property
    def brand(self) -> Path:
        """The brand folder it speaks for."""
        ...


@dataclass(frozen=True)
class Outlet:
    """What a channel is opened with."""

    notebook: Notebook
    leases: Leases
    clock: Callable[[], datetime]
    http: httpx.AsyncClient


@dataclass(frozen=True)
class Around:
    """What serving processes have besides the brands."""

    database: Database
    notebook: SqlNotebook
    leases: SqlLeases
    streams: Streams
    clock: Callable[[], datetime]
    http: httpx.AsyncClient


@dataclass(frozen=True)
class OpenChannel:
    """A bot's channel. `routes` makes its HTTP routes, `check` says in one line what works."""

    channel: Channel
    routes: Callable[[Inbox], APIRouter] | None = None
    check: Callable[[], Awaitable[str]] | None = None


@dataclass(frozen=True)
class OpenBot:
    """A bot and the brand it speaks for."""

    bot: Bot
    running: Running
    open: OpenChannel

    @property
    def channel(self) -> Channel:
        """How it speaks."""
        return self.open.channel


def open_channel(bot: Bot, brand: Brand, outlet: Outlet, stack: AsyncExitStack) -> OpenChannel:
    """The channel of a bot; what it holds is let go when the stack is closed."""
    match bot:
        case WebBot():
            return OpenChannel(WebChannel(bot.name))
        case TelegramBot():
            telegram = Telegram(bot, outlet.notebook, outlet.leases, outlet.clock)
            stack.push_async_callback(telegram.close)
            return OpenChannel(telegram, telegram.router, telegram.check)
        case WeChatBot() | WeComBot() | WeChatKfBot():
            outside = Outside(outlet.http, outlet.notebook, outlet.leases, outlet.clock)
            return _open_wechat(bot, brand, outside)
        case _:
            raise TypeError(f"no channel for {type(bot).__name__}")


def _open_wechat(
    bot: WeChatBot | WeComBot | WeChatKfBot, brand: Brand, outside: Outside
) -> OpenChannel:
    match bot:
        case WeChatBot():
            account = open_account(bot, outside)
            routes = partial(account_router, account, language=brand.language)
            return OpenChannel(account, routes, account.check)
        case WeComBot():
            app = open_app(bot, outside)
            return OpenChannel(app, partial(app_router, app), app.check)
        case WeChatKfBot():
            service = open_service(bot, outside)
            return OpenChannel(service, partial(service_router, service), service.check)
