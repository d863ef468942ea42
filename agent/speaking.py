"""A turn while it runs, as others see it: typing, and its sentences as they are spoken."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from agent.channel import Channel
from agent.conversations import Held
from agent.streams import Streams

_LAST_WORDS_SECONDS = 1.0
_logger = logging.getLogger(__name__)


def spoken_in(bot: str, chat: str) -> str:
    """The topic on which a chat's sentences and deliveries are told.

    News are `{"kind": "typing"|"sentence"|"over", "turn": N, "conversation": …, "text": …}` from
    the worker and `{"kind": "sent", "number": N}` for each row of the outbox that went out.
    """
    return f"chat:{bot}:{chat}"


@dataclass
class Speaking:
    """Takes sentences and passes them on; whatever goes wrong costs only the show."""

    sentences: "asyncio.Queue[str | None]" = field(default_factory=asyncio.Queue)
    watched: "asyncio.Queue[str | None]" = field(default_factory=asyncio.Queue)

    def say(self, sentence: str) -> None:
        """One more sentence."""
        self.sentences.put_nowait(sentence)
        self.watched.put_nowait(sentence)


@asynccontextmanager
async def speaking(
    held: Held, turn: int, channel: Channel, streams: Streams
) -> AsyncIterator[Speaking]:
    """Show the turn as long as it runs; at the end there is a moment to bring the show to rest."""
    live = Speaking()
    tasks = [
        asyncio.create_task(_published(held, turn, live, streams)),
        asyncio.create_task(_shown(channel, held.chat, live)),
    ]
    try:
        yield live
    finally:
        live.sentences.put_nowait(None)
        live.watched.put_nowait(None)
        _, late = await asyncio.wait(tasks, timeout=_LAST_WORDS_SECONDS)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)


async def _published(held: Held, turn: int, live: Speaking, streams: Streams) -> None:
    topic, about = spoken_in(held.bot, held.chat), {"turn": turn, "conversation": held.id}
    await streams.forget(topic)
    await streams.publish(topic, {"kind": "typing", **about}, keep=True)
    async for text in _until_none(live.sentences):
        await streams.publish(topic, {"kind": "sentence", "text": text, **about}, keep=True)
    await streams.forget(topic)
    await streams.publish(topic, {"kind": "over", **about})


async def _shown(channel: Channel, chat: str, live: Speaking) -> None:
    try:
        await channel.watch(chat, _until_none(live.watched))
    except Exception:
        _logger.warning("a turn could not be shown while it ran", exc_info=True)


async def _until_none(queue: "asyncio.Queue[str | None]") -> AsyncIterator[str]:
    while (text := await queue.get()) is not None:
        yield text
