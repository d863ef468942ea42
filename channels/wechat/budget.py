"""How many messages WeChat still lets us send: five in 48 hours after a message of the customer's,
three in a minute after a click, a scan or a follow.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from weakref import WeakValueDictionary

from agent.channel import RejectedError, TryAgainError
from agent.channel_state import Notebook

Occasion = Literal["written", "clicked"]

MESSAGES: dict[Occasion, int] = {"written": 5, "clicked": 3}
LASTS: dict[Occasion, timedelta] = {"written": timedelta(hours=48), "clicked": timedelta(minutes=1)}
_LOOK_AGAIN_SECONDS = 10.0


@dataclass(frozen=True)
class Budget:
    """Keeps count, so that a message too many waits for the customer instead of being refused.

    What was heard is written by whoever is called, what was spent by whoever sends: each note has
    one writer at a time.
    """

    notebook: Notebook
    bot: str
    clock: Callable[[], datetime]
    locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def heard(self, chat: str, occasion: Occasion, message_id: str, at: datetime) -> None:
        """The customer did something that lets us send again; hearing it twice changes nothing."""
        # Calls about one message come at once, too: the others find it noted.
        async with self.locks.setdefault(chat, asyncio.Lock()):
            known = await self._read(f"heard:{chat}")
            last = known.get(occasion, {"at": 0.0})
            if at.timestamp() >= last["at"] and message_id != last.get("id"):
                known[occasion] = {"id": message_id, "at": at.timestamp()}
                await self._write(f"heard:{chat}", known)

    async def spend(self, chat: str, key: str) -> str | None:
        """Take this message off what is left; what to give back if it is not sent after all.

        The same message tried again, after a process died in the middle of it, counts once.

        Raises:
            TryAgainError: none is left until the customer writes again.
            RejectedError: he last wrote too long ago.
        """
        heard, spent = await self._read(f"heard:{chat}"), await self._read(f"spent:{chat}")
        if not heard:
            return None
        open_ids = self._open(heard)
        if not open_ids:
            raise RejectedError("the customer wrote too long ago: WeChat allows 48 hours")
        for message_id, messages in open_ids:
            tries = spent.get(message_id, {})
            if key in tries or len(tries) < messages:
                kept = {one: spent[one] for one, _ in open_ids if one in spent}
                kept[message_id] = {**tries, key: tries.get(key, 0) + 1}
                await self._write(f"spent:{chat}", kept)
                return message_id
        text = "all messages that WeChat allows were sent; waiting for the customer to write"
        raise TryAgainError(text, after_seconds=_LOOK_AGAIN_SECONDS)

    async def give_back(self, chat: str, key: str, message_id: str | None) -> None:
        """This try certainly was not sent; one before of which nothing is known still counts."""
        spent = await self._read(f"spent:{chat}")
        tries = spent.get(message_id, {}) if message_id else {}
        if message_id and key in tries:
            tries[key] -= 1
            spent[message_id] = {one: count for one, count in tries.items() if count}
            await self._write(f"spent:{chat}", spent)

    def _open(self, heard: dict[str, Any]) -> list[tuple[str, int]]:
        """The occasions that still count and their allowance, the shortest-lived first."""
        now = self.clock().timestamp()
        occasions: tuple[Occasion, ...] = ("clicked", "written")
        return [
            (heard[occasion]["id"], MESSAGES[occasion])
            for occasion in occasions
            if occasion in heard and now - heard[occasion]["at"] < LASTS[occasion].total_seconds()
        ]

    async def _read(self, key: str) -> dict[str, Any]:
        note = await self.notebook.get(self.bot, key)
        return json.loads(note) if note else {}

    async def _write(self, key: str, note: dict[str, Any]) -> None:
        await self.notebook.put(self.bot, key, json.dumps(note))
