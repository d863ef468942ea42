"""What the parts of one Telegram bot work with: its line, its notes, its clock, its pace."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from weakref import WeakValueDictionary

from agent.channel_state import Leases, Notebook
from channels.telegram.api import Api
from channels.telegram.settings import TelegramBot
from channels.telegram.updates import Me


@dataclass(frozen=True, slots=True)
class Pace:
    """How often things are done, in seconds; Telegram bears about one change a second in a chat
    and twenty a minute in a group.
    """

    typing: float = 4.0
    private_change: float = 1.0
    group_change: float = 3.0
    long_poll: int = 25
    first_pause: float = 1.0
    longest_pause: float = 30.0

    def pause(self, failures: int) -> float:
        """How long to wait after so many failures in a row."""
        return float(min(self.first_pause * 2 ** min(failures - 1, 16), self.longest_pause))


@dataclass(frozen=True)
class Station:
    """One bot, as one process has it."""

    bot: TelegramBot
    api: Api
    notebook: Notebook
    leases: Leases
    clock: Callable[[], datetime]
    pace: Pace = field(default=Pace())
    _locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    def turn_to(self, chat: str) -> AbstractAsyncContextManager[None]:
        """Whoever changes what a chat shows waits here for his turn."""
        return self._locks.setdefault(chat, asyncio.Lock())

    async def note(self, key: str) -> str | None:
        """What was noted; file ids, offsets and the like are worth nothing to another bot."""
        return await self.notebook.get(self.bot.name, f"{self.bot.id}:{key}")

    async def keep(self, key: str, value: str) -> None:
        """Note it."""
        await self.notebook.put(self.bot.name, f"{self.bot.id}:{key}", value)

    async def me(self) -> Me:
        """The bot itself, as it was called when it was last started.

        Raises:
            TelegramError: its name is not known yet, and Telegram does not answer.
        """
        username = await self.note("username")
        if username is None:
            return await self.learn_me()
        return Me(self.bot.name, self.bot.id, username)

    async def learn_me(self) -> Me:
        """Ask Telegram what the bot is called, and note it.

        Raises:
            TelegramError: there was no answer.
        """
        username = (await self.api.bot.get_me()).username or ""
        await self.keep("username", username)
        return Me(self.bot.name, self.bot.id, username)
