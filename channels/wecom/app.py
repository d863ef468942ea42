"""An app in WeCom, for a corp's own members."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from fastapi import APIRouter

from agent.channel import Inbound, Inbox, Parcel, RejectedError
from agent.pacing import Rate
from agent.reply import Payment, Reply
from channels.wechat.api import Api
from channels.wechat.cutting import cut, shortened
from channels.wechat.errors import sending
from channels.wechat.gate import Gate
from channels.wechat.opening import Outside
from channels.wechat.parcels import image_parcel, plain, text_parcel, to_pay
from channels.wechat.pictures import Pictures
from channels.wechat.routes import callbacks
from channels.wechat.updates import read
from channels.wechat.wording import WORDING, Wording
from channels.wechat.xml import Fields
from channels.wecom.corp import corp_gate, corp_line
from channels.wecom.settings import WeComBot

_TITLE_BYTES: Final = 128
_WORDS_BYTES: Final = 512


@dataclass(frozen=True)
class WeComApp:
    """`agent.channel.Channel` over an app's messages. WeCom sets no limit per message heard."""

    bot: WeComBot
    gate: Gate
    api: Api
    pictures: Pictures

    # WeCom drops what goes beyond thirty messages a minute to one member.
    chat_rate = Rate(per_second=0.45, burst=6)

    def parcels(self, reply: Reply) -> Sequence[Parcel]:
        """Texts, pictures, and a card to pay."""
        words = WORDING[reply.language]
        texts = map(text_parcel, cut(plain(reply.text)))
        cards = (_card(reply.payment, words),) if reply.payment else ()
        return (*texts, *map(image_parcel, reply.images), *cards)

    async def send(self, chat: str, parcel: Parcel, key: str) -> str:
        """Send one parcel; WeCom's id of it.

        Raises:
            DeliveryError: as a channel promises.
        """
        del key
        with sending():
            return await self._send(chat, parcel)

    async def watch(self, chat: str, sentences: AsyncIterator[str]) -> None:
        """WeCom's apps cannot show that they are typing."""
        del chat, sentences

    async def receive(self, inbox: Inbox) -> None:
        """WeCom calls us; see `router`."""
        del inbox

    async def heard(self, fields: Fields, inbox: Inbox) -> bool:
        """Save what a member did; true if it was new."""
        update = read(fields)
        if update.kind is None:
            return False
        inbound = Inbound(
            bot=self.bot.name,
            chat=update.chat,
            message_id=update.message_id,
            at=update.at,
            kind=update.kind,
            text=update.text,
            rest=update.rest,
            extra=update.extra,
        )
        if self.bot.members_are_customers:
            inbound = replace(inbound, customer=update.chat)
        return await inbox.put(inbound)

    async def check(self) -> str:
        """What works.

        Raises:
            DeliveryError: WeCom does not accept the secret, or is not there.
        """
        await self.api.tokens.fetched()
        return f"app {self.bot.agent_id} of {self.bot.corp_id}, called at {self.bot.path}"

    async def _send(self, chat: str, parcel: Parcel) -> str:
        match parcel["kind"]:
            case "text":
                return await self._tell(chat, "text", {"content": parcel["text"]})
            case "card":
                card = {name: parcel[name] for name in ("title", "description", "url", "btntxt")}
                return await self._tell(chat, "textcard", card)
            case "image":

                async def tell(media: str) -> str:
                    return await self._tell(chat, "image", {"media_id": media})

                return await self.pictures.send(parcel["path"], tell)
            case kind:
                raise RejectedError(f"no such parcel: {kind!r}")

    async def _tell(self, chat: str, kind: str, content: dict[str, Any]) -> str:
        message = {"touser": chat, "msgtype": kind, "agentid": self.bot.agent_id, kind: content}
        answer = await self.api.tell("/cgi-bin/message/send", message)
        if answer.get("invaliduser"):
            raise RejectedError("WeCom does not know this member, or the app does not see him")
        return str(answer.get("msgid", ""))


def open_app(bot: WeComBot, outside: Outside) -> WeComApp:
    """The channel of an app."""
    api = corp_line(bot, outside)
    pictures = Pictures(bot.brand, bot.name, api, outside.notebook, outside.clock)
    return WeComApp(bot, corp_gate(bot, outside.clock), api, pictures)


def app_router(app: WeComApp, inbox: Inbox) -> APIRouter:
    """The address that WeCom calls for this app."""

    async def letter(fields: Fields, nonce: str) -> str:
        del nonce
        await app.heard(fields, inbox)
        return ""

    return callbacks(app.bot.path, app.gate, letter)


def _card(payment: Payment, words: Wording) -> Parcel:
    first, _, rest = to_pay(payment, words).partition("\n")
    return {
        "kind": "card",
        "title": shortened(first, _TITLE_BYTES),
        "description": shortened(rest, _WORDS_BYTES),
        "url": payment.url,
        "btntxt": words.pay,
    }
