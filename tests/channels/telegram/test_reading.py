"""What updates mean: texts, media, presses, commands, groups; and that nothing breaks reading."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.channel import Inbound
from channels.telegram.address import Address
from channels.telegram.updates import Me, number_of, read
from tests.channels.telegram.bot_api import BotApi
from tests.channels.telegram.conftest import NOW

ME = Me("shop", 123456, "shop_bot")
GROUP = {"id": -1001234567890, "type": "supergroup", "title": "团购群"}


def heard(update: dict[str, Any]) -> Inbound | None:
    return read(update, ME, NOW).inbound


def message(text: str = "", **more: Any) -> dict[str, Any]:
    api = BotApi()
    return api.push(message=api.message(text, **more))


def test_a_text_says_who_where_when_and_what() -> None:
    found = heard(message("  这款精华多少钱？ "))
    assert found is not None
    assert (found.bot, found.chat, found.kind, found.text) == (
        "shop",
        "77",
        "text",
        "这款精华多少钱？",
    )
    assert (found.customer, found.language, found.message_id) == (None, "zh", "123456-5000001")
    assert found.extra == {"name": "Li"}


def test_messages_of_one_second_keep_their_order() -> None:
    api = BotApi()
    times = [heard(api.push(message=api.message(f"{n}"))) for n in range(3)]
    ordered = [found.at for found in times if found]
    assert ordered == sorted(set(ordered))
    assert ordered[-1] - ordered[0] < timedelta(seconds=1)


@pytest.mark.parametrize(
    "part",
    [
        {"photo": [{"file_id": "small"}, {"file_id": "big"}]},
        {"sticker": {"file_id": "s", "emoji": "👍"}},
        {"voice": {"file_id": "v", "duration": 3}},
        {"video": {"file_id": "v"}},
        {"document": {"file_id": "d"}},
        {"location": {"latitude": 1.0, "longitude": 2.0}},
        {"contact": {"phone_number": "1", "first_name": "a"}},
        {"poll": {"id": "1", "question": "?"}},
    ],
    ids=lambda part: next(iter(part)),
)
def test_something_without_words_is_media(part: dict[str, Any]) -> None:
    found = heard(message(**part))
    assert found is not None
    assert (found.kind, found.text) == ("media", "")
    assert found.extra["media"] == next(iter(part))


def test_a_picture_with_a_caption_is_a_text_that_names_the_picture() -> None:
    found = heard(message(photo=[{"file_id": "s"}, {"file_id": "big"}], caption="这个有货吗"))
    assert found is not None
    assert (found.kind, found.text) == ("text", "这个有货吗")
    assert (found.extra["media"], found.extra["file"]) == ("photo", "big")


@pytest.mark.parametrize(
    ("text", "kind", "name", "rest"),
    [
        ("/start", "command", "start", ""),
        ("/start promo-11_11", "command", "start", "promo-11_11"),
        ("/start@shop_bot promo", "command", "start", "promo"),
        ("/help", "command", "help", ""),
        ("/RESET", "command", "reset", ""),
        ("/language zh", "command", "language", "zh"),
        ("/price", "command", "help", ""),
        ("/price 精华", "text", "/price 精华", ""),
        ("/ 不是命令", "text", "/ 不是命令", ""),
    ],
)
def test_commands_are_read_with_their_argument(text: str, kind: str, name: str, rest: str) -> None:
    found = heard(message(text))
    assert found is not None
    assert (found.kind, found.text, found.rest) == (kind, name, rest)


def test_a_command_for_another_bot_is_not_ours() -> None:
    assert heard(message("/help@other_bot")) is None


def in_group(text: str, **more: Any) -> Inbound | None:
    return heard(message(text, chat=GROUP, **more))


def test_a_group_is_overheard_only_when_the_bot_is_meant() -> None:
    mention = [{"type": "mention", "offset": 3, "length": 9}]
    assert in_group("大家好") is None
    assert in_group("/help") is None
    assert (
        in_group("问@other_bo 在吗", entities=[{"type": "mention", "offset": 1, "length": 9}])
        is None
    )
    named = in_group("😀 @Shop_Bot 精华多少钱", entities=mention)
    assert named is not None
    assert (named.text, named.chat) == ("😀  精华多少钱", "-1001234567890:77")
    quoted = in_group("那个呢", reply_to_message={"from": {"id": 123456, "is_bot": True}})
    assert quoted is not None
    assert in_group("那个呢", reply_to_message={"from": {"id": 9, "is_bot": False}}) is None
    called = in_group("/help@shop_bot")
    assert called is not None
    assert called.kind == "command"


def test_a_bot_without_a_name_is_mentioned_by_its_number() -> None:
    user = {"id": 123456, "is_bot": True}
    found = in_group(
        "小漾 在吗", entities=[{"type": "text_mention", "offset": 0, "length": 2, "user": user}]
    )
    assert found is not None
    assert found.text == "在吗"


def test_members_of_a_group_and_its_topics_have_conversations_of_their_own() -> None:
    quoted = {"from": {"id": 123456, "is_bot": True}}
    other = {"id": 78, "is_bot": False, "first_name": "W"}
    first = in_group("一", reply_to_message=quoted)
    second = in_group("二", reply_to_message=quoted, **{"from": other})
    third = in_group("三", reply_to_message=quoted, message_thread_id=5, is_topic_message=True)
    chats = [found.chat for found in (first, second, third) if found]
    assert chats == ["-1001234567890:77", "-1001234567890:78", "-1001234567890/5:77"]
    assert [str(Address.parse(chat)) for chat in chats] == chats


@pytest.mark.parametrize(
    "update",
    [
        {"edited_message": BotApi().message("改过的")},
        {"channel_post": BotApi().message("广告")},
        {"message": BotApi().message("x", chat={"id": -1, "type": "channel"})},
        {"message": BotApi().message("x") | {"from": {"id": 5, "is_bot": True}}},
        {"message": {k: v for k, v in BotApi().message("x").items() if k != "from"}},
        {"message": BotApi().message(new_chat_members=[{"id": 1}])},
        {"my_chat_member": {"chat": {"id": 77}}},
    ],
    ids=["edit", "channel post", "channel", "bot", "no author", "service", "membership"],
)
def test_what_is_no_customers_message_is_nothing(update: dict[str, Any]) -> None:
    assert heard({"update_id": 1, **update}) is None


@pytest.mark.parametrize(
    ("data", "name", "rest"),
    [
        ("confirm:12:zh:0a1b2c3d", "confirm", "12"),
        ("cancel:12:zh:0a1b2c3d", "say", "取消"),
        ("cancel:12:en:0a1b2c3d", "say", "cancel"),
        ("person:12:en:0a1b2c3d", "person", "12"),
        ("helpful:12:en:0a1b2c3d", "helpful", "12"),
        ("unhelpful:3:zh:0a1b2c3d", "unhelpful", "3"),
    ],
)
def test_a_press_names_the_button_and_the_turn(data: str, name: str, rest: str) -> None:
    found = read(BotApi().presses(data), ME, NOW)
    assert found.inbound is not None
    assert (found.inbound.kind, found.inbound.text, found.inbound.rest) == ("press", name, rest)
    assert found.press is not None


@pytest.mark.parametrize(
    "data",
    [
        "",
        "confirm",
        "confirm:1:zh",
        "confirm:-1:zh:0a1b2c3d",
        "say:1:zh:0a1b2c3d",
        "confirm:１:zh:0a1b2c3d",
        "confirm:1:zh:0a1b2c3d\n",
        "x" * 64,
    ],
)
def test_forged_button_data_says_nothing_but_is_answered(data: str) -> None:
    found = read(BotApi().presses(data), ME, NOW)
    assert found.inbound is None
    assert found.press is not None


def test_what_no_database_takes_is_taken_out() -> None:
    found = heard(message("前\ud800\x00后", **{"from": {"id": 77, "first_name": "a\udfff\x00"}}))
    assert found is not None
    (found.text + found.extra["name"]).encode("utf-8")
    assert "\x00" not in found.text
    assert found.text.startswith("前")


def test_a_text_longer_than_telegram_allows_is_cut() -> None:
    found = heard(message("长" * 500_000))
    assert found is not None
    assert len(found.text) == 8192


# fmt: off
KEYS = st.sampled_from((
    "update_id", "message", "callback_query", "chat", "from", "text", "caption", "entities",
    "photo", "date", "message_id", "id", "type", "offset", "length", "user", "is_bot", "data",
    "reply_to_message", "reply_markup", "inline_keyboard", "callback_data", "url",
    "message_thread_id", "is_topic_message", "first_name", "language_code", "sticker",
    "private", "group",
))
# fmt: on
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(
        ["private", "supergroup", "mention", "/start x", "@shop_bot", "confirm:1:zh:0a1b2c3d"]
    )
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=5), inner),
    max_leaves=30,
)


def places(tree: Any) -> list[tuple[Any, Any]]:
    """Every place of a tree where something can be put instead."""
    found: list[tuple[Any, Any]] = []
    children = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, child in list(children):
        found.append((tree, key))
        if isinstance(child, dict | list):
            found += places(child)
    return found


@st.composite
def damaged_updates(draw: st.DrawFn) -> Any:
    """A good update with some of its parts replaced by anything."""
    api = BotApi()
    entities = [{"type": "mention", "offset": 2, "length": 9}]
    good: list[dict[str, Any]] = [
        api.push(message=api.message("问@shop_bot 在吗", entities=entities, chat=GROUP)),
        api.push(message=api.message("/start promo")),
        api.push(message=api.message(photo=[{"file_id": "a"}], caption="有货吗")),
        api.presses("confirm:1:zh:0a1b2c3d"),
    ]
    update = json.loads(json.dumps(draw(st.sampled_from(good))))
    for _ in range(draw(st.integers(1, 4))):
        around, key = draw(st.sampled_from(places(update)))
        around[key] = draw(TREES)
    return update


@settings(max_examples=500, deadline=None)
@given(TREES | damaged_updates())
def test_whatever_an_update_holds_reading_it_never_fails(update: Any) -> None:
    number_of(update)
    found = read(update, ME, NOW)
    if found.inbound:
        json.dumps(dict(found.inbound.extra)).encode()
        f"{found.inbound.text}{found.inbound.rest}{found.inbound.chat}".encode()
        Address.parse(found.inbound.chat)
        assert len(found.inbound.message_id) < 60


def test_an_update_nested_a_thousand_deep_is_nothing() -> None:
    deep: Any = {}
    for _ in range(1000):
        deep = {"message": deep, "reply_to_message": deep}
    assert heard(deep) is None
