"""Sending what is in the outbox of one bot: in order within a chat, each letter at most once."""

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from agent.channel import Channel, RejectedError, TryAgainError, UnsureError
from agent.checkpoint import Checkpoint, passing
from agent.database import Database
from agent.delivery import Delivered, Deliveries, Letter, later
from agent.leases import SqlHold, SqlLeases
from agent.pacing import Bucket, Rate
from agent.speaking import spoken_in
from agent.streams import Streams
from agent.wakeups import Bell, Wakeups, outgoing
from agent.watching import Watcher

POLL_SECONDS = 0.5
_SEND_SECONDS = 60.0
_AT_ONCE = 32
_RECORD_TRIES = 120
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Post:
    """What senders share."""

    database: Database
    leases: SqlLeases
    streams: Streams
    watcher: Watcher
    clock: Callable[[], datetime]
    chance: Callable[[], float] = random.random  # noqa: S311 - no secret
    give_up: timedelta = timedelta(hours=24)
    checkpoint: Checkpoint = passing


@dataclass
class Sender:
    """Sends for one bot, as long as it has the lease for that.

    A channel that says `repeatable = True` takes the same parcel twice without showing it twice;
    for any other, one that may have been delivered is never sent again by itself. A channel may
    name a `rate` and a `chat_rate` (`agent.pacing.Rate`) that it wants to be kept to.
    """

    bot: str
    channel: Channel
    post: Post
    last_seconds: float = 3.0
    busy: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)
    buckets: dict[str, Bucket] = field(default_factory=dict)
    _recovered: bool = False

    async def run(self, stop: asyncio.Event) -> None:
        """Send until told to stop; whenever the lease is lost, wait for it again."""
        stopping = asyncio.create_task(stop.wait())
        owning = asyncio.create_task(self._own_again_and_again(stop))
        try:
            await asyncio.wait([stopping, owning], return_when=asyncio.FIRST_COMPLETED)
            if self.busy:
                await asyncio.wait(self.busy.values(), timeout=self.last_seconds)
        finally:
            for task in (stopping, owning):
                task.cancel()
            await asyncio.wait([stopping, owning])

    async def _own_again_and_again(self, stop: asyncio.Event) -> None:
        name = f"sender:{self.bot}"
        while not stop.is_set():
            async with self.post.leases.held(name) as mine:
                try:
                    await self._send_as(mine, name, stop)
                finally:
                    await self._break_off()

    async def _send_as(self, mine: SqlHold, name: str, stop: asyncio.Event) -> None:
        post = self.post
        deliveries = Deliveries(post.database, self.bot, name, mine.fence, post.clock)
        self.buckets.clear()
        self._recovered = False
        async with Wakeups(post.streams).bell(outgoing(self.bot)) as bell:
            while not (mine.lost or stop.is_set()):
                await bell.wait(await self._round_if_possible(deliveries, bell))

    async def _round_if_possible(self, deliveries: Deliveries, bell: Bell) -> float:
        try:
            if not self._recovered:
                await deliveries.recover(repeatable=getattr(self.channel, "repeatable", False))
                self._recovered = True
            return await self._round(deliveries, bell)
        except (SQLAlchemyError, OSError) as error:
            _logger.error("%s: the outbox cannot be read: %s", self.bot, error)
            return POLL_SECONDS

    async def _round(self, deliveries: Deliveries, bell: Bell) -> float:
        """Begin what may go; how long to wait for more."""
        room = _AT_ONCE - len(self.busy)
        if room <= 0:
            return POLL_SECONDS
        letters, next_at = await deliveries.ready(_AT_ONCE * 2)
        for letter in [one for one in letters if one.chat not in self.busy][:room]:
            task = asyncio.create_task(self._serve_chat(deliveries, letter))
            self.busy[letter.chat] = task
            task.add_done_callback(partial(self._gone, letter.chat, bell))
        if next_at is None:
            return POLL_SECONDS
        return min(POLL_SECONDS, max(0.0, (next_at - self.post.clock()).total_seconds()))

    def _gone(self, chat: str, bell: Bell, task: "asyncio.Task[None]") -> None:
        self.busy.pop(chat, None)
        bell.rung.set()
        if task.cancelled() or not (error := task.exception()):
            return
        if isinstance(error, SQLAlchemyError | OSError):
            _logger.error("%s: a letter waits until the database is back: %s", self.bot, error)
        else:
            _logger.error("%s: sending broke off", self.bot, exc_info=error)

    async def _serve_chat(self, deliveries: Deliveries, first: Letter) -> None:
        """Send what a chat has waiting, one after the other."""
        letter: Letter | None = first
        while letter:
            await self._paced(letter.chat)
            if not await deliveries.claim(letter):
                return
            await self.post.checkpoint("sending")
            delivered = await self._sent(letter)
            await self.post.checkpoint("accepted")
            await self._recorded(deliveries, letter, delivered)
            if delivered.outcome == "again":
                return
            letter = await deliveries.next_of(letter.chat)

    async def _sent(self, letter: Letter) -> Delivered:
        try:
            async with asyncio.timeout(_SEND_SECONDS):
                provider_id = await self.channel.send(letter.chat, letter.parcel, letter.key)
        except Exception as error:  # noqa: BLE001 - whatever a channel does, others are served
            return self._failed(letter, error)
        return Delivered("sent", provider_id)

    def _failed(self, letter: Letter, error: Exception) -> Delivered:
        now = self.post.clock()
        words = f"{type(error).__name__}: {error}"
        match error:
            case TryAgainError() if now - letter.created_at > self.post.give_up:
                return Delivered("dead", error=f"given up: {words}")
            case TryAgainError(after_seconds=wished):
                again = later(now, letter.tries, self.post.chance(), wished)
                return Delivered("again", error=words, again_at=again)
            case RejectedError():
                return Delivered("dead", error=words)
            case UnsureError() | TimeoutError():
                pass
            case _:
                # It may have failed before or after the provider took it.
                _logger.error("%s: a channel failed as it never should", self.bot, exc_info=error)
        return Delivered("delivery_unknown", error=words)

    async def _recorded(self, deliveries: Deliveries, letter: Letter, delivered: Delivered) -> None:
        """What a provider took must get on record, even if the database is away for a while."""
        for left in range(_RECORD_TRIES, 0, -1):
            try:
                await deliveries.record(letter, delivered)
                break
            except (SQLAlchemyError, OSError) as error:
                _logger.error("%s: letter %d: %s", self.bot, letter.number, error)
                if left == 1:
                    return
                await asyncio.sleep(POLL_SECONDS)
        await self.post.checkpoint("delivered")
        waited = (self.post.clock() - letter.created_at).total_seconds()
        self.post.watcher.delivered(self.bot, delivered.outcome, waited)
        if delivered.outcome == "sent":
            topic = spoken_in(self.bot, letter.chat)
            await self.post.streams.publish(topic, {"kind": "sent", "number": letter.number})

    async def _paced(self, chat: str) -> None:
        for name, key in (("chat_rate", f"chat:{chat}"), ("rate", "")):
            rate: Rate | None = getattr(self.channel, name, None)
            if rate:
                await self.buckets.setdefault(key, Bucket(rate)).take()

    async def _break_off(self) -> None:
        """Give what is on its way a moment; what is cut off then is found by the next owner."""
        if not self.busy:
            return
        tasks = list(self.busy.values())
        _, late = await asyncio.wait(tasks, timeout=self.last_seconds)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)
