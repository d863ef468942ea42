"""News between processes, in memory and over a real Valkey; without the server nothing is lost."""

import asyncio
import os
import signal

from agent.streams_redis import redis_streams, set_up_faults
from agent.wakeups import Wakeups
from tests.delivery.fakes import eventually
from tests.delivery.servers import valkey


async def take(news, count: int) -> list[object]:
    async with asyncio.timeout(10):
        return [await anext(news) for _ in range(count)]


async def test_everybody_who_listens_is_told(streams):
    async with streams.listen("a") as first, streams.listen("a") as second:
        await streams.publish("a", {"n": 1})
        await streams.publish("b", {"n": 2})
        await streams.publish("a", {"n": 3})
        assert await take(first, 2) == [{"n": 1}, {"n": 3}]
        assert await take(second, 2) == [{"n": 1}, {"n": 3}]


async def test_latecomers_hear_what_was_kept_and_nothing_twice(streams):
    for number in range(3):
        await streams.publish("kept", {"n": number}, keep=True)
    async with streams.listen("kept") as news:
        await streams.publish("kept", {"n": 3}, keep=True)
        assert await take(news, 4) == [{"n": 0}, {"n": 1}, {"n": 2}, {"n": 3}]
    await streams.forget("kept")
    async with streams.listen("kept") as news:
        await streams.publish("kept", {"n": 4})
        assert await take(news, 1) == [{"n": 4}]


async def test_a_bell_wakes_and_does_not_ring_twice(streams):
    wakeups = Wakeups(streams)
    async with wakeups.bell("work") as bell:
        assert not await bell.wait(0.05)
        await wakeups.ring("work")
        assert await bell.wait(10)
        assert not await bell.wait(0.05)


async def test_a_server_that_is_killed_and_comes_back_is_used_again():
    with valkey() as server:
        url, port = server.connection_url, server.port
        async with redis_streams(url) as streams, streams.listen("a") as news:
            await streams.publish("a", {"n": 1})
            assert await take(news, 1) == [{"n": 1}]
            os.kill(server._process.pid, signal.SIGKILL)
            server._process.wait()
            await streams.publish("a", {"n": 2})
            assert streams.trouble
            with valkey(port) as again:
                assert again.connection_url
                told = asyncio.ensure_future(anext(news))

                async def heard() -> bool:
                    await streams.publish("a", {"n": 3})
                    return told.done()

                await eventually(heard)
                assert told.result() == {"n": 3}
                assert streams.trouble is None


async def test_without_a_server_nobody_is_told_and_nobody_waits():
    async with redis_streams("redis://127.0.0.1:1") as streams, streams.listen("a") as news:
        await streams.publish("a", {"n": 1}, keep=True)
        await streams.forget("a")
        assert streams.trouble
        told = asyncio.ensure_future(anext(news))
        await asyncio.sleep(0.05)
        assert not told.done()
        told.cancel()
        await asyncio.wait([told])


async def test_a_server_that_would_drop_what_is_told_is_named():
    with valkey(**{"maxmemory-policy": "allkeys-lru", "appendonly": "yes"}) as server:
        async with redis_streams(server.connection_url) as streams:
            faults = await set_up_faults(streams.redis)
    assert [fault.split()[0] for fault in faults] == ["maxmemory-policy", "appendonly"]
