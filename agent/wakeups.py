"""Waking those who wait for work. Whoever waits looks into the database now and then anyway."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from agent.streams import News, Streams

WORK = "wake:work"
# Somebody took a conversation away from whoever runs a turn in it.
LOST = "wake:lost"


def outgoing(bot: str) -> str:
    """The topic of whoever sends for that bot."""
    return f"wake:out:{bot}"


@dataclass
class Bell:
    """Rings that were heard since one last waited."""

    rung: asyncio.Event

    async def wait(self, seconds: float) -> bool:
        """Until it rings or the time is up; whether it rang."""
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await self.rung.wait()
        except TimeoutError:
            return False
        self.rung.clear()
        return True


@dataclass(frozen=True)
class Wakeups:
    """Bells over streams."""

    streams: Streams

    async def ring(self, name: str) -> None:
        """Wake everybody who waits for it."""
        await self.streams.publish(name, {})

    @asynccontextmanager
    async def bell(self, name: str) -> AsyncIterator[Bell]:
        """A bell that can be heard inside."""
        bell = Bell(asyncio.Event())
        async with self.streams.listen(name) as news:
            listening = asyncio.create_task(_listen(news, bell))
            try:
                yield bell
            finally:
                listening.cancel()
                await asyncio.wait([listening])


async def _listen(news: AsyncIterator[News], bell: Bell) -> None:
    async for _ in news:
        bell.rung.set()
