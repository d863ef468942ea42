"""Server-sent events: how what happens in a chat travels to its page."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, TypeVar

from channels.web.feed import Event

HEARTBEAT_SECONDS = 15.0
T = TypeVar("T")


def view(event: Event) -> dict[str, Any]:
    """An event as the page gets it, in the stream and in the history alike."""
    shown: dict[str, Any] = {"type": event.type, **event.body}
    if event.key:
        shown |= {"key": event.key, "place": event.place}
    if event.at is not None:
        shown["at"] = event.at.isoformat()
    return shown


def line_of(place: str, shown: dict[str, Any]) -> bytes:
    """One event on the wire; only what is stored moves the place a lost connection resumes from."""
    named = f"id: {place}\n" if place else ""
    return f"{named}data: {json.dumps(shown, ensure_ascii=False)}\n\n".encode()


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
