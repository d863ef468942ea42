"""Short-lived news between processes: sentences while they are spoken, events for a live feed.

What goes through here may be lost at any moment without harm: the database has the truth.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

News = Mapping[str, Any]
T = TypeVar("T")
KEPT = 64
QUEUE = 1000


class Streams(Protocol):
    """Topics that anybody publishes to and anybody listens to."""

    async def publish(self, topic: str, news: News, *, keep: bool = False) -> None:
        """Tell whoever listens. What is kept, latecomers hear as well, for some minutes."""
        ...

    async def forget(self, topic: str) -> None:
        """Latecomers hear nothing of what was kept so far."""
        ...

    def listen(self, topic: str) -> AbstractAsyncContextManager[AsyncIterator[News]]:
        """What was kept, then what is published from now on."""
        ...


@dataclass
class MemoryStreams:
    """Streams within one process."""

    kept: dict[str, deque[News]] = field(default_factory=dict)
    listeners: dict[str, list[asyncio.Queue[News]]] = field(default_factory=dict)

    async def publish(self, topic: str, news: News, *, keep: bool = False) -> None:
        """Put it into every listener's queue; one that does not keep up loses the oldest."""
        if keep:
            self.kept.setdefault(topic, deque(maxlen=KEPT)).append(news)
        for queue in self.listeners.get(topic, ()):
            offer(queue, news)

    async def forget(self, topic: str) -> None:
        """Drop what was kept."""
        self.kept.pop(topic, None)

    @asynccontextmanager
    async def listen(self, topic: str) -> AsyncIterator[AsyncIterator[News]]:
        """A queue of one's own."""
        queue: asyncio.Queue[News] = asyncio.Queue(QUEUE)
        for news in self.kept.get(topic, ()):
            offer(queue, news)
        mine = self.listeners.setdefault(topic, [])
        mine.append(queue)
        try:
            yield drained(queue)
        finally:
            mine.remove(queue)
            if not mine:
                self.listeners.pop(topic, None)


def offer(queue: "asyncio.Queue[T]", news: T) -> None:
    """Put it in, at the cost of the oldest if it is full."""
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(news)


async def drained(queue: asyncio.Queue[News]) -> AsyncIterator[News]:
    """What comes, for ever."""
    while True:
        yield await queue.get()


async def ticking(
    items: AsyncIterator[T], seconds: float, closing: asyncio.Event | None = None
) -> AsyncGenerator[T | None, None]:
    """The items, and None whenever none came for so long; ends when `closing` is set."""
    end = asyncio.ensure_future((closing or asyncio.Event()).wait())
    coming = asyncio.ensure_future(_next(items))
    try:
        while True:
            done, _ = await asyncio.wait(
                {coming, end}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if end in done or (coming in done and coming.result() is None):
                return
            if coming in done:
                yield coming.result()
                coming = asyncio.ensure_future(_next(items))
            else:
                yield None
    finally:
        end.cancel()
        coming.cancel()
        await asyncio.wait({coming, end})
        if isinstance(items, AsyncGenerator):
            await items.aclose()


async def _next(items: AsyncIterator[T]) -> T | None:
    """The next item; None at the end, as a task cannot pass StopAsyncIteration on."""
    return await anext(items, None)
