"""An Official Account that sends customer-service messages."""

import asyncio
from pathlib import Path

import pytest

from agent.channel import RejectedError, TryAgainError, UnsureError
from agent.channel_state import MemoryNotebook
from channels.wechat.account import WeChatAccount
from channels.wechat.opening import Outside, open_account
from tests.channels.wechat.caller import event_xml, text_xml
from tests.channels.wechat.conftest import Site, reply, wechat_bot
from tests.channels.wechat.fake_wechat import FakeWeChat
from tests.channels.wechat.provider import NOW

SEND = "/cgi-bin/message/custom/send"
UPLOAD = "/cgi-bin/media/upload"
TOKEN = "/cgi-bin/stable_token"
HELLO = {"kind": "text", "text": "您好 <3"}
PICTURE = {"kind": "image", "path": "images/a.jpg", "caption": "商品a"}
MENU = {"kind": "menu", "head": "点一下：", "choices": [["1", "确认购买"]]}


@pytest.fixture
async def user(account: WeChatAccount, site: Site, wechat: FakeWeChat) -> str:
    """Somebody who has just written."""
    wechat.customer_did("u1")
    await site.caller(account).tell(text_xml("u1", "在吗", "1", int(NOW.timestamp())))
    return "u1"


async def test_a_reply_arrives_in_order_and_unescaped(
    account: WeChatAccount, wechat: FakeWeChat, user: str
) -> None:
    for place, parcel in enumerate((HELLO, PICTURE, MENU)):
        await account.send(user, parcel, f"k{place}")
    assert [one.kind for one in wechat.delivered] == ["text", "image", "msgmenu"]
    assert wechat.delivered[0].content == {"content": "您好 <3"}
    assert wechat.delivered[2].content["list"] == [{"id": "1", "content": "确认购买"}]


async def test_never_more_than_five_messages_for_one_of_his(
    account: WeChatAccount, wechat: FakeWeChat, site: Site, user: str
) -> None:
    for place in range(5):
        await account.send(user, HELLO, f"k{place}")
    with pytest.raises(TryAgainError):
        await account.send(user, HELLO, "k5")
    assert wechat.asked.count(SEND) == 5
    wechat.customer_did(user)
    await site.caller(account).tell(text_xml(user, "喂", "2", int(NOW.timestamp()) + 9))
    await account.send(user, HELLO, "k5")
    assert len(wechat.delivered) == 6


async def test_a_message_told_again_does_not_allow_more(
    account: WeChatAccount, wechat: FakeWeChat, site: Site, user: str
) -> None:
    for place in range(5):
        await account.send(user, HELLO, f"k{place}")
    await site.caller(account).tell(text_xml(user, "在吗", "1", int(NOW.timestamp())))
    with pytest.raises(TryAgainError):
        await account.send(user, HELLO, "k5")
    assert wechat.asked.count(SEND) == 5


async def test_a_follower_is_greeted_with_three_at_most_and_within_a_minute(
    account: WeChatAccount, wechat: FakeWeChat, site: Site
) -> None:
    wechat.customer_did("u2", "clicked")
    await site.caller(account).tell(event_xml("u2", "subscribe", int(NOW.timestamp())))
    for place in range(3):
        await account.send("u2", HELLO, f"k{place}")
    with pytest.raises(TryAgainError):
        await account.send("u2", HELLO, "k3")
    wechat.clock.sleep(seconds=61)
    with pytest.raises(RejectedError):
        await account.send("u2", HELLO, "k4")
    assert wechat.asked.count(SEND) == 3


async def test_after_two_days_nothing_is_sent(
    account: WeChatAccount, wechat: FakeWeChat, user: str
) -> None:
    wechat.clock.sleep(hours=49)
    with pytest.raises(RejectedError):
        await account.send(user, HELLO, "k1")
    assert not wechat.delivered


async def test_a_failed_send_is_not_counted(
    account: WeChatAccount, wechat: FakeWeChat, user: str
) -> None:
    wechat.fail(SEND, *["refuse"] * 6)
    for place in range(6):
        with pytest.raises(TryAgainError):
            await account.send(user, HELLO, f"k{place}")
    await account.send(user, HELLO, "k7")
    assert len(wechat.delivered) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("refuse", TryAgainError),
        ("drop", UnsureError),
        ("html", UnsureError),
        (-1, TryAgainError),
        (45009, TryAgainError),
        (45047, TryAgainError),
        (45015, RejectedError),
        (43004, RejectedError),
        (40003, RejectedError),
        (48001, RejectedError),
    ],
)
async def test_what_each_fault_means(
    account: WeChatAccount, wechat: FakeWeChat, user: str, fault: int | str, error: type[Exception]
) -> None:
    wechat.fail(SEND, fault)
    with pytest.raises(error) as raised:
        await account.send(user, HELLO, "k1")
    assert "token-" not in str(raised.value)
    assert len(wechat.delivered) == (fault == "drop")


async def test_what_goes_wrong_before_the_message_itself_can_be_tried_again(
    account: WeChatAccount, wechat: FakeWeChat, user: str
) -> None:
    wechat.fail(TOKEN, "drop", "html", 40164)
    wechat.fail(UPLOAD, "drop")
    for _ in range(4):
        with pytest.raises(TryAgainError):
            await account.send(user, PICTURE, "k1")
    await account.send(user, PICTURE, "k1")
    assert [one.kind for one in wechat.delivered] == ["image"]


async def test_one_token_serves_many_sends_and_is_renewed_before_it_ends(
    account: WeChatAccount, wechat: FakeWeChat, user: str
) -> None:
    await asyncio.gather(*(account.send(user, HELLO, f"k{place}") for place in range(4)))
    assert wechat.asked.count(TOKEN) == 1
    wechat.clock.sleep(seconds=7000)
    await account.send(user, HELLO, "k5")
    assert wechat.asked.count(TOKEN) == 2
    assert len(wechat.delivered) == 5


