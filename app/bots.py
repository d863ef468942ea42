"""The kinds of bots there are, and opening the channel of each."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import httpx
from fastapi import APIRouter
from pydantic import BaseModel

from agent.channel import Channel, Inbox
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
class Around:
    """What channels are opened with."""

    database: Database
    notebook: SqlNotebook
    leases: SqlLeases
    streams: Streams
    clock: Callable[[], datetime]
    http: httpx.AsyncClient


@dataclass(frozen=True)
class OpenBot:
    """A bot whose channel is open. `routes` makes its HTTP routes, `check` is for `doctor`."""

    bot: Bot
    running: Running
    channel: Channel
    routes: Callable[[Inbox], APIRouter] | None = None
    check: Callable[[], Awaitable[Any]] | None = None


async def open_bot(bot: Bot, running: Running, around: Around, stack: AsyncExitStack) -> OpenBot:
    """The channel of a bot; what it holds is let go when the stack is closed."""
    match bot:
        case WebBot():
            return OpenBot(bot, running, WebChannel(bot.name))
        case TelegramBot():
            telegram = Telegram(bot, around.notebook, around.leases, around.clock)
            stack.push_async_callback(telegram.close)
            return OpenBot(bot, running, telegram, telegram.router, telegram.check)
        case WeChatBot() | WeComBot() | WeChatKfBot():
            outside = Outside(around.http, around.notebook, around.leases, around.clock)
            return _open_wechat(bot, running, outside)
        case _:
            raise TypeError(f"no channel for {type(bot).__name__}")


def _open_wechat(
    bot: WeChatBot | WeComBot | WeChatKfBot, running: Running, outside: Outside
) -> OpenBot:
    match bot:
        case WeChatBot():
            account = open_account(bot, outside)
            language = running.agent.brand.language
            routes = partial(account_router, account, language=language)
            return OpenBot(bot, running, account, routes, account.check)
        case WeComBot():
            app = open_app(bot, outside)
            return OpenBot(bot, running, app, partial(app_router, app), app.check)
        case WeChatKfBot():
            service = open_service(bot, outside)
            routes = partial(service_router, service)
            return OpenBot(bot, running, service, routes, service.check)
