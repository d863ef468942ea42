"""Replies that wait for the customer to ask for them: accounts that may only answer when called.

The sender puts parcels in, the callback takes them out. They are kept in the notebook, each note
written by one side only: `tray:` by the sender, `taken:` by the callback.
"""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

from agent.channel import Parcel
from agent.channel_state import Notebook

_KEPT_BEHIND = 6
_KEPT_ANSWERS = 12
_PASSED_OVER = -1
_ASKED_TO_WAIT = 0


@dataclass(frozen=True, slots=True)
class Served:
    """What one call is answered with: a parcel and how many more wait; None: nothing is ready.

    `silent`: nothing is to be said to this call.
    """

    parcel: Parcel | None
    more: int = 0
    silent: bool = False


@dataclass(frozen=True)
class Trays:
    """The waiting parcels of one bot's chats."""

    notebook: Notebook
    bot: str
    locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def put(self, chat: str, parcel: Parcel, key: str) -> None:
        """Leave a parcel; the same key again changes nothing."""
        tray, taken = await self._tray(chat), await self._taken(chat)
        if any(one["key"] == key for one in tray["parcels"]):
            return
        number = tray["last"] + 1
        kept = [one for one in tray["parcels"] if one["n"] > taken["upto"] - _KEPT_BEHIND]
        one = {"n": number, "key": key, "parcel": dict(parcel)}
        await self._write(f"tray:{chat}", {"last": number, "parcels": [*kept, one]})

    async def take(self, chat: str, message_id: str, *, owed: bool = False) -> Served | None:
        """What this message is answered with, the same each time; None: nothing yet.

        `owed`: what is there now answers older messages, so one more will come for this one.
        """
        async with self._turn(chat):
            return await self._take(chat, message_id, int(owed))

    async def is_answered(self, chat: str, message_id: str) -> bool:
        """Whether this message was called about before, and answered."""
        return message_id in (await self._taken(chat))["answers"]

    async def passed_over(self, chat: str, message_id: str) -> None:
        """A newer message of the same burst gets the answer of both."""
        async with self._turn(chat):
            taken = await self._taken(chat)
            await self._answered(chat, taken, message_id, _PASSED_OVER, told=taken["told"])

    async def told(self, chat: str, message_id: str) -> None:
        """This message was answered with "send anything to get it"."""
        async with self._turn(chat):
            taken = await self._taken(chat)
            await self._answered(chat, taken, message_id, _ASKED_TO_WAIT, told=True)

    async def is_told(self, chat: str) -> bool:
        """Whether the customer was asked to send anything, and has not got all since."""
        return bool((await self._taken(chat))["told"])

    async def _take(self, chat: str, message_id: str, owed: int) -> Served | None:
        tray, taken = await self._tray(chat), await self._taken(chat)
        waiting = [one for one in tray["parcels"] if one["n"] > taken["upto"]]
        if message_id in taken["answers"]:
            before = taken["answers"][message_id]
            again = [one["parcel"] for one in tray["parcels"] if one["n"] == before]
            return Served(again[0] if again else None, len(waiting), silent=before == _PASSED_OVER)
        if not waiting:
            return None
        more = len(waiting) - 1 + owed
        await self._answered(chat, taken, message_id, waiting[0]["n"], told=more > 0)
        return Served(waiting[0]["parcel"], more)

    def _turn(self, chat: str) -> asyncio.Lock:
        return self.locks.setdefault(chat, asyncio.Lock())

    async def _answered(
        self, chat: str, taken: dict[str, Any], message_id: str, number: int, *, told: bool
    ) -> None:
        answers = {**taken["answers"], message_id: number}
        latest = dict(list(answers.items())[-_KEPT_ANSWERS:])
        upto = max(taken["upto"], number)
        await self._write(f"taken:{chat}", {"upto": upto, "answers": latest, "told": told})

    async def _tray(self, chat: str) -> dict[str, Any]:
        note = await self.notebook.get(self.bot, f"tray:{chat}")
        return json.loads(note) if note else {"last": 0, "parcels": []}

    async def _taken(self, chat: str) -> dict[str, Any]:
        note = await self.notebook.get(self.bot, f"taken:{chat}")
        return json.loads(note) if note else {"upto": 0, "answers": {}, "told": False}

    async def _write(self, key: str, note: dict[str, Any]) -> None:
        await self.notebook.put(self.bot, key, json.dumps(note, ensure_ascii=False))
