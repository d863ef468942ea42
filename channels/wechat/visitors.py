"""Which chats are signed in as a customer of the shop's."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from agent.channel import Inbound
from agent.channel_state import Notebook
from channels.wechat.identity import PREFIX, SceneError, customer_in
from channels.wechat.updates import Update


@dataclass(frozen=True)
class Visitors:
    """Without a key nobody is ever signed in."""

    notebook: Notebook
    bot: str
    key: bytes | None = field(repr=False)
    stays: timedelta
    clock: Callable[[], datetime]

    async def came(self, chat: str, scene: str) -> str:
        """Sign the chat in if the scene says who it is; what is left of the scene.

        A scene signs one chat in: the first that came with it.
        """
        if self.key is None or not scene.startswith(PREFIX):
            return scene
        try:
            customer = customer_in(self.key, self.bot, scene, self.clock())
        except SceneError:
            return ""
        used = "used:" + hashlib.sha256(scene.encode()).hexdigest()
        if (await self.notebook.get(self.bot, used) or chat) != chat:
            return ""
        await self.notebook.put(self.bot, used, chat)
        until = (self.clock() + self.stays).timestamp()
        note = json.dumps({"customer": customer, "until": until})
        await self.notebook.put(self.bot, f"customer:{chat}", note)
        return ""

    async def left(self, chat: str) -> None:
        """Sign the chat out."""
        if self.key is not None:
            await self.notebook.put(self.bot, f"customer:{chat}", "")

    async def customer(self, chat: str) -> str | None:
        """Who that is, if it is known."""
        note = await self.notebook.get(self.bot, f"customer:{chat}") if self.key else None
        if not note:
            return None
        kept = json.loads(note)
        return str(kept["customer"]) if kept["until"] > self.clock().timestamp() else None

    async def inbound(self, update: Update) -> Inbound:
        """An update as the agent wants it, with the customer where he is known."""
        text, rest = update.text, update.rest
        if update.scene:
            rest = await self.came(update.chat, update.scene)
        if update.kind == "press" and text == "cancel":
            text, rest = "say", str(update.extra["label"])
        return Inbound(
            bot=self.bot,
            chat=update.chat,
            message_id=update.message_id,
            at=update.at,
            kind=update.kind or "text",
            text=text,
            rest=rest,
            customer=await self.customer(update.chat),
            extra=update.extra,
        )
