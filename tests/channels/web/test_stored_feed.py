"""What a page is told of the delivery core's tables, on both databases."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from agent.channel import Inbound
from agent.database import Database
from agent.delivery_tables import conversations, metadata, outbox
from agent.inbox import SqlInbox
from agent.speaking import spoken_in
from agent.streams import MemoryStreams
from agent.wakeups import Wakeups
from app.schema import upgrade
from channels.web.feed import Event
from channels.web.stored_feed import StoredFeed, TellingInbox
from tests.delivery.servers import postgres
from tools.store import sqlite_engine

START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@dataclass
class Chat:
    """One web chat as the core would fill it."""

    database: Database
    streams: MemoryStreams
    feed: StoredFeed
    inbox: TellingInbox
    now: datetime = START
    letters: int = 0

    def clock(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    async def says(self, text: str) -> str:
        one = str(uuid4())
        await self.inbox.put(Inbound("shop", "w-1", f"w-1:{one}", self.clock(), text=text))
        return one

    async def letter(self, text: str, state: str = "sent", author: str = "bot") -> str:
        self.letters += 1
        key = f"letter {self.letters}"
        row = {
            "key": key,
            "bot": "shop",
            "chat": "w-1",
            "conversation": "c-1",
            "turn": self.letters,
            "place": 0,
            "author": author,
            "parcel": json.dumps({"text": text, "turn": self.letters}),
            "state": state,
            "tries": 0,
            "claim": 0,
            "next_at": START,
            "created_at": START,
            "updated_at": self.clock(),
        }
        async with self.database.writing() as connection:
            await connection.execute(insert(outbox).values(row))
        return key

    async def sent(self, key: str) -> None:
        changing = update(outbox).where(outbox.c.key == key)
        async with self.database.writing() as connection:
            await connection.execute(changing.values(state="sent", updated_at=self.clock()))
        await self.tell({"kind": "sent", "number": 1})

    async def tell(self, news: dict[str, Any], *, keep: bool = False) -> None:
        await self.streams.publish(spoken_in("shop", "w-1"), news, keep=keep)

    async def texts(self) -> list[str]:
        past = await self.feed.history("shop", "w-1", 100)
        return [event.body["text"] for event in past.events]


@pytest.fixture(scope="module")
def postgres_address() -> Iterator[str]:
    with postgres() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgres"])
async def chat(request: Any, tmp_path: Any) -> AsyncIterator[Chat]:
    if request.param == "sqlite":
        engine = sqlite_engine(tmp_path / "chat.sqlite3")
    else:
        url = make_url(request.getfixturevalue("postgres_address"))
        engine = create_async_engine(url.set(drivername="postgresql+asyncpg"))
    database, streams = Database(engine), MemoryStreams()
    await upgrade(database)
    async with database.writing() as connection:
        for table in metadata.sorted_tables:
            await connection.execute(delete(table))
    stored = SqlInbox(database, {"shop": "lamps"}, Wakeups(streams), lambda: made.clock())
    made = Chat(database, streams, StoredFeed(database, streams), TellingInbox(stored, streams))
    yield made
    await engine.dispose()


async def told(following: AsyncIterator[Event], most: int) -> list[Event]:
    async with asyncio.timeout(10):
        return [await anext(following) for _ in range(most)]


async def test_the_past_is_in_the_order_in_which_it_was_seen(chat: Chat) -> None:
    await chat.says("一")
    key = await chat.letter("答一", "waiting")
    await chat.says("二")
    await chat.sent(key)
    await chat.letter("通知", author="notice")
    assert await chat.texts() == ["一", "二", "答一", "通知"]


async def test_what_is_not_sent_is_not_seen(chat: Chat) -> None:
    for state in ("waiting", "sending", "dead", "cancelled", "delivery_unknown"):
        await chat.letter(state, state)
    assert await chat.texts() == []


async def test_a_page_that_comes_back_is_told_what_it_missed(chat: Chat) -> None:
    first = await chat.says("一")
    place = (await chat.feed.history("shop", "w-1", 100)).place
    second = await chat.says("二")
    key = await chat.letter("答")
    following = chat.feed.follow("shop", "w-1", place)
    keys = {event.key for event in await told(following, 4)}
    assert {second, key} <= keys <= {first, second, key, ""}
    await following.aclose()


async def test_a_message_of_another_tab_and_its_reply_are_told_as_they_come(chat: Chat) -> None:
    following = chat.feed.follow("shop", "w-1", "0-0")
    assert (await told(following, 1))[0].type == "state"
    message = await chat.says("你好")
    assert [(e.type, e.key) for e in await told(following, 1)] == [("message", message)]
    key = await chat.letter("您好", "sending")
    await chat.sent(key)
    assert [(e.type, e.key) for e in await told(following, 1)] == [("reply", key)]
    await following.aclose()


async def test_a_reply_is_found_also_where_no_news_of_it_came_through(chat: Chat) -> None:
    await chat.says("你好")
    following = chat.feed.follow("shop", "w-1", "0-0")
    await told(following, 2)
    key = await chat.letter("您好")
    assert [e.key for e in await told(following, 1)] == [key]
    await following.aclose()


async def test_a_row_that_becomes_visible_after_a_later_one_is_told_as_well(chat: Chat) -> None:
    early, late = await chat.letter("先", "sending"), await chat.letter("后", "sending")
    following = chat.feed.follow("shop", "w-1", "0-0")
    await told(following, 1)
    await chat.sent(late)
    assert [e.key for e in await told(following, 1)] == [late]
    await chat.sent(early)
    assert [e.key for e in await told(following, 1)] == [early]
    await following.aclose()


async def test_a_page_opened_in_the_middle_of_a_turn_shows_all_that_was_spoken(chat: Chat) -> None:
    await chat.says("你好")
    await chat.tell({"kind": "typing", "turn": 1}, keep=True)
    for text in ("您好。", "请说。"):
        await chat.tell({"kind": "sentence", "turn": 1, "text": text}, keep=True)
    following = chat.feed.follow("shop", "w-1", "0-0")
    shown = [e for e in await told(following, 5) if e.type in {"typing", "sentence"}]
    assert [e.body.get("text") for e in shown] == [None, "您好。", "您好。请说。"]
    again = await told(following, 1)
    assert again[0].body == {"text": "您好。请说。"}
    await following.aclose()


async def test_a_take_over_is_told(chat: Chat) -> None:
    await chat.says("你好")
    following = chat.feed.follow("shop", "w-1", "0-0")
    await told(following, 2)
    async with chat.database.writing() as connection:
        await connection.execute(update(conversations).values(state="taken_over"))
    await chat.tell({"kind": "put"})
    assert [e.body for e in await told(following, 1)] == [{"state": "taken_over"}]
    key = await chat.letter("我是店员", author="operator")
    await chat.sent(key)
    event = (await told(following, 1))[0]
    assert (event.type, event.body["author"]) == ("notice", "operator")
    await following.aclose()


async def test_nobody_is_told_of_another_chat(chat: Chat) -> None:
    await chat.says("你好")
    await chat.letter("您好")
    for bot, other in (("shop", "w-2"), ("other", "w-1")):
        assert (await chat.feed.history(bot, other, 100)).events == ()


async def test_a_long_past_is_cut_at_its_beginning(chat: Chat) -> None:
    for number in range(6):
        await chat.says(str(number))
    past = await chat.feed.history("shop", "w-1", 4)
    assert [event.body["text"] for event in past.events] == ["2", "3", "4", "5"]
