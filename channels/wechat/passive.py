"""A WeChat account that may not send by itself: it answers inside WeChat's call, or at the next.

WeChat gives up a call after five seconds. What is not ready then waits in the tray; the customer
is told to send anything, and gets it.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from agent.channel import Inbox, Parcel
from agent.reply import Reply
from channels.wechat.cutting import TEXT_BYTES, cut, size
from channels.wechat.errors import RefusalError, sending
from channels.wechat.gate import Gate
from channels.wechat.parcels import image_parcel, passive_texts, text_parcel
from channels.wechat.pictures import Pictures
from channels.wechat.settings import WeChatBot
from channels.wechat.tray import Served, Trays
from channels.wechat.updates import Update
from channels.wechat.visitors import Visitors

WAIT_SECONDS: Final = 4.5
_LOOK_SECONDS = 0.5
_HINT_BYTES = 160
_LONGEST_NUDGE = 3
_SILENT = frozenset({"helpful", "unhelpful"})
_SILENCE = Served(None, silent=True)


@dataclass(eq=False)
class _Wait:
    """A call that waits for a parcel; `arrival` says that it should look."""

    arrival: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True)
class PassiveAccount:
    """`agent.channel.Channel` over passive replies. Leaving a parcel in the tray is repeatable."""

    bot: WeChatBot
    gate: Gate
    pictures: Pictures
    trays: Trays
    visitors: Visitors
    wait_seconds: float = WAIT_SECONDS
    newest: dict[str, "_Wait"] = field(default_factory=dict)

    repeatable = True

    def parcels(self, reply: Reply) -> Sequence[Parcel]:
        """Texts, then pictures; each is one answer to one message of the customer's."""
        texts = passive_texts(reply, TEXT_BYTES - _HINT_BYTES)
        return (*map(text_parcel, texts), *map(image_parcel, reply.images))

    async def send(self, chat: str, parcel: Parcel, key: str) -> str:
        """Leave the parcel for the customer's call; a picture that WeChat refuses becomes words.

        Raises:
            TryAgainError: a picture could not be uploaded now.
            RejectedError: there is no such picture.
        """
        with sending():
            if parcel["kind"] == "image":
                parcel = await self._uploaded(parcel)
            await self.trays.put(chat, parcel, key)
        if chat in self.newest:
            self.newest[chat].arrival.set()
        return key

    async def watch(self, chat: str, sentences: AsyncIterator[str]) -> None:
        """There is no way to show anything."""
        del chat, sentences

    async def receive(self, inbox: Inbox) -> None:
        """WeChat calls us; see `channels.wechat.routes`."""
        del inbox

    async def answered(self, update: Update, inbox: Inbox) -> Served:
        """Save what a customer did, and wait for what he gets."""
        if update.left:
            await self.visitors.left(update.chat)
        if update.kind is None:
            return _SILENCE
        known = await self.trays.is_answered(update.chat, update.message_id)
        asks = not known and not await self._is_nudge(update)
        if asks:
            await inbox.put(await self.visitors.inbound(update))
        if update.kind == "press" and update.text in _SILENT:
            return _SILENCE
        return await self._waited(update.chat, update.message_id, asks=asks)

    async def check(self) -> str:
        """What works; without a secret there is nobody to ask.

        Raises:
            DeliveryError: WeChat does not accept the secret.
        """
        if self.bot.app_secret is not None:
            await self.pictures.api.tokens.fetched()
        return f"account {self.bot.app_id} (passive replies), called at {self.bot.path}"

    async def _is_nudge(self, update: Update) -> bool:
        """Whether this only asks for what is waiting, and is no question of its own."""
        short = update.kind == "media" or (
            update.kind == "text" and len(update.text) <= _LONGEST_NUDGE
        )
        return short and await self.trays.is_told(update.chat)

    async def _waited(self, chat: str, message_id: str, *, asks: bool) -> Served:
        """A burst is answered once, so only the newest message of a chat waits on."""
        mine = _Wait()
        older, self.newest[chat] = self.newest.get(chat), mine
        if older:
            older.arrival.set()
        try:
            ready = await self.trays.take(chat, message_id, owed=asks)
            return ready or await self._served(chat, message_id, mine)
        finally:
            if self.newest.get(chat) is mine:
                del self.newest[chat]

    async def _served(self, chat: str, message_id: str, mine: "_Wait") -> Served:
        loop = asyncio.get_running_loop()
        until = loop.time() + self.wait_seconds
        while True:
            mine.arrival.clear()
            if self.newest.get(chat) is not mine:
                await self.trays.passed_over(chat, message_id)
                return _SILENCE
            served = await self.trays.take(chat, message_id)
            if served is not None:
                return served
            if loop.time() >= until:
                await self.trays.told(chat, message_id)
                return Served(None)
            # The sender may be another process: look now and then.
            pause = max(0.0, min(_LOOK_SECONDS, until - loop.time()))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(mine.arrival.wait(), pause)

    async def _uploaded(self, parcel: Parcel) -> Parcel:
        if self.bot.app_secret is None:
            return _in_words(parcel)
        try:
            media = await self.pictures.media_id(parcel["path"])
        except RefusalError:
            return _in_words(parcel)
        return {**parcel, "media_id": media}


def _in_words(parcel: Parcel) -> Parcel:
    caption = str(parcel["caption"])
    text = cut(caption, TEXT_BYTES - _HINT_BYTES)[0] if size(caption) else "…"
    return text_parcel(f"🖼 {text}")
