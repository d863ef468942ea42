"""Showing that an answer is on its way: "typing…", and its sentences as they come."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from telegram.error import BadRequest, InvalidToken, TelegramError

from channels.telegram.address import Address
from channels.telegram.cutting import TEXT_UNITS, shortened
from channels.telegram.placeholders import WAITING, grow
from channels.telegram.station import Station

Manner = Literal["draft", "edit", "off"]
_DRAFTS = itertools.count(1)


@dataclass
class _Growing:
    """The answer so far."""

    text: str = ""
    news: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def more(self, piece: str) -> None:
        self.text += piece
        self.news.set()

    def end(self) -> None:
        self.ended.set()
        self.news.set()


@dataclass
class Stage:
    """Where growing answers are shown. `drafts` turns false where Telegram knows no drafts."""

    station: Station
    drafts: bool = True
    painting: set[asyncio.Task[None]] = field(default_factory=set)

    async def watch(self, chat: str, sentences: AsyncIterator[str]) -> None:
        """Show a turn until its sentences end; whatever goes wrong costs only the show."""
        place = Address.parse(chat)
        growing = _Growing()
        typing = asyncio.create_task(self._type(place))
        painter = asyncio.create_task(self._paint(chat, place, growing))
        # A change that has begun is brought to its end even if the watcher is sent away, or nobody
        # would know what the chat shows; the reply waits for its turn in the chat.
        self.painting.add(painter)
        painter.add_done_callback(self.painting.discard)
        try:
            async for piece in sentences:
                growing.more(piece)
        finally:
            growing.end()
            typing.cancel()
            await asyncio.wait([typing, painter])

    async def close(self) -> None:
        """Let changes that have begun come to their end."""
        await asyncio.gather(*self.painting, return_exceptions=True)

    async def _type(self, place: Address) -> None:
        try:
            while True:
                await self.station.api.bot.send_chat_action(
                    place.chat, "typing", message_thread_id=place.topic
                )
                await asyncio.sleep(self.station.pace.typing)
        except TelegramError:
            return

    async def _paint(self, chat: str, place: Address, growing: _Growing) -> None:
        manner = self._manner(place)
        draft, pace = next(_DRAFTS), self.station.pace
        gap = pace.private_change if place.private else pace.group_change
        while manner != "off":
            await growing.news.wait()
            if growing.ended.is_set():
                return
            growing.news.clear()
            async with self.station.turn_to(chat):
                manner = await self._draw(chat, place, growing.text, manner, draft)
            with suppress(TimeoutError):
                await asyncio.wait_for(growing.ended.wait(), gap)

    def _manner(self, place: Address) -> Manner:
        wanted = self.station.bot.streaming
        return "edit" if wanted == "draft" and not (self.drafts and place.private) else wanted

    async def _draw(
        self, chat: str, place: Address, text: str, manner: Manner, draft: int
    ) -> Manner:
        """Show the text; how to go on."""
        try:
            if manner == "draft" and await self._draft(place, text, draft):
                return "draft"
            shown = f"{shortened(text, TEXT_UNITS - 2)} {WAITING}"
            await grow(self.station, chat, place, shown)
        except Exception:  # noqa: BLE001 - the reply itself is safe; only the show is over
            return "off"
        return "edit"

    async def _draft(self, place: Address, text: str, draft: int) -> bool:
        """Show the text as a draft; false if drafts are refused here."""
        try:
            await self.station.api.bot.send_message_draft(
                place.chat,
                draft,
                shortened(text, TEXT_UNITS),
                message_thread_id=place.topic,
            )
        except InvalidToken:  # how an unknown method is answered: an older Bot API server
            self.drafts = False
            return False
        except BadRequest:
            return False
        return True
