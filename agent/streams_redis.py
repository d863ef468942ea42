"""Streams between processes, over Redis or Valkey: pub/sub, and a short list for latecomers.

Nothing durable is kept there. While the server is away nothing is told, and those who wait for
work find it in the database; as soon as it is back, everything is heard again.
"""

import asyncio
import json
import logging
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from agent.streams import KEPT, QUEUE, News, offer

_KEPT_SECONDS = 300
_AWAY_SECONDS = 0.5
_PREFIX = "digital-human:"
_logger = logging.getLogger(__name__)

Told = tuple[str, News]


@dataclass
class RedisStreams:
    """`agent.streams.Streams` over one server. `trouble` says what is wrong with it, if anything.

    Every process hears every topic: fewer moving parts than subscribing to each.
    """

    redis: "Redis"
    trouble: str | None = None
    queues: dict[str, list[asyncio.Queue[Told]]] = field(default_factory=dict)
    away_until: float = 0.0
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def publish(self, topic: str, news: News, *, keep: bool = False) -> None:
        """Tell whoever listens; if the server is away nobody is told, and nobody waits for it."""
        name = _PREFIX + topic
        text = json.dumps([secrets.token_hex(6), news], ensure_ascii=False)
        pipe = self.redis.pipeline(transaction=True)
        if keep:
            pipe.rpush(name, text)
            pipe.ltrim(name, -KEPT, -1)
            pipe.expire(name, _KEPT_SECONDS)
        pipe.publish(name, text)
        await self._tried(pipe.execute())

    async def forget(self, topic: str) -> None:
        """Latecomers hear nothing of what was kept."""
        await self._tried(self.redis.delete(_PREFIX + topic))

    @asynccontextmanager
    async def listen(self, topic: str) -> AsyncIterator[AsyncIterator[News]]:
        """What was kept, then what comes."""
        name = _PREFIX + topic
        queue: asyncio.Queue[Told] = asyncio.Queue(QUEUE)
        mine = self.queues.setdefault(name, [])
        mine.append(queue)
        try:
            kept = await self._tried(self.redis.lrange(name, 0, -1))
            yield _once_each([_told(text) for text in kept or ()], queue)
        finally:
            mine.remove(queue)
            if not mine:
                self.queues.pop(name, None)

    async def hear_for_ever(self) -> None:
        """Pass on what any process tells, until cancelled."""
        while True:
            try:
                async with self.redis.pubsub() as ears:
                    await ears.psubscribe(f"{_PREFIX}*")
                    await self._hear(ears)
            except (RedisError, OSError) as error:
                self._is_away(error)
            # Idle connections to a server that was restarted are of no use any more.
            await self.redis.connection_pool.disconnect(inuse_connections=False)
            self.heard.clear()
            await asyncio.sleep(_AWAY_SECONDS)

    async def _hear(self, ears: Any) -> None:
        async with aclosing(ears.listen()) as messages:
            async for message in messages:
                if message["type"] == "psubscribe":
                    self._is_back()
                    self.heard.set()
                elif message["type"] == "pmessage":
                    self._pass_on(message["channel"], _told(message["data"]))

    def _pass_on(self, name: str, told: Told) -> None:
        for queue in self.queues.get(name, ()):
            offer(queue, told)

    async def _tried(self, asking: Any) -> Any:
        """The answer, or None while the server is away; it is not asked at every occasion then."""
        if monotonic() < self.away_until:
            asking.close()
            return None
        try:
            answer = await asking
        except (RedisError, OSError) as error:
            self._is_away(error)
            return None
        self._is_back()
        return answer

    def _is_away(self, error: Exception) -> None:
        self.away_until = monotonic() + _AWAY_SECONDS
        if self.trouble is None:
            _logger.error("Redis cannot be used; nothing is lost, but slower: %s", error)
        self.trouble = f"{type(error).__name__}: {error}"

    def _is_back(self) -> None:
        if self.trouble is not None:
            _logger.warning("Redis can be used again")
        self.trouble = None
        self.away_until = 0.0


def redis_at(url: str) -> "Redis":
    """A client that fails soon and does not try by itself."""
    return Redis.from_url(
        url,
        decode_responses=True,
        socket_connect_timeout=1.0,
        socket_timeout=1.0,
        socket_keepalive=True,
        retry=Retry(NoBackoff(), 0),
    )


@asynccontextmanager
async def redis_streams(url: str) -> AsyncIterator[RedisStreams]:
    """Streams over the server at that address, whether it is there yet or not."""
    streams = RedisStreams(redis_at(url))
    hearing = asyncio.create_task(streams.hear_for_ever())
    try:
        async with asyncio.timeout(2.0):
            await streams.heard.wait()
    except TimeoutError:
        _logger.error("Redis does not answer; going on without it until it does")
    try:
        yield streams
    finally:
        hearing.cancel()
        await asyncio.wait([hearing])
        await streams.redis.aclose()


async def set_up_faults(redis: "Redis") -> tuple[str, ...]:
    """What about the server's settings does not suit; nothing is lost by any of it.

    Raises:
        redis.exceptions.RedisError: it does not answer.
    """
    memory: dict[str, Any] = await redis.info("memory")
    saving: dict[str, Any] = await redis.info("persistence")
    faults: list[str] = []
    policy = str(memory.get("maxmemory_policy", "noeviction"))
    if policy != "noeviction":
        faults.append(f"maxmemory-policy is {policy}: it may drop what is being told; noeviction")
    if str(saving.get("rdb_last_bgsave_status", "ok")) != "ok":
        faults.append("its last snapshot failed, so it may refuse writes; set save ''")
    if str(saving.get("aof_last_write_status", "ok")) != "ok":
        faults.append("its append-only file cannot be written; set appendonly no")
    if int(saving.get("aof_enabled", 0)):
        faults.append("appendonly is on: nothing here needs to be kept, it only costs time")
    return tuple(faults)


def _told(text: str) -> Told:
    name, news = json.loads(text)
    return str(name), news


async def _once_each(kept: Sequence[Told], queue: asyncio.Queue[Told]) -> AsyncIterator[News]:
    """What was kept, then what comes; what was in both, once."""
    known = {name for name, _ in kept}
    for _, news in kept:
        yield news
    while True:
        name, news = await queue.get()
        if name not in known:
            yield news
