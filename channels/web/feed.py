"""What happened in a chat, as its page sees it: a protocol and its in-memory twin."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, Protocol

from agent.channel import Inbound

Type = Literal["message", "reply", "notice", "typing", "sentence", "state"]
START = "0-0"
_PLACE = re.compile(r"[0-9]{1,18}-[0-9]{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing for the page. Only what is stored (message, reply, notice) has a place and a key.

    `place` is `inbox-outbox`: how far one has read in either, so that two places compare by part.
    `key` is the same whenever the same thing is told again. Bodies: message {kind, text, rest},
    reply and notice: the parcel, sentence {text: all that was said so far}, state {state}.
    """

    type: Type
    body: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""
    key: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """The latest events of a chat, oldest first; `place` is where to go on from."""

    events: tuple[Event, ...]
    place: str = START
    state: str = "bot"


class Feed(Protocol):
    """Reads what is stored about a chat, and waits for more."""

    async def history(self, bot: str, chat: str, limit: int) -> Past:
        """The latest stored events."""
        ...

    def follow(self, bot: str, chat: str, place: str) -> AsyncIterator[Event]:
        """Every stored event after a place, then what comes, shows included; never ends.

        An event may be told twice, with the same key; none is left out.
        """
        ...


def parts_of(place: str) -> tuple[int, int]:
    """How far a reader has come in the inbox and in the outbox.

    Raises:
        ValueError: this is no place.
    """
    if not _PLACE.fullmatch(place):
        raise ValueError("expected a place such as 12-34")
    inbox, outbox = place.split("-")
    return int(inbox), int(outbox)


@dataclass
class MemoryFeed:
    """Inbox, outbox and feed of one process, for tests and for trying the page out."""

    taken: list[Inbound] = field(default_factory=list)
    stored: dict[tuple[str, str], list[Event]] = field(default_factory=dict)
    states: dict[tuple[str, str], str] = field(default_factory=dict)
    open_pages: list[tuple[tuple[str, str], asyncio.Queue[Event]]] = field(default_factory=list)

    async def put(self, inbound: Inbound) -> bool:
        """Keep a message, once."""
        if any((i.bot, i.message_id) == (inbound.bot, inbound.message_id) for i in self.taken):
            return False
        self.taken.append(inbound)
        body = {"kind": inbound.kind, "text": inbound.text, "rest": inbound.rest}
        key = inbound.message_id.rpartition(":")[2]
        event = Event("message", body, key=key, at=inbound.at)
        self._store(inbound.bot, inbound.chat, event, (1, 0))
        return True

    async def history(self, bot: str, chat: str, limit: int) -> Past:
        """The latest stored events."""
        events = self.stored.get((bot, chat), [])
        place = events[-1].place if events else START
        return Past(tuple(events[-limit:]), place, self.states.get((bot, chat), "bot"))

    async def follow(self, bot: str, chat: str, place: str) -> AsyncIterator[Event]:
        """What was stored after a place, and what comes."""
        read = parts_of(place)
        page: tuple[tuple[str, str], asyncio.Queue[Event]] = ((bot, chat), asyncio.Queue())
        self.open_pages.append(page)
        try:
            yield Event("state", {"state": self.states.get((bot, chat), "bot")})
            for event in tuple(self.stored.get((bot, chat), ())):
                if any(a > b for a, b in zip(parts_of(event.place), read, strict=True)):
                    yield event
            while True:
                yield await page[1].get()
        finally:
            self.open_pages.remove(page)

    async def show(self, bot: str, chat: str, event: Event) -> None:
        """Tell the open pages of this chat; a reply or notice is kept, once per key."""
        if event.type == "state":
            self.states[bot, chat] = event.body["state"]
        if event.key:
            if all(known.key != event.key for known in self.stored.get((bot, chat), ())):
                self._store(bot, chat, event, (0, 1))
            return
        self._tell(bot, chat, event)

    def _tell(self, bot: str, chat: str, event: Event) -> None:
        for where, page in self.open_pages:
            if where == (bot, chat):
                page.put_nowait(event)

    def _store(self, bot: str, chat: str, event: Event, step: tuple[int, int]) -> None:
        events = self.stored.setdefault((bot, chat), [])
        inbox, outbox = parts_of(events[-1].place if events else START)
        placed = replace(event, place=f"{inbox + step[0]}-{outbox + step[1]}")
        events.append(placed)
        self._tell(bot, chat, placed)
