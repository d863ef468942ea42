"""Growing answers: typing, drafts, edits; and that the reply stands last, once, whatever dies."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from agent.channel import TryAgainError
from tests.channels.telegram.conftest import LOOKED_UP, World, reply, send_all, spoken, until

GROUP = "-1001234567890:77"


async def held(first: str, goes_on: asyncio.Event, *more: str) -> AsyncIterator[str]:
    """A sentence, then nothing until told, then the rest."""
    yield first
    await goes_on.wait()
    for piece in more:
        yield piece
        await asyncio.sleep(0.1)


async def test_typing_is_shown_again_and_again_until_the_turn_ends(world: World) -> None:
    channel = world.channel(streaming="off")
    await channel.watch("77", spoken("一", "二", "三", "四", gap=0.06))
    count = len(world.api.made("sendChatAction"))
    assert count >= 3
    await asyncio.sleep(0.12)
    assert len(world.api.made("sendChatAction")) == count
    assert not world.api.made("sendMessage")


async def test_sentences_grow_in_a_draft_that_leaves_no_message(world: World) -> None:
    channel = world.channel()
    await channel.watch("77", spoken("这款精华", "168元。", "有货。"))
    assert world.api.drafts[77] == ["这款精华", "这款精华168元。", "这款精华168元。有货。"]
    assert len({call.params["draft_id"] for call in world.api.made("sendMessageDraft")}) == 1
    assert world.api.texts() == []
    await send_all(channel, reply("这款精华168元。有货。"))
    assert world.api.texts() == ["这款精华168元。有货。"]


async def test_edits_grow_a_placeholder_into_the_reply(world: World) -> None:
    channel = world.channel(streaming="edit")
    await channel.watch("77", spoken("这款精华", "168元。"))
    await channel.close()
    assert world.api.texts() == ["这款精华168元。 …"]
    sent = await send_all(world.channel(), reply("这款精华168元。", calls=(LOOKED_UP,)))
    assert world.api.texts() == ["这款精华168元。"]
    assert sent == [str(world.api.shown()[0]["message_id"])]
    assert world.api.shown()[0]["reply_markup"]


@pytest.mark.parametrize("refusal", ["unknown", "bad:DRAFT_NOT_ALLOWED"])
async def test_where_drafts_are_refused_edits_are_used(world: World, refusal: str) -> None:
    if refusal == "unknown":
        world.api.unknown.add("sendMessageDraft")
    else:
        world.api.spoil("sendMessageDraft", refusal)
    channel = world.channel()
    await channel.watch("77", spoken("一", "二", "三"))
    await until(lambda: len(world.api.texts()) == 1)
    await send_all(channel, reply("一二三"))
    assert world.api.texts() == ["一二三"]
    await channel.watch("77", spoken("四"))
    drafts = len(world.api.made("sendMessageDraft"))
    assert drafts == (1 if refusal == "unknown" else 2)


async def test_in_groups_edits_are_used(world: World) -> None:
    channel = world.channel()
    await channel.watch(GROUP, spoken("一", "二"))
    await until(lambda: len(world.api.texts(-1001234567890)) == 1)
    await send_all(channel, reply("一二"), chat=GROUP)
    assert world.api.texts(-1001234567890) == ["一二"]
    assert not world.api.made("sendMessageDraft")


@pytest.mark.parametrize("way", ["drop", "500", "lose", "429:1"])
async def test_a_reply_over_a_placeholder_can_be_repeated(world: World, way: str) -> None:
    channel = world.channel(streaming="edit")
    await channel.watch("77", spoken("一"))
    await until(lambda: world.api.texts() == ["一 …"])
    world.api.spoil("editMessageText", way)
    with pytest.raises(TryAgainError):
        await send_all(channel, reply("一二"))
    await send_all(channel, reply("一二"))
    await send_all(channel, reply("一二"))
    assert world.api.texts() == ["一二"]


async def test_a_process_that_died_while_showing_leaves_its_placeholder_to_the_next(
    world: World,
) -> None:
    dying = world.channel(streaming="edit")
    task = world.start(dying.watch("77", held("一", asyncio.Event())))
    await until(lambda: world.api.texts() == ["一 …"])
    task.cancel()
    again = world.channel(streaming="edit")
    await again.watch("77", spoken("一", "二"))
    await until(lambda: world.api.texts() == ["一二 …"])
    await send_all(again, reply("一二三"))
    assert world.api.texts() == ["一二三"]


async def test_a_show_that_is_cut_off_knows_the_message_it_began(world: World) -> None:
    channel = world.channel(streaming="edit")
    task = world.start(channel.watch("77", held("一", asyncio.Event())))
    await until(lambda: bool(world.api.made("sendMessage")))
    task.cancel()
    await send_all(channel, reply("一二"))
    await channel.close()
    assert world.api.texts() == ["一二"]


@pytest.mark.parametrize("streaming", ["draft", "edit"])
async def test_the_answer_grows_on_below_a_word_in_between(world: World, streaming: str) -> None:
    channel = world.channel(streaming=streaming)
    goes_on = asyncio.Event()
    task = world.start(channel.watch("77", held("一", goes_on, "二")))
    await until(lambda: bool(world.api.drafts[77] or "一 …" in world.api.texts()))
    await send_all(channel, reply("请稍等。"), key="holding")
    goes_on.set()
    await until(lambda: "一二" in world.api.drafts[77] or "一二 …" in world.api.texts())
    await task
    await send_all(channel, reply("一二三"))
    assert world.api.texts() == ["请稍等。", "一二三"]


@pytest.mark.parametrize("streaming", ["draft", "edit"])
async def test_once_the_sentences_have_ended_nothing_more_is_shown(
    world: World, streaming: str
) -> None:
    channel = world.channel(streaming=streaming)
    await channel.watch("77", spoken("一", "二", gap=0.0))
    calls = len(world.api.calls)
    await asyncio.sleep(0.1)
    assert len(world.api.calls) == calls
    await send_all(channel, reply("一二三"))
    assert world.api.texts() == ["一二三"]


async def test_an_edit_of_another_process_that_comes_too_late_is_put_right(world: World) -> None:
    showing, sending = world.channel(streaming="edit"), world.channel(streaming="edit")
    goes_on = asyncio.Event()
    task = world.start(showing.watch("77", held("一", goes_on, "二")))
    await until(lambda: world.api.texts() == ["一 …"])
    world.api.slow("editMessageText")
    goes_on.set()
    await until(lambda: bool(world.api.held))
    world.api.spoil("editMessageText", "")
    await send_all(sending, reply("一二三", calls=(LOOKED_UP,)))
    assert world.api.texts() == ["一二三"]
    world.api.let_go()
    await task
    await until(lambda: len(world.api.made("editMessageText")) == 4)
    await until(lambda: world.api.texts() == ["一二三"])
    assert world.api.shown()[0]["reply_markup"]


async def test_the_next_turn_has_a_placeholder_of_its_own(world: World) -> None:
    channel = world.channel(streaming="edit")
    for number in ("一", "二"):
        await channel.watch("77", spoken(number))
        await until(lambda number=number: world.api.texts()[-1] == f"{number} …")
        await send_all(channel, reply(f"{number}。"), key=number)
    assert world.api.texts() == ["一。", "二。"]


async def test_a_placeholder_of_long_ago_is_taken_away_and_the_reply_sent_below(
    world: World,
) -> None:
    channel = world.channel(streaming="edit")
    await channel.watch("77", spoken("半句"))
    await until(lambda: world.api.texts() == ["半句 …"])
    world.clock.forward(minutes=11)
    await send_all(channel, reply("同事来了。"))
    assert world.api.texts() == ["同事来了。"]
    assert len(world.api.made("sendMessage")) == 2


async def test_a_placeholder_that_the_customer_deleted_is_replaced_by_a_message(
    world: World,
) -> None:
    channel = world.channel(streaming="edit")
    await channel.watch("77", spoken("一"))
    await until(lambda: world.api.texts() == ["一 …"])
    world.api.chats[77].clear()
    await send_all(channel, reply("一二"))
    assert world.api.texts() == ["一二"]


@pytest.mark.parametrize("way", ["drop", "lose", "500", "429:1", "forbidden", "bad:x", "html"])
@pytest.mark.parametrize("method", ["sendMessage", "editMessageText", "sendChatAction"])
async def test_whatever_goes_wrong_costs_only_the_show(world: World, way: str, method: str) -> None:
    channel = world.channel(streaming="edit")
    world.api.spoil(method, way)
    await channel.watch("77", spoken("一", "二"))
    await channel.close()
    await send_all(world.channel(), reply("一二"))
    assert world.api.texts()[-1] == "一二"
    assert set(world.api.texts()) <= {"一二", "…"}


async def test_a_long_growing_answer_is_shown_as_far_as_it_fits(world: World) -> None:
    channel = world.channel(streaming="edit")
    await channel.watch("77", spoken("长" * 4090, "尾" * 4090))
    await channel.close()
    assert len(world.api.texts()[0]) <= 4096
    await send_all(world.channel(), reply("长" * 4090 + "。" + "尾" * 4090))
    assert [text[0] for text in world.api.texts()] == ["长", "尾"]


async def test_a_turn_without_sentences_shows_nothing_but_typing(world: World) -> None:
    await world.channel(streaming="edit").watch("77", spoken())
    assert {call.method for call in world.api.calls} <= {"sendChatAction"}
