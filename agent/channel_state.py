"""What a channel keeps between two runs, and what only one process may do at a time.

`Notebook` holds small facts (an offset, a cursor, an access token, a media id). `Leases` sees to
it that a duty (polling, refreshing a token) has one owner among all processes.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol


class Notebook(Protocol):
    """Small persistent facts of a bot."""

    async def get(self, bot: str, key: str) -> str | None:
        """What was put there last."""
        ...

    async def put(self, bot: str, key: str, value: str) -> None:
        """Keep it; it is on disk when this returns."""
        ...


class Hold(Protocol):
    """A duty that this process has, until it is lost."""

    @property
    def lost(self) -> bool:
        """Whether somebody else may have it by now; the owner stops at once then."""
        ...

    async def wait_lost(self) -> None:
        """Return as soon as it is lost; wait for ever otherwise."""
        ...


class Leases(Protocol):
    """Who does what only one may do."""

    def hold(self, name: str) -> AbstractAsyncContextManager[Hold]:
        """Wait until this process has the duty, keep it while inside, give it back at the end."""
        ...


@dataclass
class MemoryNotebook:
    """A notebook that is gone with the process."""

    facts: dict[tuple[str, str], str] = field(default_factory=dict)

    async def get(self, bot: str, key: str) -> str | None:
        """What was put there last."""
        return self.facts.get((bot, key))

    async def put(self, bot: str, key: str, value: str) -> None:
        """Keep it as long as the process lives."""
        self.facts[bot, key] = value


@dataclass
class MemoryHold:
    """A duty within one process."""

    gone: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def lost(self) -> bool:
        """Whether somebody else may have it by now."""
        return self.gone.is_set()

    async def wait_lost(self) -> None:
        """Return as soon as it is lost."""
        await self.gone.wait()


@dataclass
class MemoryLeases:
    """Duties among the tasks of one process. `take_away` makes an owner lose one, for tests."""

    locks: dict[str, asyncio.Lock] = field(default_factory=dict)
    held: dict[str, MemoryHold] = field(default_factory=dict)

    @asynccontextmanager
    async def hold(self, name: str) -> AsyncIterator[Hold]:
        """Wait until the duty is free, have it while inside."""
        async with self.locks.setdefault(name, asyncio.Lock()):
            self.held[name] = mine = MemoryHold()
            try:
                yield mine
            finally:
                mine.gone.set()

    def take_away(self, name: str) -> None:
        """The owner loses the duty, as if its process had been stopped for too long."""
        self.held[name].gone.set()
