"""Scenes that sign a customer in."""

import secrets
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.wechat.account import WeChatAccount
from channels.wechat.identity import SceneError, customer_in, sign_scene
from tests.channels.wechat.caller import event_xml, text_xml
from tests.channels.wechat.conftest import KEY, Site
from tests.channels.wechat.provider import NOW

SECRET = KEY.encode()
AT = int(NOW.timestamp())
SOON = NOW + timedelta(minutes=10)


async def test_a_scanned_code_signs_the_chat_in(account: WeChatAccount, site: Site) -> None:
    caller = site.caller(account)
    scene = sign_scene(SECRET, "shop", "u-1001", SOON)
    await caller.tell(event_xml("u1", "SCAN", AT, EventKey=scene))
    await caller.tell(text_xml("u1", "我的订单", "2", AT + 1))
    await caller.tell(text_xml("u2", "我的订单", "3", AT + 1))
    assert [one.customer for one in site.inbox.all] == ["u-1001", "u-1001", None]
    assert site.inbox.all[0].rest == ""


async def test_who_unfollows_or_waits_a_month_is_signed_out(
    account: WeChatAccount, site: Site
) -> None:
    caller = site.caller(account)
    for user in ("u1", "u2"):
        scene = "qrscene_" + sign_scene(SECRET, "shop", user, SOON)
        await caller.tell(event_xml(user, "subscribe", AT, EventKey=scene))
    await caller.tell(event_xml("u1", "unsubscribe", AT))
    assert [await account.visitors.customer(user) for user in ("u1", "u2")] == [None, "u2"]
    site.clock.sleep(days=31)
    assert await account.visitors.customer("u2") is None


async def test_a_scene_signs_in_the_first_chat_only(account: WeChatAccount, site: Site) -> None:
    caller = site.caller(account)
    scene = sign_scene(SECRET, "shop", "u-1001", SOON)
    for place, user in enumerate(("u1", "u2", "u1")):
        await caller.tell(event_xml(user, "SCAN", AT + place, EventKey=scene))
    assert [one.customer for one in site.inbox.all] == ["u-1001", None, "u-1001"]


async def test_another_scene_is_only_where_he_came_from(account: WeChatAccount, site: Site) -> None:
    await site.caller(account).tell(event_xml("u1", "SCAN", AT, EventKey="spring-fair"))
    (only,) = site.inbox.all
    assert (only.text, only.rest, only.customer) == ("start", "spring-fair", None)


def test_two_thousand_forged_scenes_sign_nobody_in() -> None:
    good = sign_scene(SECRET, "shop", "u-1001", SOON)
    for number in range(2_000):
        place = 3 + number % (len(good) - 3)
        sign = secrets.choice([c for c in "ABCxyz019-_" if c != good[place]])
        forged = good[:place] + sign + good[place + 1 :]
        if number % 3 == 0:
            forged = "id-" + secrets.token_urlsafe(20 + number % 25)
        try:
            customer = customer_in(SECRET, "shop", forged, NOW)
        except SceneError:
            continue
        # The last sign of base64 holds bits that mean nothing: the same token, spelt otherwise.
        assert (customer, place) == ("u-1001", len(good) - 1)


@pytest.mark.parametrize(
    ("key", "bot", "minutes"),
    [(b"another key of some length", "shop", 5), (SECRET, "other", 5), (SECRET, "shop", 11)],
)
def test_a_scene_is_for_one_bot_and_for_its_time(key: bytes, bot: str, minutes: int) -> None:
    scene = sign_scene(SECRET, "shop", "u-1001", SOON)
    with pytest.raises(SceneError):
        customer_in(key, bot, scene, NOW + timedelta(minutes=minutes))


def test_a_scene_for_longer_than_a_day_is_refused() -> None:
    with pytest.raises(SceneError):
        customer_in(SECRET, "shop", sign_scene(SECRET, "shop", "u", NOW + timedelta(days=2)), NOW)


@given(scene=st.text(max_size=70).map(lambda text: "id-" + text))
def test_no_text_signs_anybody_in(scene: str) -> None:
    with pytest.raises(SceneError):
        customer_in(SECRET, "shop", scene, NOW)


def test_the_longest_id_fits_into_a_scene() -> None:
    scene = sign_scene(SECRET, "shop", "x" * 25, SOON)
    assert len(scene) <= 64
    with pytest.raises(ValueError, match="25"):
        sign_scene(SECRET, "shop", "x" * 26, SOON)
