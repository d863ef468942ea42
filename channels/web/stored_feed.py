"""The feed of a web chat over what the delivery core stores: inbox, outbox, conversations."""

import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Table, select

from agent.channel import Inbound, Inbox
from agent.database import Database
from agent.delivery_tables import conversations, inbox, outbox
from agent.speaking import spoken_in
from agent.streams import News, Streams, ticking
from channels.web.feed import Event, Past, Type, parts_of

TICK_SECONDS = 1.0
QUIET_TICKS = 5
LONGEST_TURN_TICKS = 120
# Two writers' numbers may become visible the other way round; so far back it is looked again.
LOOK_BACK = 500
UNANSWERED = {("press", "helpful"), ("press", "unhelpful")}


@dataclass(frozen=True)
class TellingInbox:
    """An inbox that tells the other open pages of a chat that something was said there."""

    inbox: Inbox
    streams: Streams

    async def put(self, inbound: Inbound) -> bool:
        """Save it, then tell."""
        new = await self.inbox.put(inbound)
        if new:
            await self.streams.publish(spoken_in(inbound.bot, inbound.chat), {"kind": "put"})
        return new


@dataclass
class Reader:
    """What one open page was told already."""

    inbox: int
    outbox: int
    told: set[str] = field(default_factory=set)
    state: str = ""
    awaits_reply: bool = False
    running: Event | None = None
    ticks: int = 0
    silence: int = 0

    def new(self, rows: Iterable[tuple[datetime, Event]]) -> list[Event]:
        """Those that were not told yet, each with the place reached by then."""
        fresh = []
        for _, event in sorted(rows, key=lambda row: row[0]):
            if event.key in self.told:
                continue
            self.told.add(event.key)
            fresh.append(self._placed(event))
            self._heard(event)
        return fresh

    def _heard(self, event: Event) -> None:
        """Turn 0 is a word in between, such as that it takes a while: the turn goes on."""
        if event.type == "message":
            self.awaits_reply = (event.body["kind"], event.body["text"]) not in UNANSWERED
        elif event.type == "reply" and event.body.get("turn"):
            self.awaits_reply, self.running = False, None

    def _placed(self, event: Event) -> Event:
        incoming, outgoing = parts_of(event.place)
        self.inbox, self.outbox = max(self.inbox, incoming), max(self.outbox, outgoing)
        place = f"{self.inbox}-{self.outbox}"
        return Event(event.type, event.body, place, event.key, event.at)

    def shown(self, news: News) -> Event | None:
        """A running turn's sign of life: typing, or all sentences so far."""
        self.silence = 0
        match news.get("kind"):
            case "typing":
                self.running = Event("typing")
            case "sentence":
                before = self.running.body.get("text", "") if self.running else ""
                self.running = Event("sentence", {"text": before + news["text"]})
            case "over":
                self.running = None
            case _:
                return None
        return self.running

    def still_running(self) -> Event | None:
        """The same again, for pages that time out; not for ever, as a worker may have died."""
        self.silence += 1
        return self.running if self.silence < LONGEST_TURN_TICKS else None

    def looks(self, news: News | None) -> bool:
        """Whether to look into the database: when told to, often while a reply is awaited."""
        if news is not None:
            return news.get("kind") in {"put", "sent"}
        self.ticks += 1
        return self.awaits_reply or self.ticks % QUIET_TICKS == 0


@dataclass(frozen=True)
class StoredFeed:
    """`channels.web.feed.Feed` over the database; streams only make it quicker."""

    database: Database
    streams: Streams

    async def history(self, bot: str, chat: str, limit: int) -> Past:
        """The latest stored events."""
        reader = Reader(0, 0)
        rows = await self._rows(bot, chat, (0, 0), limit)
        events = reader.new(rows)[-limit:]
        state = await self._state(bot, chat)
        return Past(tuple(events), f"{reader.inbox}-{reader.outbox}", state)

    async def follow(self, bot: str, chat: str, place: str) -> AsyncIterator[Event]:
        """What was stored after a place, and what comes."""
        reader = Reader(*parts_of(place))
        async with self.streams.listen(spoken_in(bot, chat)) as news:
            for event in await self._look(bot, chat, reader):
                yield event
            async for one in ticking(news, TICK_SECONDS):
                for event in await self._after(bot, chat, reader, one):
                    yield event

    async def _after(self, bot: str, chat: str, reader: Reader, news: News | None) -> list[Event]:
        """What to tell after some news, or after a while without."""
        shown = reader.shown(news) if news is not None else reader.still_running()
        stored = await self._look(bot, chat, reader) if reader.looks(news) else []
        return stored + ([shown] if shown and reader.running else [])

    async def _look(self, bot: str, chat: str, reader: Reader) -> list[Event]:
        place = (reader.inbox - LOOK_BACK, reader.outbox - LOOK_BACK)
        events = reader.new(await self._rows(bot, chat, place))
        state = await self._state(bot, chat)
        if state != reader.state:
            reader.state = state
            events.append(Event("state", {"state": state}))
        return events

    async def _rows(
        self, bot: str, chat: str, place: tuple[int, int], limit: int | None = None
    ) -> list[tuple[datetime, Event]]:
        """Events with the time they are shown by: when they came, when they were sent."""
        async with self.database.reading() as connection:
            incoming = (
                await connection.execute(_newer(inbox, bot, chat, place[0], limit))
            ).mappings()
            said = [(row["received_at"], _message(row)) for row in incoming]
            sent = _newer(outbox, bot, chat, place[1], limit).where(outbox.c.state == "sent")
            outgoing = (await connection.execute(sent)).mappings()
            return said + [(row["updated_at"], _told(row)) for row in outgoing]

    async def _state(self, bot: str, chat: str) -> str:
        query = select(conversations.c.state).where(
            conversations.c.bot == bot, conversations.c.chat == chat, conversations.c.current
        )
        async with self.database.reading() as connection:
            return await connection.scalar(query) or "bot"


def _newer(table: Table, bot: str, chat: str, number: int, limit: int | None) -> Any:
    columns = table.c
    query = select(table).where(
        columns.bot == bot, columns.chat == chat, columns.number > max(0, number)
    )
    return query.order_by(columns.number.desc()).limit(limit)


def _message(row: RowMapping) -> Event:
    body = {"kind": row["kind"], "text": row["text"], "rest": row["rest"]}
    key = row["message_id"].rpartition(":")[2]
    return Event("message", body, f"{row['number']}-0", key, row["received_at"])


def _told(row: RowMapping) -> Event:
    body = {**json.loads(row["parcel"]), "author": row["author"]}
    kind: Type = "reply" if row["author"] == "bot" else "notice"
    return Event(kind, body, f"0-{row['number']}", row["key"], row["updated_at"])
