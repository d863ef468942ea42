"""Accounts that may only answer inside WeChat's call."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import pytest

from agent.reply import Reply
from channels.wechat.opening import Outside, open_account
from channels.wechat.passive import PassiveAccount
from tests.channels.wechat.caller import Call, Caller, event_xml, text_xml
from tests.channels.wechat.conftest import PAYMENT, Site, images, reply, wechat_bot
from tests.channels.wechat.fake_wechat import FakeWeChat
from tests.channels.wechat.provider import NOW

AT = int(NOW.timestamp())
WAIT = "正在为您查询"


@pytest.fixture
def quick(passive: PassiveAccount) -> PassiveAccount:
    return replace(passive, wait_seconds=0.25)


@pytest.fixture
def caller(quick: PassiveAccount, site: Site) -> Caller:
    caller = site.caller(quick)
    caller.patience = 0.5
    return caller


async def answer(account: PassiveAccount, said: Reply, turn: str, chat: str = "u1") -> None:
    for place, parcel in enumerate(account.parcels(said)):
        await account.send(chat, parcel, f"{turn}:{place}")


def words(caller: Caller, call: Call) -> str:
    shown = caller.shown(call)
    return shown["Content"] if shown and shown["MsgType"] == "text" else ""


async def asked(caller: Caller, text: str, number: str) -> str:
    return words(caller, await caller.tell(text_xml("u1", text, number, AT), number))


async def test_an_answer_that_is_quick_comes_in_the_call(
    quick: PassiveAccount, caller: Caller
) -> None:
    asking = asyncio.create_task(caller.tell(text_xml("u1", "在吗", "1", AT)))
    await asyncio.sleep(0.02)
    await answer(quick, reply("在的。"), "t1")
    shown = caller.shown(await asking)
    assert shown is not None
    assert (shown["Content"], shown["ToUserName"], shown["FromUserName"]) == (
        "在的。",
        "u1",
        "gh_shop",
    )


async def test_a_slow_answer_waits_until_he_sends_anything(
    quick: PassiveAccount, caller: Caller, site: Site
) -> None:
    assert WAIT in await asked(caller, "多久发货", "1")
    await answer(quick, reply("两天内。"), "t1")
    assert await asked(caller, "1", "2") == "两天内。"
    assert [one.text for one in site.inbox.all] == ["多久发货"]


async def test_what_waits_outlives_the_process(
    quick: PassiveAccount, caller: Caller, brand: Path, outside: Outside, site: Site
) -> None:
    await asked(caller, "多久发货", "1")
    await answer(quick, reply("两天内。"), "t1")
    reopened = open_account(wechat_bot(brand, replies="passive"), outside)
    assert await asked(site.caller(reopened), "1", "2") == "两天内。"


async def test_a_real_question_gets_what_waited_and_is_answered_too(
    quick: PassiveAccount, caller: Caller, site: Site
) -> None:
    await asked(caller, "多久发货", "1")
    await answer(quick, reply("两天内。"), "t1")
    assert await asked(caller, "能不能退货呢", "2") == "两天内。\n（还有 1 条，回复任意内容查看）"
    await answer(quick, reply("七天内可以。"), "t2")
    assert await asked(caller, "好", "3") == "七天内可以。"
    assert [one.text for one in site.inbox.all] == ["多久发货", "能不能退货呢"]


async def test_a_second_call_about_a_message_joins_the_first_ones_wait(
    quick: PassiveAccount, caller: Caller, site: Site
) -> None:
    body = text_xml("u1", "在吗", "1", AT)
    calls = [asyncio.create_task(caller.tell(body)) for _ in range(3)]
    await asyncio.sleep(0.02)
    await answer(quick, reply("在的。"), "t1")
    said = {words(caller, call) for call in await asyncio.gather(*calls)}
    assert said == {"在的。"}
    assert len(site.inbox.all) == 1


async def test_a_call_whose_answer_was_lost_gets_the_same_again(
    quick: PassiveAccount, caller: Caller
) -> None:
    await asked(caller, "在吗", "1")
    await answer(quick, reply("在的。"), "t1")
    await answer(quick, reply("还有这个。"), "t2")
    first = await asked(caller, "1", "2")
    assert first.startswith("在的。")
    assert await asked(caller, "1", "2") == first
    assert await asked(caller, "1", "3") == "还有这个。"


async def test_a_caller_that_gives_up_is_answered_at_its_second_try(
    passive: PassiveAccount, site: Site
) -> None:
    slow = replace(passive, wait_seconds=2.0)
    caller = site.caller(slow)
    caller.patience = 0.1
    asking = asyncio.create_task(caller.tell(text_xml("u1", "在吗", "1", AT)))
    await asyncio.sleep(0.15)
    await answer(slow, reply("在的。"), "t1")
    assert words(caller, await asking) == "在的。"
    assert [call.status for call in caller.calls] == [None, 200]
    assert len(site.inbox.all) == 1


async def test_a_burst_is_answered_once_at_its_newest_message(
    quick: PassiveAccount, caller: Caller
) -> None:
    first = asyncio.create_task(caller.tell(text_xml("u1", "你好", "1", AT)))
    await asyncio.sleep(0.02)
    second = asyncio.create_task(caller.tell(text_xml("u1", "多久发货", "2", AT)))
    await asyncio.sleep(0.02)
    await answer(quick, reply("两天内。"), "t1")
    assert caller.shown(await first) is None
    assert words(caller, await second) == "两天内。"


async def test_several_parcels_come_one_by_one_and_say_how_many_wait(
    quick: PassiveAccount, caller: Caller, wechat: FakeWeChat
) -> None:
    asking = asyncio.create_task(caller.tell(text_xml("u1", "图片", "1", AT)))
    await asyncio.sleep(0.02)
    await answer(quick, reply("请看。", images=images("a", "b")), "t1")
    assert words(caller, await asking).startswith("请看。")
    shown = [
        caller.shown(await caller.tell(text_xml("u1", "1", number, AT))) for number in ("2", "3")
    ]
    media = [message["Image"]["MediaId"] for message in shown if message]
    assert media == list(wechat.media)
    assert not wechat.delivered


async def test_a_picture_that_wechat_does_not_take_becomes_words(
    quick: PassiveAccount, caller: Caller, wechat: FakeWeChat
) -> None:
    wechat.fail("/cgi-bin/media/upload", 48001)
    await answer(quick, reply("", images=images("a")), "t1")
    assert "商品a" in await asked(caller, "图片呢", "1")


async def test_a_parcel_left_twice_is_given_once(quick: PassiveAccount, caller: Caller) -> None:
    await answer(quick, reply("在的。"), "t1")
    await answer(quick, reply("在的。"), "t1")
    assert (await asked(caller, "在吗", "1")).startswith("在的。")
    assert WAIT in await asked(caller, "喂喂喂喂", "2")


async def test_hundreds_of_messages_lose_and_double_nothing(
    quick: PassiveAccount, caller: Caller
) -> None:
    """Answers numbered in a row: whatever is called how often, the customer sees each once."""
    seen: list[str] = []
    for number in range(60):
        await answer(quick, reply(f"第{number}句。"), f"t{number}")
        if number % 3 == 0:
            body = text_xml("u1", "下一句是什么", str(number), AT)
            both = await asyncio.gather(caller.tell(body), caller.tell(body))
            assert len({words(caller, call) for call in both}) == 1
            seen += re.findall(r"第(\d+)句", words(caller, both[0]))
    for number in range(100, 140):
        seen += re.findall(r"第(\d+)句", await asked(caller, "1", str(number)))
    assert [int(one) for one in seen] == list(range(60))


async def test_a_follower_is_greeted_in_the_call(quick: PassiveAccount, caller: Caller) -> None:
    asking = asyncio.create_task(caller.tell(event_xml("u1", "subscribe", AT)))
    await asyncio.sleep(0.02)
    await answer(quick, reply("欢迎！"), "t1")
    assert words(caller, await asking) == "欢迎！"


@pytest.mark.parametrize("event", ["unsubscribe", "VIEW"])
async def test_where_nothing_is_to_be_said_nothing_is_waited_for(
    passive: PassiveAccount, site: Site, event: str
) -> None:
    caller = site.caller(passive)
    assert caller.shown(await caller.tell(event_xml("u1", event, AT))) is None


async def test_a_passive_payment_is_a_link(quick: PassiveAccount) -> None:
    (only,) = quick.parcels(reply("请付款。", payment=PAYMENT))
    assert PAYMENT.url in only["text"]


async def test_a_long_answer_and_its_hint_fit(quick: PassiveAccount, caller: Caller) -> None:
    await answer(quick, reply("很长的一句话，真的。" * 300), "t1")
    shown = await asked(caller, "请说", "1")
    assert "回复任意内容" in shown
    assert len(shown.encode()) <= 2048


async def test_plain_accounts_answer_plainly(brand: Path, outside: Outside, site: Site) -> None:
    bot = wechat_bot(brand, replies="passive", mode="plain", aes_key=None, app_secret=None)
    account = open_account(bot, outside)
    assert isinstance(account, PassiveAccount)
    await answer(account, reply("在的。", images=images("a")), "t1")
    caller = site.caller(account)
    assert (await asked(caller, "在吗", "1")).startswith("在的。")
    assert "商品a" in await asked(caller, "1", "2")