async def test_a_token_that_somebody_else_ended_is_fetched_again_once(
    account: WeChatAccount, wechat: FakeWeChat, user: str
) -> None:
    await account.send(user, HELLO, "k1")
    wechat.new_token()
    await asyncio.gather(*(account.send(user, HELLO, f"k{place}") for place in (2, 3, 4)))
    assert len(wechat.delivered) == 4
    assert wechat.asked.count(TOKEN) == 2


async def test_a_new_token_is_forced_only_if_wechat_gives_the_refused_one_again(
    account: WeChatAccount, wechat: FakeWeChat, user: str
) -> None:
    await account.send(user, HELLO, "k1")
    wechat.fail(SEND, 42001)
    await account.send(user, HELLO, "k2")
    assert len(wechat.delivered) == 2
    assert wechat.token == "token-3"


async def test_two_processes_share_a_token(
    account: WeChatAccount, wechat: FakeWeChat, outside: Outside, user: str, brand: Path
) -> None:
    other = open_account(wechat_bot(brand), outside)
    await asyncio.gather(account.send(user, HELLO, "k1"), other.send(user, HELLO, "k2"))
    assert wechat.asked.count(TOKEN) == 1


async def test_a_picture_is_uploaded_once_in_three_days(
    account: WeChatAccount, wechat: FakeWeChat, user: str, site: Site
) -> None:
    await account.send(user, PICTURE, "k1")
    await account.send(user, PICTURE, "k2")
    assert wechat.uploads == ["a.jpg"]
    wechat.clock.sleep(days=3)
    wechat.customer_did(user)
    at = int(wechat.clock().timestamp())
    await site.caller(account).tell(text_xml(user, "还在吗", "2", at))
    await account.send(user, PICTURE, "k3")
    assert wechat.uploads == ["a.jpg", "a.jpg"]


async def test_a_media_id_that_wechat_forgot_is_replaced(
    account: WeChatAccount, wechat: FakeWeChat, user: str
) -> None:
    await account.send(user, PICTURE, "k1")
    wechat.media.clear()
    await account.send(user, PICTURE, "k2")
    assert len(wechat.delivered) == 2


@pytest.mark.parametrize("path", ["../secret.jpg", "/etc/passwd", "images/none.jpg"])
async def test_only_pictures_of_the_brand_are_sent(
    account: WeChatAccount, user: str, path: str
) -> None:
    with pytest.raises(RejectedError):
        await account.send(user, {**PICTURE, "path": path}, "k1")


async def test_accounts_without_menus_get_links_in_the_text(
    account: WeChatAccount, wechat: FakeWeChat, user: str
) -> None:
    wechat.menus = False
    await account.send(user, MENU, "k1")
    (only,) = wechat.delivered
    assert "weixin://bizmsgmenu?msgmenucontent=确认购买&msgmenuid=1" in only.content["content"]


async def test_a_yes_counts_once_and_only_under_the_last_summary(
    account: WeChatAccount, wechat: FakeWeChat, site: Site, user: str
) -> None:
    caller, at = site.caller(account), int(NOW.timestamp())
    for turn in (3, 4):
        menu = account.parcels(reply(turn=turn, awaits_confirmation=True))[1]
        await account.send(user, menu, f"k{turn}")
    for place, number in enumerate(("23", "14", "14", "14")):
        told = text_xml(user, "取消" if number[0] == "2" else "确认购买", f"m{min(place, 2)}", at)
        wechat.customer_did(user, "clicked")
        await caller.tell(told.replace("</xml>", f"<bizmsgmenuid>{number}</bizmsgmenuid></xml>"))
    await asyncio.gather(*account.asides)
    presses = [(one.text, one.rest) for one in site.inbox.all if one.kind == "press"]
    assert presses == [("confirm", "4")]
    said = [one.content["content"] for one in wechat.delivered if one.kind == "text"]
    assert len(said) == 2
    assert all("已经失效" in one for one in said)


async def test_an_old_cancel_is_not_taken_for_a_new_one(
    account: WeChatAccount, site: Site, user: str
) -> None:
    menu = account.parcels(reply(turn=5, awaits_confirmation=True))[1]
    await account.send(user, menu, "k5")
    told = text_xml(user, "取消", "m1", int(NOW.timestamp()), bizmsgmenuid="25")
    await site.caller(account).tell(told)
    pressed = site.inbox.all[-1]
    assert (pressed.kind, pressed.text, pressed.rest) == ("press", "say", "取消")


async def test_typing_is_shown_as_long_as_the_turn_runs(
    account: WeChatAccount, wechat: FakeWeChat
) -> None:
    async def sentences():
        yield "一"
        await asyncio.sleep(0.05)
        yield "二"

    wechat.fail("/cgi-bin/message/custom/typing", 45080)
    await account.watch("u1", sentences())
    await account.watch("u1", sentences())
    assert wechat.typing == ["u1"]


async def test_doctor_says_what_is_wrong(
    account: WeChatAccount, brand: Path, outside: Outside
) -> None:
    assert "wx0123456789abcdef" in await account.check()
    fresh = Outside(outside.http, MemoryNotebook(), outside.leases, outside.clock)
    wrong = open_account(wechat_bot(brand, app_secret="wrong"), fresh)
    with pytest.raises(TryAgainError, match="40125"):
        await wrong.check()


async def test_no_secret_is_shown_in_a_repr(account: WeChatAccount) -> None:
    shown = repr(account)
    assert "app-secret" not in shown
    assert "callbackToken" not in shown
