"""Being called by Telegram: who may, what is answered, and that nothing is lost or doubled."""

import asyncio
import json
import random
import string
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.telegram.channel import Telegram, router
from channels.telegram.webhook import MOST_BYTES
from tests.channels.telegram.conftest import World, until

SECRET = "X-Telegram-Bot-Api-Secret-Token"
HOOK: dict[str, Any] = {"mode": "webhook", "public_url": "https://bot.example/"}
FORGERIES = 2000


def called(world: World, channel: Telegram) -> httpx.AsyncClient:
    """A caller of the bot's own server, without a network between."""
    app = FastAPI()
    app.include_router(router(channel, world.inbox))
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://bot")


@asynccontextmanager
async def listening(world: World, channel: Telegram) -> AsyncIterator[str]:
    """The bot's own server, on a port of its own."""
    app = FastAPI()
    app.include_router(router(channel, world.inbox))
    # Idle connections are kept longer than the callers wait, else a busy machine races them.
    config = uvicorn.Config(
        app,
        port=0,
        log_config=None,
        lifespan="off",
        ws="none",
        timeout_keep_alive=120,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/telegram/shop"
    finally:
        server.should_exit = True
        await serving


def secret(channel: Telegram) -> dict[str, str]:
    return {SECRET: channel.station.bot.secret}


async def test_telegram_is_told_where_to_call_and_with_what(world: World) -> None:
    channel = world.channel(**HOOK)
    await channel.receive(world.inbox)
    assert world.api.webhook["url"] == "https://bot.example/telegram/shop"
    assert world.api.webhook["secret_token"] == channel.station.bot.secret
    assert json.loads(world.api.webhook["allowed_updates"]) == ["message", "callback_query"]
    assert "drop_pending_updates" not in world.api.webhook


@pytest.mark.parametrize("way", ["drop", "500", "429:0", "bad:bad webhook"])
async def test_setting_the_webhook_is_tried_until_it_is_taken(world: World, way: str) -> None:
    world.api.spoil("setWebhook", way, way)
    await world.channel(**HOOK).receive(world.inbox)
    assert world.api.webhook["url"]


async def test_a_message_is_acknowledged_only_when_it_is_saved(world: World) -> None:
    channel = world.channel(**HOOK)
    update = world.api.says("在吗")
    async with called(world, channel) as caller:
        world.inbox.fails = 1
        answers = [
            await caller.post("/telegram/shop", json=update, headers=secret(channel))
            for _ in range(3)
        ]
    assert [answer.status_code for answer in answers] == [503, 200, 200]
    assert [inbound.text for inbound in world.inbox.all] == ["在吗"]


async def test_a_bot_whose_name_is_unknown_yet_is_called_again(world: World) -> None:
    channel = world.channel(**HOOK)
    world.api.spoil("getMe", "drop")
    async with called(world, channel) as caller:
        update = world.api.says("在吗")
        first = await caller.post("/telegram/shop", json=update, headers=secret(channel))
        second = await caller.post("/telegram/shop", json=update, headers=secret(channel))
    assert (first.status_code, second.status_code) == (503, 200)


async def test_no_forged_secret_is_let_in(world: World) -> None:
    channel = world.channel(**HOOK)
    good, chance = channel.station.bot.secret, random.Random(7)
    update = world.api.says("在吗")
    statuses = set()
    async with called(world, channel) as caller:
        for _ in range(FORGERIES):
            headers = {SECRET: forged(good, chance)}
            answer = await caller.post("/telegram/shop", json=update, headers=headers)
            statuses.add(answer.status_code)
        statuses.add((await caller.post("/telegram/shop", json=update)).status_code)
    assert statuses == {403}
    assert not world.inbox.puts


def forged(good: str, chance: random.Random) -> str | bytes:
    """A secret that is nearly right, or anything."""
    place = chance.randrange(len(good))
    other = chance.choice([sign for sign in string.hexdigits.lower() if sign != good[place]])
    ways = [
        good[:place] + other + good[place + 1 :],
        good[:place],
        good + other,
        good.upper() if good.upper() != good else good + "x",
        good[::-1] + other,
        "".join(chance.choices(string.printable[:94], k=chance.randrange(1, 100))),
        bytes(chance.choices(range(128, 256), k=20)),
        "",
    ]
    return chance.choice(ways)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'"x"', 400),
        (b"null", 400),
        (b"\xff\xfe", 400),
        (b'{"update_id": ' + b"9" * 5000 + b"}", 400),
        (b"[" * 200_000, 400),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, 400),
        (b"{}", 200),
        (b'{"update_id": 5, "message": {"text": NaN}}', 200),
        (b" " * (MOST_BYTES + 1), 413),
        (b'{"x": "' + b"a" * MOST_BYTES + b'"}', 413),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_a_body_that_is_no_update_is_the_callers_fault(
    world: World, body: bytes, status: int
) -> None:
    channel = world.channel(**HOOK)
    async with called(world, channel) as caller:
        answer = await caller.post("/telegram/shop", content=body, headers=secret(channel))
    assert answer.status_code == status


