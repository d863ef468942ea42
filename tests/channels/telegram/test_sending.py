"""Sending: what a chat shows afterwards, and what the outbox is told when it went wrong."""

import asyncio
import json
from typing import Any

import pytest

from agent.channel import RejectedError, TryAgainError, UnsureError
from channels.telegram.channel import Telegram
from tests.channels.telegram.conftest import (
    LOOKED_UP,
    PAYMENT,
    World,
    image,
    pressing,
    reply,
    send_all,
    until,
)

GROUP = -1001234567890


def under(message: dict[str, Any]) -> list[dict[str, str]]:
    """The buttons a message shows."""
    rows = (message["reply_markup"] or {}).get("inline_keyboard", [])
    return [key for row in rows for key in row]


async def test_a_reply_is_shown_with_its_pictures_card_and_buttons(world: World) -> None:
    answer = reply(
        "A < B & 好看。",
        images=(image("essence", "精华 <30ml>"), image("cream")),
        payment=PAYMENT,
        calls=(LOOKED_UP,),
    )
    numbers = await send_all(world.channel(), answer)
    shown = world.api.shown()
    assert world.api.texts()[:3] == ["A < B & 好看。", "精华 <30ml>", "cream"]
    assert [key["text"] for key in under(shown[0])] == ["👍 有帮助", "👎 没帮助"]
    assert under(shown[3])[0]["url"] == PAYMENT.url
    assert ",".join(numbers).split(",") == [str(message["message_id"]) for message in shown]


async def test_a_picture_is_uploaded_once_and_named_by_its_id_from_then_on(world: World) -> None:
    answer = reply("", images=(image("essence"),))
    await send_all(world.channel(), answer)
    await send_all(world.channel(), answer, chat="78")
    await send_all(world.channel(), reply("", images=(image("essence"), image("cream"))), "79")
    assert len(world.api.files) == 2
    (world.folder / "images" / "essence.jpg").write_bytes(b"\xff\xd8 another picture")
    await send_all(world.channel(), answer)
    assert len(world.api.files) == 3


async def test_a_picture_that_telegram_forgot_is_uploaded_again(world: World) -> None:
    answer = reply("", images=(image("essence"), image("cream")))
    await send_all(world.channel(), answer)
    world.api.forgotten_files.add("file-0")
    await send_all(world.channel(), answer)
    assert [len(call.params) > 3 for call in world.api.made("sendMediaGroup")] == [
        True,
        False,
        True,
    ]
    world.api.forgotten_files.clear()
    await send_all(world.channel(), answer)
    assert len(world.api.files) == 4
    assert len(world.api.shown()) == 6


@pytest.mark.parametrize("path", ["../secret.jpg", "/etc/passwd", "images/none.jpg", "images"])
async def test_no_file_outside_the_brand_folder_is_sent(world: World, path: str) -> None:
    parcel = {"kind": "pictures", "pictures": [{"path": path, "caption": ""}]}
    with pytest.raises(RejectedError):
        await world.channel().send("77", parcel, "k")
    assert not world.api.calls


@pytest.mark.parametrize(
    ("way", "error"),
    [
        ("drop", UnsureError),
        ("lose", UnsureError),
        ("500", UnsureError),
        ("502", UnsureError),
        ("html", UnsureError),
        ("429:7", TryAgainError),
        ("forbidden", RejectedError),
        ("bad:chat not found", RejectedError),
    ],
)
@pytest.mark.parametrize("streaming", ["draft", "edit", "off"])
async def test_the_outbox_is_told_whether_to_try_again(
    world: World, way: str, error: type[Exception], streaming: str
) -> None:
    world.api.spoil("sendMessage", way)
    with pytest.raises(error):
        await send_all(world.channel(streaming=streaming), reply("你好。"))


async def test_a_pause_that_telegram_wishes_is_handed_on(world: World) -> None:
    world.api.spoil("sendMessage", "429:7")
    with pytest.raises(TryAgainError) as caught:
        await send_all(world.channel(), reply("你好。"))
    assert caught.value.after_seconds == 7


async def test_without_a_connection_nothing_was_sent(world: World) -> None:
    channel = world.channel(api_url="http://127.0.0.1:1")
    with pytest.raises(TryAgainError):
        await send_all(channel, reply("你好。"))


async def test_a_refused_token_is_worth_another_try_later(world: World) -> None:
    with pytest.raises(TryAgainError) as caught:
        await send_all(world.channel(token="123456:" + "B" * 35), reply("你好。"))
    assert caught.value.after_seconds == 60


@pytest.mark.parametrize("chat", ["", "x", "77;1", "-", "77:88:99", "９"])
async def test_a_chat_that_is_none_is_refused(world: World, chat: str) -> None:
    with pytest.raises(RejectedError):
        await send_all(world.channel(), reply("你好。"), chat=chat)


async def test_a_group_that_became_a_supergroup_is_found_at_its_new_number(world: World) -> None:
    channel = world.channel()
    world.api.spoil("sendMessage", f"migrate:{GROUP}")
    await send_all(channel, reply("一"), chat="-55:77")
    await send_all(channel, reply("二"), chat="-55:77")
    assert world.api.texts(GROUP) == ["一", "二"]
    assert len(world.api.made("sendMessage")) == 3


async def test_a_group_that_moves_twice_at_once_is_given_up(world: World) -> None:
    world.api.spoil("sendMessage", f"migrate:{GROUP}", f"migrate:{GROUP}")
    with pytest.raises(RejectedError):
        await send_all(world.channel(), reply("一"), chat="-55:77")


