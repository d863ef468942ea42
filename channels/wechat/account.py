"""A WeChat Official Account that may send customer-service messages."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.channel import DeliveryError, Inbox, Parcel, RejectedError, UnsureError
from agent.reply import Reply
from channels.wechat.api import Api
from channels.wechat.budget import Budget
from channels.wechat.decisions import Decisions
from channels.wechat.errors import RefusalError, sending
from channels.wechat.gate import Gate
from channels.wechat.menu import put_up
from channels.wechat.parcels import parcels_of, text_parcel
from channels.wechat.pictures import Pictures
from channels.wechat.settings import WeChatBot
from channels.wechat.updates import Update
from channels.wechat.visitors import Visitors
from channels.wechat.wording import stale

_LOG = logging.getLogger(__name__)
_NO_MENUS = frozenset({40008, 40200, 48001})
_TYPING_SECONDS = 10.0


@dataclass(frozen=True)
class WeChatAccount:
    """`agent.channel.Channel` over the customer-service messages of one account."""

    bot: WeChatBot
    gate: Gate
    api: Api
    pictures: Pictures
    budget: Budget
    visitors: Visitors
    decisions: Decisions
    asides: set[asyncio.Task[None]] = field(default_factory=set)

    def parcels(self, reply: Reply) -> Sequence[Parcel]:
        """At most four: WeChat allows five messages for one of the customer's."""
        return parcels_of(reply, rating=self.bot.rating)

    async def send(self, chat: str, parcel: Parcel, key: str) -> str:
        """Send one parcel; WeChat gives customer-service messages no id, so it is the key.

        Raises:
            DeliveryError: as a channel promises.
        """
        with sending():
            await self.decisions.shown(chat, parcel)
            spent = await self.budget.spend(chat, key)
            try:
                await self._send(chat, parcel)
            except UnsureError:
                raise
            except (RefusalError, DeliveryError):
                await self.budget.give_back(chat, key, spent)
                raise
        return key

    async def watch(self, chat: str, sentences: AsyncIterator[str]) -> None:
        """Show "typing" as long as the turn runs."""
        typing = asyncio.create_task(self._typing(chat))
        try:
            async for _ in sentences:
                pass
        finally:
            typing.cancel()
            await asyncio.gather(typing, return_exceptions=True)

    async def receive(self, inbox: Inbox) -> None:
        """Put the menu up. WeChat calls us itself; see `channels.wechat.routes`."""
        del inbox
        if not self.bot.menu:
            return
        notebook, leases = self.budget.notebook, self.api.tokens.leases
        try:
            await put_up(self.bot.name, self.bot.menu, self.api, notebook, leases)
        except (RefusalError, DeliveryError) as error:
            _LOG.error("%s: the menu could not be put up: %s", self.bot.name, error)

    async def heard(self, update: Update, inbox: Inbox) -> bool:
        """Save what a customer did; true if it was new."""
        if update.left:
            await self.visitors.left(update.chat)
        if update.kind is None:
            return False
        noting = asyncio.create_task(self._noted(update))
        try:
            return await self._decided(update) and await inbox.put(
                await self.visitors.inbound(update)
            )
        finally:
            await noting

    async def _noted(self, update: Update) -> None:
        """Note beside the saving what may be sent now; the call is acknowledged after both."""
        if update.occasion:
            await self.budget.heard(update.chat, update.occasion, update.message_id, update.at)

    async def _decided(self, update: Update) -> bool:
        """Whether it counts; somebody who taps an old choice is told."""
        verdict = await self.decisions.verdict(update)
        if verdict == "stale":
            # WeChat waits for us meanwhile, so this is said beside.
            aside = asyncio.create_task(self._aside(update.chat, stale(update.extra["label"])))
            self.asides.add(aside)
            aside.add_done_callback(self.asides.discard)
        return verdict == "counts"

    async def check(self) -> str:
        """Ask WeChat who we are; what works.

        Raises:
            DeliveryError: it does not, and why.
        """
        await self.api.tokens.fetched()
        return f"account {self.bot.app_id}, called at {self.bot.path}"

    async def _send(self, chat: str, parcel: Parcel) -> None:
        match parcel["kind"]:
            case "text":
                await self._tell(chat, "text", {"content": parcel["text"]})
            case "image":

                async def tell(media: str) -> None:
                    await self._tell(chat, "image", {"media_id": media})

                await self.pictures.send(parcel["path"], tell)
            case "menu":
                await self._menu(chat, parcel)
            case kind:
                raise RejectedError(f"no such parcel: {kind!r}")

    async def _tell(self, chat: str, kind: str, content: dict[str, Any]) -> None:
        message = {"touser": chat, "msgtype": kind, kind: content}
        await self.api.tell("/cgi-bin/message/custom/send", message)

    async def _menu(self, chat: str, parcel: Parcel) -> None:
        lines = [{"id": number, "content": label} for number, label in parcel["choices"]]
        menu = {"head_content": parcel["head"], "list": lines, "tail_content": ""}
        try:
            await self._tell(chat, "msgmenu", menu)
        except RefusalError as refusal:
            if refusal.code not in _NO_MENUS:
                raise
            # Test accounts and subscription accounts have no menus; their texts have such links.
            await self._tell(chat, "text", {"content": _links(parcel)})

    async def _aside(self, chat: str, text: str) -> None:
        with contextlib.suppress(DeliveryError):
            await self.send(chat, text_parcel(text), "aside")

    async def _typing(self, chat: str) -> None:
        while True:
            with contextlib.suppress(DeliveryError, RefusalError):
                command = {"touser": chat, "command": "Typing"}
                await self.api.ask("/cgi-bin/message/custom/typing", command)
            await asyncio.sleep(_TYPING_SECONDS)


def _links(parcel: Parcel) -> str:
    lines = [
        f'<a href="weixin://bizmsgmenu?msgmenucontent={label}&msgmenuid={number}">{label}</a>'
        for number, label in parcel["choices"]
    ]
    return "\n".join([parcel["head"], *lines])
