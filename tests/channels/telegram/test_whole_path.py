"""From a customer's words in Telegram to what his chat shows: the real inbox, worker and sender."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.database import Database
from agent.inbox import Pace
from agent.leases import SqlLeases, SqlNotebook
from agent.sender import Sender
from agent.worker import Worker
from app.schema import upgrade
from app.wiring import real_time
from channels.telegram.channel import Telegram
from channels.telegram.identity import sign_link
from channels.telegram.settings import TelegramBot
from tests.channels.telegram.bot_api import BotApi, bot_api
from tests.channels.telegram.conftest import QUICK, until
from tests.channels.telegram.ledger import BOT_ID, TOKEN
from tests.delivery.conftest import open_house
from tools.store import sqlite_engine

KEY = "k" * 32
QUICKLY = Pace(0.05, 0.5)


@asynccontextmanager
async def shop(folder: Path, api: BotApi, **options: Any) -> AsyncIterator[Telegram]:
    """A shop whose only bot is on Telegram, everything real but Telegram and the model."""
    database = Database(sqlite_engine(folder / "shop.sqlite3"))
    await upgrade(database)
    house, orders = await open_house(database, folder, real_time)  # type: ignore[arg-type]
    settings = {"name": "lamps-bot", "brand": folder / "lamps", "token": TOKEN, "api_url": api.url}
    bot = TelegramBot.model_validate(settings | {"identity_secret": KEY} | options)
    leases = SqlLeases(database, "p-1", real_time)
    telegram = Telegram(bot, SqlNotebook(database), leases, real_time, QUICK)
    desk = replace(house.desk, channels={"lamps-bot": telegram})
    runs, inbox = replace(house.runs, pace=QUICKLY), replace(house.inbox, pace=QUICKLY)
    stop = asyncio.Event()
    tasks = [
        asyncio.create_task(Worker(desk, runs, 4).run(stop, 5.0)),
        asyncio.create_task(Sender("lamps-bot", telegram, house.sender.post).run(stop)),
        asyncio.create_task(telegram.receive(inbox)),
    ]
    try:
        yield telegram
    finally:
        stop.set()
        tasks[2].cancel()
        await asyncio.wait(tasks)
        await telegram.close()
        await orders.close()  # type: ignore[attr-defined]
        await database.engine.dispose()


def keys(message: dict[str, Any]) -> list[dict[str, str]]:
    rows = (message["reply_markup"] or {}).get("inline_keyboard", [])
    return [key for row in rows for key in row]


@pytest.mark.parametrize("streaming", ["draft", "edit"])
async def test_a_customer_signs_in_asks_buys_confirms_and_gets_a_link(
    tmp_path: Path, streaming: str
) -> None:
    async with bot_api() as api, shop(tmp_path, api, streaming=streaming):
        soon = real_time() + timedelta(minutes=5)
        api.says("/start " + sign_link(KEY.encode(), BOT_ID, "u-1", soon))
        await until(lambda: len(api.shown()) == 1)
        api.says("LA20261101001到哪了")
        await until(lambda: len(api.shown()) == 2 and "已发货" in api.texts()[1])
        await until(lambda: bool(keys(api.shown()[1])))
        assert [key["text"] for key in keys(api.shown()[1])] == ["👍 有帮助", "👎 没帮助"]
        api.says("买两个L-1")
        await until(lambda: len(api.shown()) == 3 and bool(keys(api.shown()[2])))
        yes = keys(api.shown()[2])[0]
        assert yes["text"] == "✅ 确认购买"
        api.presses(yes["callback_data"])
        await until(lambda: len(api.shown()) == 5)
        assert "待支付 ¥336.00" in api.texts()[4]
        assert "http://localhost:8080/pay/" in api.texts()[4]
        api.presses(yes["callback_data"])
        await until(lambda: len(api.made("answerCallbackQuery")) == 2)
        api.says("", sticker={"file_id": "s"})
        await until(lambda: len(api.shown()) == 6)
        assert "请用文字" in api.texts()[5]
        assert bool(api.drafts[77]) == (streaming == "draft")


async def test_customers_of_a_bot_are_answered_once_each_though_telegram_is_troubled(
    tmp_path: Path,
) -> None:
    async with bot_api() as api, shop(tmp_path, api):
        api.spoil("getUpdates", "500", "lose", "429:0")
        api.spoil("sendMessage", "429:1", "429:0", "forbidden")
        users = range(200, 220)
        for user in users:
            api.says("你好", user=user)
        await until(lambda: sum(bool(api.chats[user]) for user in users) >= 19)
        assert all(len(api.chats[user]) <= 1 for user in users)
        assert len([c for c in api.made("sendMessage") if c.answered == 403]) == 1
