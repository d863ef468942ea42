"""WeChat customer service: fetched with a cursor, sent under ids of ours."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.channel import RejectedError, TryAgainError, UnsureError
from channels.wechat.identity import sign_scene
from channels.wecom.service import WeChatService
from channels.wecom.service_updates import Told, told
from tests.channels.wechat.caller import event_xml
from tests.channels.wechat.conftest import CALLED, KEY, PAYMENT, LedgerInbox, Site, reply
from tests.channels.wechat.fake_wecom import OPEN_KFID, FakeWeCom
from tests.channels.wechat.provider import NOW

AT = int(NOW.timestamp())
SEND = "/cgi-bin/kf/send_msg"
SYNC = "/cgi-bin/kf/sync_msg"
HELLO = {"kind": "text", "text": "您好"}


async def fetch(service: WeChatService, inbox: LedgerInbox) -> None:
    async def heard(one: Told) -> None:
        await service.heard(one, inbox)

    await service.sync.fetch(heard)


@asynccontextmanager
async def receiving(service: WeChatService, inbox: LedgerInbox) -> AsyncIterator[None]:
    task = asyncio.create_task(service.receive(inbox))
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def until(true: Any) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - many things are waited for
            await asyncio.sleep(0.01)


async def test_a_call_makes_it_fetch_what_customers_wrote(
    service: WeChatService, wecom: FakeWeCom, site: Site
) -> None:
    caller = site.caller(service)
    async with receiving(service, site.inbox):
        await until(lambda: wecom.asked.count(SYNC) == 1)
        for number in range(8):
            wecom.write(f"wm{number}", f"问题{number}")
        for _ in range(3):
            token = wecom.call_token()
            event = event_xml("", "kf_msg_or_event", AT, Token=token, OpenKfId=OPEN_KFID)
            assert (await caller.tell(event)).status == 200
        await until(lambda: len(site.inbox.all) == 8)
    assert [one.text for one in site.inbox.all] == [f"问题{n}" for n in range(8)]
    assert len(site.inbox.puts) == 8


async def test_the_cursor_moves_only_when_what_was_read_is_saved(
    service: WeChatService, wecom: FakeWeCom, inbox: LedgerInbox
) -> None:
    class Dying(LedgerInbox):
        async def put(self, inbound: Any) -> bool:
            if len(self.saved) == 4:
                raise asyncio.CancelledError
            return await super().put(inbound)

    for number in range(7):
        wecom.write("wm1", str(number))
    dying = Dying()
    with pytest.raises(asyncio.CancelledError):
        await fetch(service, dying)
    await fetch(service, inbox)
    assert len(dying.saved) == 4
    assert [one.text for one in inbox.all] == ["3", "4", "5", "6"]


async def test_a_call_token_that_ran_out_does_not_stop_the_fetching(
    service: WeChatService, wecom: FakeWeCom, inbox: LedgerInbox
) -> None:
    await service.sync.call("no such token")
    wecom.write("wm1", "在吗")
    await fetch(service, inbox)
    assert len(inbox.all) == 1


async def test_a_first_run_leaves_old_messages_alone(
    service: WeChatService, wecom: FakeWeCom, inbox: LedgerInbox
) -> None:
    wecom.write("wm1", "昨天的")
    wecom.clock.sleep(hours=20)
    wecom.write("wm1", "刚才的")
    await fetch(service, inbox)
    wecom.write("wm1", "一天后的")
    wecom.clock.sleep(hours=24)
    await fetch(service, inbox)
    assert [one.text for one in inbox.all] == ["刚才的", "一天后的"]


async def test_only_one_of_two_processes_fetches(
    service: WeChatService, wecom: FakeWeCom, inbox: LedgerInbox
) -> None:
    other = replace(service, sync=replace(service.sync, called=asyncio.Event()))
    async with receiving(service, inbox), receiving(other, inbox):
        await until(lambda: wecom.asked.count(SYNC) == 1)
        wecom.write("wm1", "在吗")
        await other.sync.call(wecom.call_token())
        await until(lambda: inbox.all)
    assert inbox.puts == [inbox.all[0].message_id]


async def test_troubles_while_fetching_are_outlived(
    service: WeChatService, wecom: FakeWeCom, inbox: LedgerInbox
) -> None:
    wecom.fail(SYNC, "drop")
    wecom.write("wm1", "在吗")
    async with receiving(service, inbox):
        await until(lambda: inbox.all)
    assert wecom.asked.count(SYNC) == 2


async def test_a_reply_of_several_kinds_arrives(
    service: WeChatService, wecom: FakeWeCom, inbox: LedgerInbox
) -> None:
    wecom.write("wm1", "多少钱")
    await fetch(service, inbox)
    said = reply("请付款。", payment=PAYMENT, awaits_confirmation=True)
    for place, parcel in enumerate(service.parcels(said)):
        await service.send("wm1", parcel, f"k{place}")
    text, menu = wecom.delivered
    assert (text.kind, menu.kind) == ("text", "msgmenu")
    assert menu.content["list"][0]["view"]["url"] == PAYMENT.url
    assert menu.content["list"][1]["click"] == {"id": "13", "content": "确认购买"}


async def test_a_yes_counts_once_and_only_under_the_last_summary(
    service: WeChatService, wecom: FakeWeCom, inbox: LedgerInbox
) -> None:
    wecom.write("wm1", "买")
    await fetch(service, inbox)
    for turn in (3, 4):
        menu = service.parcels(reply(turn=turn, awaits_confirmation=True))[1]
        await service.send("wm1", menu, f"k{turn}")
    for number in ("13", "14", "14"):
        wecom.write("wm1", "确认购买", menu_id=number)
        await fetch(service, inbox)
    presses = [(one.text, one.rest) for one in inbox.all if one.kind == "press"]
    assert presses == [("confirm", "4")]
    assert [one.content["content"][:7] for one in wecom.delivered[2:]] == ["这个选项已经失"] * 2


async def test_sending_again_after_a_lost_answer_doubles_nothing(
    service: WeChatService, wecom: FakeWeCom, inbox: LedgerInbox
) -> None:
    wecom.write("wm1", "在吗")
    await fetch(service, inbox)
    wecom.fail(SEND, "drop")
    with pytest.raises(UnsureError):
        await service.send("wm1", HELLO, "k1")
    first = wecom.delivered[0].message_id
    assert await service.send("wm1", HELLO, "k1") == first
    assert len(wecom.delivered) == 1


async def test_never_more_than_five_messages_for_one_of_his(
    service: WeChatService, wecom: FakeWeCom, inbox: LedgerInbox
) -> None:
    wecom.write("wm1", "在吗")
    await fetch(service, inbox)
    for place in range(5):
        await service.send("wm1", HELLO, f"k{place}")
    with pytest.raises(TryAgainError):
        await service.send("wm1", HELLO, "k5")
    assert wecom.asked.count(SEND) == 5


async def test_a_message_tried_again_and_again_costs_one(
    service: WeChatService, wecom: FakeWeCom, inbox: LedgerInbox
) -> None:
    wecom.write("wm1", "在吗")
    await fetch(service, inbox)
    wecom.fail(SEND, *["drop"] * 6)
    for _ in range(6):
        with pytest.raises(UnsureError):
            await service.send("wm1", HELLO, "k0")
    for place in range(1, 5):
        await service.send("wm1", HELLO, f"k{place}")
    with pytest.raises(TryAgainError):
        await service.send("wm1", HELLO, "k5")


async def test_who_comes_in_is_welcomed_with_the_code_he_brought(
    service: WeChatService, wecom: FakeWeCom, inbox: LedgerInbox
) -> None:
    scene = sign_scene(KEY.encode(), "corp", "u-7", NOW + timedelta(minutes=5))
    wecom.enter("wm1", scene)
    await fetch(service, inbox)
    (came,) = inbox.all
    assert (came.kind, came.text, came.rest, came.customer) == ("command", "start", "", "u-7")
    await service.send("wm1", HELLO, "k1")
    assert [one.to for one in wecom.delivered] == ["wm1"]
    assert wecom.asked.count(SEND) == 0


async def test_a_welcome_that_came_too_late_is_refused(
    service: WeChatService, wecom: FakeWeCom, inbox: LedgerInbox
) -> None:
    wecom.enter("wm1")
    await fetch(service, inbox)
    wecom.clock.sleep(seconds=30)
    with pytest.raises(RejectedError):
        await service.send("wm1", HELLO, "k1")


async def test_a_session_that_nobody_has_is_taken(
    service: WeChatService, wecom: FakeWeCom, inbox: LedgerInbox
) -> None:
    wecom.write("wm1", "在吗")
    await fetch(service, inbox)
    wecom.sessions["wm1"] = 2
    await service.send("wm1", HELLO, "k1")
    assert wecom.moves == [("wm1", 1)]
    assert len(wecom.delivered) == 1


async def test_while_a_person_has_the_chat_the_bot_says_nothing(
    service: WeChatService, wecom: FakeWeCom, inbox: LedgerInbox
) -> None:
    wecom.write("wm1", "在吗")
    await fetch(service, inbox)
    wecom.person_takes("wm1")
    with pytest.raises(RejectedError, match="person"):
        await service.send("wm1", HELLO, "k1")
    wecom.write("wm1", "跟人说的话")
    await fetch(service, inbox)
    wecom.person_ends("wm1")
    wecom.write("wm1", "又是跟机器人说的")
    await fetch(service, inbox)
    await service.send("wm1", HELLO, "k2")
    assert [one.text for one in inbox.all] == ["在吗", "又是跟机器人说的"]
    assert len(wecom.delivered) == 1


async def test_who_asks_for_a_person_is_put_into_the_queue_where_the_shop_wants(
    service: WeChatService, wecom: FakeWeCom, inbox: LedgerInbox
) -> None:
    wecom.write("wm1", "转人工")
    await fetch(service, inbox)
    assert len(service.parcels(reply(handoff=CALLED))) == 1
    queueing = replace(service, bot=service.bot.model_copy(update={"hand_over": "queue"}))
    for place, parcel in enumerate(queueing.parcels(reply("请稍等。", handoff=CALLED))):
        await queueing.send("wm1", parcel, f"k{place}")
    assert [one.content["content"] for one in wecom.delivered] == ["请稍等。"]
    assert wecom.moves == [("wm1", 2)]
    wecom.write("wm1", "有人吗")
    await fetch(service, inbox)
    assert len(inbox.all) == 1


@pytest.mark.parametrize(
    "message",
    [
        {
            "msgtype": "event",
            "event": {"event_type": "msg_send_fail", "fail_msgid": "m", "fail_type": 10},
        },
        {"msgtype": "event", "event": {"event_type": "user_recall_msg"}},
        {"msgtype": "text", "origin": 5, "text": {"content": "同事说的"}, "external_userid": "wm1"},
        {},
    ],
)
async def test_what_is_not_the_customers_is_not_heard(
    service: WeChatService, inbox: LedgerInbox, message: dict[str, Any]
) -> None:
    await service.heard(told({"msgid": "m1", "send_time": AT, **message}), inbox)
    assert not inbox.puts


@pytest.mark.parametrize("kind", ["image", "voice", "location", "business_card"])
async def test_what_is_not_words_is_media(kind: str) -> None:
    message = {"msgid": "m", "external_userid": "wm1", "origin": 3, "msgtype": kind, kind: {}}
    assert told(message).update.kind == "media"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["msgid", "send_time", "origin", "msgtype", "text", "event", "external_userid", "image"]
)


@given(message=st.dictionaries(NAMES, VALUES | st.sampled_from(["text", "event", 3, AT])))
def test_no_message_of_sync_msg_crashes_the_reader(message: dict[str, Any]) -> None:
    told(message)


@given(
    event=st.dictionaries(
        st.sampled_from(
            ["event_type", "change_type", "welcome_code", "fail_type", "external_userid"]
        ),
        VALUES | st.sampled_from(["enter_session", "session_status_change", "msg_send_fail", 1, 3]),
    )
)
def test_no_event_of_sync_msg_crashes_the_reader(event: dict[str, Any]) -> None:
    told({"msgid": "m", "msgtype": "event", "event": event})


async def test_doctor_is_told_which_account_it_is(service: WeChatService) -> None:
    assert OPEN_KFID in await service.check()