async def test_in_a_group_the_reply_points_at_the_question(world: World) -> None:
    world.start(world.channel().receive(world.inbox))
    chat = {"id": GROUP, "type": "supergroup"}
    mention = [{"type": "mention", "offset": 0, "length": 9}]
    asked = world.api.says(
        "@shop_bot 在吗", chat=chat, entities=mention, message_thread_id=5, is_topic_message=True
    )
    await world.heard(1)
    answered = world.inbox.last.chat
    await until(lambda: ("shop", f"123456:asked:{answered}") in world.notebook.facts)
    await send_all(world.channel(), reply("在的。", images=(image(),)), chat=answered)
    shown = world.api.shown(GROUP)
    assert [message["answers"] for message in shown] == [asked["message"]["message_id"]] * 2
    assert {message["topic"] for message in shown} == {"5"}


async def test_a_link_that_telegram_refuses_as_a_button_is_sent_in_the_text(world: World) -> None:
    world.api.spoil("sendMessage", "", "bad:BUTTON_URL_INVALID")
    await send_all(world.channel(), reply("请付款。", payment=PAYMENT))
    assert world.api.texts()[1].endswith(PAYMENT.url)
    assert under(world.api.shown()[1]) == []


async def test_a_press_is_saved_then_answered_and_its_button_taken_away(world: World) -> None:
    world.start(world.channel().receive(world.inbox))
    await send_all(world.channel(), reply(refused=True, calls=(LOOKED_UP,)))
    world.api.presses(pressing("unhelpful"))
    await until(lambda: bool(world.api.made("editMessageReplyMarkup")))
    assert (world.inbox.last.text, world.inbox.last.rest) == ("unhelpful", "3")
    assert world.api.made("answerCallbackQuery")[0].params["text"] == "谢谢您的反馈！"
    assert [key["text"] for key in under(world.api.shown()[0])] == ["人工客服"]


async def test_a_press_keeps_the_link_beside_it(world: World) -> None:
    world.start(world.channel().receive(world.inbox))
    url = {"text": "去支付", "url": "https://pay.example.com/p/tok"}
    rows = [[url, {"text": "👍", "data": pressing("helpful")}]]
    await world.channel().send("77", {"kind": "text", "html": "x", "buttons": rows}, "k")
    world.api.presses(pressing("helpful"))
    await until(lambda: bool(world.api.made("editMessageReplyMarkup")))
    assert under(world.api.shown()[0]) == [url]


async def test_a_stale_or_forged_button_is_answered_politely(world: World) -> None:
    world.start(world.channel().receive(world.inbox))
    world.api.presses("buy:everything")
    await until(lambda: bool(world.api.made("answerCallbackQuery")))
    assert world.api.made("answerCallbackQuery")[0].params["text"] == "这个按钮已经失效"
    assert not world.inbox.saved


@pytest.mark.parametrize("way", ["drop", "500", "429:1", "bad:query is too old"])
async def test_a_press_counts_even_if_it_cannot_be_answered(world: World, way: str) -> None:
    world.api.spoil("answerCallbackQuery", way)
    world.start(world.channel().receive(world.inbox))
    await send_all(world.channel(), reply(awaits_confirmation=True))
    world.api.presses(pressing("confirm"))
    world.api.says("然后呢")
    await world.heard(2)
    assert [inbound.text for inbound in world.inbox.all] == ["confirm", "然后呢"]


async def test_a_yes_counts_once_and_only_under_the_last_summary(world: World) -> None:
    world.start(world.channel().receive(world.inbox))
    first, second = (reply(awaits_confirmation=True, turn=turn) for turn in (3, 5))
    await send_all(world.channel(), first)
    await send_all(world.channel(), second)
    for data in ("confirm", "cancel"):
        world.api.presses(pressing(data, first))
    for _ in range(2):
        world.api.presses(pressing("confirm", second))
    world.api.presses(pressing("cancel", second))
    await until(lambda: len(world.api.made("answerCallbackQuery")) == 5)
    assert [(inbound.text, inbound.rest) for inbound in world.inbox.all] == [("confirm", "5")]
    told = [call.params["text"] for call in world.api.made("answerCallbackQuery")]
    assert told.count("这个按钮已经失效") == 4


async def test_a_yes_of_an_earlier_conversation_is_stale(world: World) -> None:
    world.start(world.channel().receive(world.inbox))
    await send_all(world.channel(), reply(awaits_confirmation=True, conversation="new"))
    world.api.presses(pressing("confirm", reply(conversation="old")))
    await until(lambda: bool(world.api.made("answerCallbackQuery")))
    assert not world.inbox.saved


async def test_a_yes_that_could_not_be_saved_counts_when_it_comes_again(world: World) -> None:
    world.start(world.channel().receive(world.inbox))
    await send_all(world.channel(), reply(awaits_confirmation=True))
    world.inbox.fails = 2
    world.api.presses(pressing("confirm"))
    await world.heard(1)
    assert world.inbox.last.text == "confirm"


async def test_replies_to_many_chats_do_not_wait_for_each_other(world: World) -> None:
    channel = world.channel()
    chats = [str(number) for number in range(100, 160)]
    await asyncio.gather(*(send_all(channel, reply(f"给{chat}"), chat=chat) for chat in chats))
    assert all(world.api.texts(int(chat)) == [f"给{chat}"] for chat in chats)


def test_a_parcel_survives_the_outbox(world: World) -> None:
    parcels = Telegram.parcels(world.channel(), reply(images=(image(),), payment=PAYMENT))
    assert json.loads(json.dumps(parcels)) == list(parcels)
