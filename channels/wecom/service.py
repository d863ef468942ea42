"""WeChat customer service (微信客服): people write from inside WeChat, WeCom carries it."""

import contextlib
import hashlib
import json
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from agent.channel import DeliveryError, Inbox, Parcel, RejectedError, UnsureError
from agent.reply import Reply
from channels.wechat.api import Api
from channels.wechat.budget import Budget
from channels.wechat.decisions import Decisions
from channels.wechat.errors import RefusalError, sending
from channels.wechat.gate import Gate
from channels.wechat.parcels import text_parcel
from channels.wechat.pictures import Pictures
from channels.wechat.updates import Update
from channels.wechat.visitors import Visitors
from channels.wechat.wording import stale
from channels.wecom.service_parcels import message_of, service_parcels
from channels.wecom.service_updates import Told
from channels.wecom.sessions import Sessions
from channels.wecom.settings import WeChatKfBot
from channels.wecom.sync import Sync

_LOG = logging.getLogger(__name__)
_WELCOME_SECONDS = 20
_NO_MORE = 95001


@dataclass(frozen=True)
class WeChatService:
    """`agent.channel.Channel` over one customer-service account.

    Every message carries an id of ours that WeCom takes once, so sending again doubles nothing.
    """

    bot: WeChatKfBot
    gate: Gate
    api: Api
    pictures: Pictures
    budget: Budget
    visitors: Visitors
    decisions: Decisions
    sessions: Sessions
    sync: Sync

    repeatable = True

    def parcels(self, reply: Reply) -> Sequence[Parcel]:
        """At most four: WeChat allows five messages for one of the customer's."""
        queue = self.bot.hand_over == "queue" and reply.handoff.requested
        return service_parcels(reply, rating=self.bot.rating, queue=queue)

    async def send(self, chat: str, parcel: Parcel, key: str) -> str:
        """Send one parcel; its id, which follows from the key.

        Raises:
            DeliveryError: as a channel promises.
        """
        message_id = hashlib.sha256(f"{self.bot.name}\n{key}".encode()).hexdigest()[:32]
        with sending():
            await self.decisions.shown(chat, parcel)
            if parcel["kind"] == "queue":
                await self.sessions.queue(chat)
            elif not await self._welcomed(chat, parcel, message_id):
                await self._within_budget(chat, parcel, message_id)
        return message_id

    async def watch(self, chat: str, sentences: AsyncIterator[str]) -> None:
        """Customer service cannot show that somebody is typing."""
        del chat, sentences

    async def receive(self, inbox: Inbox) -> None:
        """Fetch messages until cancelled; one process at a time does."""

        async def heard(told: Told) -> None:
            await self.heard(told, inbox)

        await self.sync.run(heard)

    async def heard(self, told: Told, inbox: Inbox) -> None:
        """Save what happened in a chat."""
        update = told.update
        if told.failed:
            _LOG.warning("%s: message %s did not arrive, reason %s", self.bot.name, *told.failed)
        if told.turn_to:
            await self.sessions.turn_to(update.chat, told.turn_to)
        if update.kind is None:
            return
        if told.welcome_code:
            await self._keep_welcome(update.chat, told.welcome_code, update.at.timestamp())
        if update.occasion:
            await self.budget.heard(update.chat, update.occasion, update.message_id, update.at)
        if not await self.sessions.with_person(update.chat):
            await self._said(update, inbox)

    async def _said(self, update: Update, inbox: Inbox) -> None:
        verdict = await self.decisions.verdict(update)
        if verdict == "counts":
            await inbox.put(await self.visitors.inbound(update))
        elif verdict == "stale":
            with contextlib.suppress(DeliveryError):
                words = text_parcel(stale(update.extra["label"]))
                await self.send(update.chat, words, f"stale:{update.message_id}")

    async def check(self) -> str:
        """What works.

        Raises:
            DeliveryError: WeCom does not accept the secret, or is not there.
        """
        await self.api.tokens.fetched()
        return f"customer service {self.bot.open_kfid}, called at {self.bot.path}"

    async def _within_budget(self, chat: str, parcel: Parcel, message_id: str) -> None:
        spent = await self.budget.spend(chat, message_id)
        try:
            await self._retried(chat, parcel, message_id)
        except UnsureError:
            raise
        except (RefusalError, DeliveryError) as error:
            await self.budget.give_back(chat, message_id, spent)
            if spent is None and isinstance(error, RefusalError) and error.code == _NO_MORE:
                raise RejectedError("the customer has come in, but not written yet") from error
            raise

    async def _retried(self, chat: str, parcel: Parcel, message_id: str) -> None:
        """Send; where only the session's state is in the way, take the session and send again."""
        try:
            await self._tell(chat, parcel, message_id)
        except RefusalError as refusal:
            if _is_twice(refusal):
                return
            if not self.sessions.hinders(refusal):
                raise
            if not await self.sessions.taken(chat):
                raise RejectedError("a person has this conversation in WeCom") from refusal
            await self._tell(chat, parcel, message_id)

    async def _tell(self, chat: str, parcel: Parcel, message_id: str) -> None:
        head = {"touser": chat, "open_kfid": self.bot.open_kfid, "msgid": message_id}
        if parcel["kind"] != "image":
            await self.api.tell("/cgi-bin/kf/send_msg", {**head, **message_of(parcel)})
            return

        async def tell(media: str) -> None:
            image = {"msgtype": "image", "image": {"media_id": media}}
            await self.api.tell("/cgi-bin/kf/send_msg", {**head, **image})

        await self.pictures.send(parcel["path"], tell)

    async def _keep_welcome(self, chat: str, code: str, at: float) -> None:
        note = json.dumps({"code": code, "until": at + _WELCOME_SECONDS})
        await self.sync.notebook.put(self.bot.name, f"welcome:{chat}", note)

    async def _welcomed(self, chat: str, parcel: Parcel, message_id: str) -> bool:
        """Use the code that entering gave, if it is still good: it costs nothing."""
        if parcel["kind"] not in {"text", "menu"}:
            return False
        note = await self.sync.notebook.get(self.bot.name, f"welcome:{chat}")
        kept: dict[str, Any] = json.loads(note) if note else {"until": 0.0}
        if kept["until"] <= self.budget.clock().timestamp():
            return False
        await self.sync.notebook.put(self.bot.name, f"welcome:{chat}", "")
        content = {"code": kept["code"], "msgid": message_id, **message_of(parcel)}
        try:
            await self.api.tell("/cgi-bin/kf/send_msg_on_event", content)
        except RefusalError as refusal:
            return _is_twice(refusal)
        return True


def _is_twice(refusal: RefusalError) -> bool:
    """Whether the message id was taken before; WeCom promises an error then and names no code."""
    words = str(refusal).lower()
    return "msgid" in words and any(word in words for word in ("duplicate", "repeat", "exist"))
