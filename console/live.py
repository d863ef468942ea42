"""Pages that update by themselves: a stream that says "changed" whenever something did."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

from fastapi.responses import StreamingResponse

from agent.streams import News, ticking
from agent.wakeups import Wakeups
from console.routing import Ask

_TICK_SECONDS = 1.0
_HEARTBEAT_TICKS = 15
# After so long the page connects anew, and is asked again who it is.
_LONGEST_SECONDS = 600.0
# Whoever ran a turn that is silent for so long may have died.
_LONGEST_SILENCE_TICKS = 120
_BEGIN, _ALIVE, _CHANGED = b"retry: 1000\n\n", b": still here\n\n", b"event: changed\ndata: 1\n\n"
Fingerprint = Callable[[], Awaitable[str]]
Shown = Callable[[str], str]


def live(ask: Ask, topic: str, fingerprint: Fingerprint) -> StreamingResponse:
    """Server-sent events: "changed" whenever the fingerprint is another one than before.

    It is looked at when the topic's bell rings, and every second in any case.
    """
    return _streaming(ask, _changes(ask, topic, fingerprint))


def live_talk(
    ask: Ask, talk: tuple[str, str], fingerprint: Fingerprint, shown: Shown
) -> StreamingResponse:
    """The same for a conversation, and "speaking" while a turn runs in it: its sentences so far.

    Args:
        ask: The request.
        talk: The conversation's id, and the topic of its chat, where others may be held after it.
        fingerprint: What is another one whenever something has changed.
        shown: What a sentence reads like on the page.
    """
    return _streaming(ask, _talk(ask, talk, fingerprint, shown))


def _streaming(ask: Ask, lines: AsyncIterator[bytes]) -> StreamingResponse:
    headers = {**ask.look.headers, "X-Accel-Buffering": "no"}
    return StreamingResponse(lines, media_type="text/event-stream", headers=headers)


async def _changes(ask: Ask, topic: str, fingerprint: Fingerprint) -> AsyncIterator[bytes]:
    yield _BEGIN
    before, quiet, until = await fingerprint(), 0, _until()
    async with Wakeups(ask.console.streams).bell(topic) as bell:
        while asyncio.get_running_loop().time() < until:
            await bell.wait(_TICK_SECONDS)
            if ask.console.closing.is_set():
                return
            found, quiet = await fingerprint(), quiet + 1
            if found != before:
                yield _CHANGED
            elif quiet % _HEARTBEAT_TICKS == 0:
                yield _ALIVE
            before = found


async def _talk(
    ask: Ask, talk: tuple[str, str], fingerprint: Fingerprint, shown: Shown
) -> AsyncIterator[bytes]:
    yield _BEGIN
    name, topic = talk
    before, running, until = await fingerprint(), Running(name), _until()
    async with (
        ask.console.streams.listen(topic) as news,
        aclosing(ticking(news, _TICK_SECONDS, ask.console.closing)) as coming,
    ):
        async for one in coming:
            if asyncio.get_running_loop().time() > until:
                return
            if running.hears(one):
                yield running.line(shown)
            found = await fingerprint()
            if found != before:
                yield _CHANGED
            elif one is None and running.silence % _HEARTBEAT_TICKS == 0:
                yield _ALIVE
            before = found


@dataclass
class Running:
    """A turn that runs in a conversation: what was heard of it so far."""

    conversation: str
    turn: int = 0
    text: str = ""
    over: bool = True
    silence: int = 0

    def hears(self, news: News | None) -> bool:
        """Whether that tells something new of it; `None` is a second without any news."""
        if news is None:
            self.silence += 1
            died = not self.over and self.silence >= _LONGEST_SILENCE_TICKS
            self.over = self.over or died
            return died
        if news.get("conversation", self.conversation) != self.conversation:
            return False
        self.silence = 0
        match news.get("kind"):
            case "typing":
                self.turn, self.text, self.over = int(news["turn"]), "", False
            case "sentence":
                same = news["turn"] == self.turn
                self.text = (self.text if same else "") + str(news["text"])
                self.turn, self.over = int(news["turn"]), False
            case "over":
                self.over = True
            case _:
                return False
        return True

    def line(self, shown: Shown) -> bytes:
        """The event for the page."""
        body = {"turn": self.turn, "text": shown(self.text), "over": self.over}
        return f"event: speaking\ndata: {json.dumps(body, ensure_ascii=False)}\n\n".encode()


def _until() -> float:
    return asyncio.get_running_loop().time() + _LONGEST_SECONDS
