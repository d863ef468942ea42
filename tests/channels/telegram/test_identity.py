"""Sign-in links: only the shop can make one, one chat can use it, and it ends."""

import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.telegram.identity import BadLinkError, customer_of, sign_link
from tests.channels.telegram.conftest import NOW, World, until

KEY = b"k" * 32
BOT = 123456
SOON = NOW + timedelta(minutes=10)
SIGNED: dict[str, Any] = {"identity_secret": KEY.decode()}
ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"


@given(st.text("abcu-0123456789客户", min_size=1, max_size=8))
def test_a_link_names_its_customer_and_fits_into_telegrams_limit(customer: str) -> None:
    payload = sign_link(KEY, BOT, customer, SOON)
    assert set(payload) <= set(ALPHABET)
    assert len(payload) <= 64
    assert customer_of(KEY, BOT, payload, NOW) == customer


@pytest.mark.parametrize("customer", ["", "a b", "x" * 26, "\u2028", "客" * 9])
def test_a_customer_that_does_not_fit_is_refused(customer: str) -> None:
    with pytest.raises(ValueError, match="25 bytes"):
        sign_link(KEY, BOT, customer, SOON)


def test_no_forged_link_signs_anybody_in() -> None:
    good, chance = sign_link(KEY, BOT, "u-1001", SOON), random.Random(5)
    for _ in range(2000):
        payload = _forged(good, chance)
        with pytest.raises(BadLinkError):
            customer_of(KEY, BOT, payload, NOW)


def _forged(good: str, chance: random.Random) -> str:
    place = chance.randrange(3, len(good) - 1)
    other = chance.choice([sign for sign in ALPHABET if sign != good[place]])
    random_body = "".join(chance.choices(ALPHABET, k=chance.randrange(1, 62)))
    ways = [
        good[:place] + other + good[place + 1 :],
        good[:place],
        good + "AAAA",
        "id-" + random_body,
        random_body.replace("id-", ""),
        good[3:],
        good + "=",
        good.replace(good[place], "é"),
    ]
    return chance.choice(ways)


def test_a_link_is_for_one_key_one_bot_and_one_time() -> None:
    payload = sign_link(KEY, BOT, "u-1001", SOON)
    for key, bot, now in ((b"x" * 32, BOT, NOW), (KEY, 7, NOW), (KEY, BOT, SOON)):
        with pytest.raises(BadLinkError):
            customer_of(key, bot, payload, now)
    with pytest.raises(BadLinkError, match="24 hours"):
        customer_of(KEY, BOT, sign_link(KEY, BOT, "u-1", NOW + timedelta(days=2)), NOW)


async def test_a_chat_is_signed_in_by_its_link_until_that_ends(world: World) -> None:
    world.start(world.channel(**SIGNED, signed_in_days=3).receive(world.inbox))
    world.api.says("/start " + sign_link(KEY, BOT, "u-1001", SOON))
    world.api.says("我的订单呢")
    world.api.says("别人的呢", user=88)
    await world.heard(3)
    world.clock.forward(days=4)
    world.api.says("还认得我吗")
    await world.heard(4)
    assert [inbound.customer for inbound in world.inbox.all] == ["u-1001", "u-1001", None, None]
    assert world.inbox.all[0].rest == ""


async def test_a_link_that_was_passed_on_signs_nobody_else_in(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.start(world.channel(**SIGNED).receive(world.inbox))
    link = "/start " + sign_link(KEY, BOT, "u-1001", SOON)
    world.api.says(link)
    world.api.says(link, user=88)
    world.api.says(link)
    await world.heard(3)
    assert [inbound.customer for inbound in world.inbox.all] == ["u-1001", None, "u-1001"]
    await until(lambda: "another chat has used it" in caplog.text)


async def test_a_new_link_changes_who_is_signed_in(world: World) -> None:
    world.start(world.channel(**SIGNED).receive(world.inbox))
    for customer in ("u-1001", "u-1002"):
        world.api.says("/start " + sign_link(KEY, BOT, customer, SOON))
    await world.heard(2)
    assert [inbound.customer for inbound in world.inbox.all] == ["u-1001", "u-1002"]


@pytest.mark.parametrize("options", [SIGNED, {}])
async def test_a_bad_link_is_a_plain_start_and_leaves_no_trace(
    world: World, options: dict[str, Any]
) -> None:
    world.start(world.channel(**options).receive(world.inbox))
    world.api.says("/start " + sign_link(b"wrong" * 8, BOT, "u-1001", SOON))
    world.api.says("/start promo")
    await world.heard(2)
    assert [(i.text, i.rest, i.customer) for i in world.inbox.all] == [
        ("start", "", None),
        ("start", "promo", None),
    ]


async def test_nobody_is_signed_in_in_a_group(world: World) -> None:
    world.start(world.channel(**SIGNED).receive(world.inbox))
    link = "/start@shop_bot " + sign_link(KEY, BOT, "u-1001", SOON)
    chat = {"id": -1001234567890, "type": "supergroup"}
    world.api.says(link, chat=chat)
    world.api.says("/help@shop_bot", chat=chat)
    await world.heard(2)
    assert {inbound.customer for inbound in world.inbox.all} == {None}
