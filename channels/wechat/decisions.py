"""A yes counts once, and only under the last summary: old menus stay tappable for ever."""

import json
from dataclasses import dataclass
from typing import Literal

from agent.channel import Parcel
from agent.channel_state import Notebook
from channels.wechat.updates import Update

Verdict = Literal["counts", "stale", "known"]

_DECIDING = frozenset({"confirm", "cancel"})


@dataclass(frozen=True)
class Decisions:
    """Which summary of each chat is the last one shown."""

    notebook: Notebook
    bot: str

    async def shown(self, chat: str, parcel: Parcel) -> None:
        """The parcel is about to be sent; remember it if it asks for a yes."""
        if parcel.get("decides"):
            await self._write(chat, str(parcel["decides"]), "", "")

    async def verdict(self, update: Update) -> Verdict:
        """What a tap is worth now; the same tap told again is worth the same, but no news."""
        # Without a turn it was typed, or the account hands no numbers back: as good as typed.
        if update.kind != "press" or update.text not in _DECIDING or not update.rest:
            return "counts"
        note = await self.notebook.get(self.bot, f"summary:{update.chat}")
        turn, taken, refused = json.loads(note) if note else ("", "", "")
        if turn == update.rest and taken in {"", update.message_id}:
            await self._write(update.chat, turn, update.message_id, refused)
            return "counts"
        if refused == update.message_id:
            return "known"
        await self._write(update.chat, turn, taken, update.message_id)
        return "stale"

    async def _write(self, chat: str, turn: str, taken: str, refused: str) -> None:
        note = json.dumps([turn, taken, refused])
        await self.notebook.put(self.bot, f"summary:{chat}", note)