async def test_a_body_too_long_is_refused_before_it_is_whole(world: World) -> None:
    channel = world.channel(**HOOK)
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 65536
            yield b"x" * 65536

    async with called(world, channel) as caller:
        answer = await caller.post("/telegram/shop", content=endless(), headers=secret(channel))
    assert answer.status_code == 413
    assert sent <= MOST_BYTES + 2 * 65536


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["update_id", "message", "chat", "id", "from", "text"]) | st.text(),
            inner,
        )
    ),
    max_leaves=20,
)


async def test_no_body_makes_the_server_fail(world: World) -> None:
    channel = world.channel(**HOOK)
    statuses: set[int] = set()

    @settings(max_examples=400, deadline=None)
    @given(st.binary(max_size=200) | JSON.map(lambda tree: json.dumps(tree).encode()))
    def collect(body: bytes) -> None:
        bodies.append(body)

    bodies: list[bytes] = []
    collect()
    async with called(world, channel) as caller:
        for body in bodies:
            answer = await caller.post("/telegram/shop", content=body, headers=secret(channel))
            statuses.add(answer.status_code)
    assert statuses <= {200, 400}


async def test_updates_doubled_and_shuffled_over_forty_connections_arrive_once(
    world: World,
) -> None:
    channel = world.channel(**HOOK)
    await channel.receive(world.inbox)
    updates = [world.api.says(f"{n}", user=100 + n % 50) for n in range(500)]
    world.inbox.fails = 30
    async with listening(world, channel) as address:
        world.api.webhook["local"] = address
        statuses = await world.api.deliver(updates)
    assert len(world.inbox.saved) == 500
    assert {inbound.text for inbound in world.inbox.all} == {str(n) for n in range(500)}
    assert (set(statuses), statuses.count(503)) == ({200, 503}, 30)
    assert statuses.count(200) > 550


async def test_updates_arrive_once_though_the_server_restarts_in_between(world: World) -> None:
    updates = [world.api.says(f"{n}") for n in range(300)]
    first = world.channel(**HOOK)
    await first.receive(world.inbox)
    async with listening(world, first) as address:
        world.api.webhook["local"] = address
        world.inbox.stops_after = 100
        delivery = world.start(world.api.deliver(updates, connections=8))
        await until(lambda: len(world.inbox.puts) == 100)
        world.inbox.stops_after = None
        world.inbox.fails = 8
    async with listening(world, world.channel(**HOOK)) as address:
        world.api.webhook["local"] = address
        await delivery
    assert {inbound.text for inbound in world.inbox.all} == {str(n) for n in range(300)}


async def test_shuffled_messages_can_be_put_in_their_order(world: World) -> None:
    channel = world.channel(**HOOK)
    await channel.receive(world.inbox)
    updates = [world.api.says(f"{n}") for n in range(50)]
    async with listening(world, channel) as address:
        world.api.webhook["local"] = address
        await world.api.deliver(updates)
    ordered = sorted(world.inbox.all, key=lambda inbound: inbound.at)
    assert [inbound.text for inbound in ordered] == [str(n) for n in range(50)]
