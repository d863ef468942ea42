"""Pages that update by themselves: a stream that says "changed" whenever something did."""

from collections.abc import AsyncIterator, Awaitable, Callable

from fastapi.responses import StreamingResponse

from agent.wakeups import Wakeups
from console.routing import Ask

_TICK_SECONDS = 1.0
_HEARTBEAT_TICKS = 15
# After so long the page connects anew, and is asked again who it is.
_LONGEST_TICKS = 600
Fingerprint = Callable[[], Awaitable[str]]


def live(ask: Ask, topic: str, fingerprint: Fingerprint) -> StreamingResponse:
    """Server-sent events: "changed" whenever the fingerprint is another one than before.

    It is looked at when the topic's bell rings, and every second in any case.
    """
    headers = {**ask.look.headers, "X-Accel-Buffering": "no"}
    lines = _lines(ask, topic, fingerprint)
    return StreamingResponse(lines, media_type="text/event-stream", headers=headers)


async def _lines(ask: Ask, topic: str, fingerprint: Fingerprint) -> AsyncIterator[bytes]:
    yield b"retry: 1000\n\n"
    before = await fingerprint()
    async with Wakeups(ask.console.streams).bell(topic) as bell:
        for tick in range(_LONGEST_TICKS):
            await bell.wait(_TICK_SECONDS)
            if ask.console.closing.is_set():
                return
            found = await fingerprint()
            if found != before:
                before = found
                yield f"event: changed\ndata: {tick}\n\n".encode()
            elif tick % _HEARTBEAT_TICKS == 0:
                yield b": still here\n\n"
