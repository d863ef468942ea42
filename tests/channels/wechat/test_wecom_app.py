"""An app in WeCom."""

from pathlib import Path

import pytest

from agent.channel import RejectedError, UnsureError
from channels.wechat.opening import Outside
from channels.wecom.app import WeComApp, open_app
from channels.wecom.settings import WeComBot
from tests.channels.wechat.caller import event_xml, text_xml
from tests.channels.wechat.conftest import PAYMENT, Site, corp_settings, images, reply
from tests.channels.wechat.fake_wecom import AGENT_ID, FakeWeCom
from tests.channels.wechat.provider import NOW

AT = int(NOW.timestamp())
SEND = "/cgi-bin/message/send"


async def test_a_member_asks_and_is_answered(app: WeComApp, wecom: FakeWeCom, site: Site) -> None:
    caller = site.caller(app)
    call = await caller.tell(text_xml("zhangsan", "年假几天", "1", AT, AgentID=str(AGENT_ID)))
    assert (call.status, call.body) == (200, "")
    (heard,) = site.inbox.all
    assert (heard.chat, heard.text, heard.customer) == ("zhangsan", "年假几天", None)
    said = reply("五天。", images=images("a"), payment=PAYMENT)
    ids = [await app.send("zhangsan", one, f"k{n}") for n, one in enumerate(app.parcels(said))]
    assert [one.kind for one in wecom.delivered] == ["text", "image", "textcard"]
    assert ids == [one.message_id for one in wecom.delivered]
    assert wecom.delivered[2].content["url"] == PAYMENT.url


async def test_members_can_be_the_shops_customers(
    brand: Path, corp_outside: Outside, site: Site
) -> None:
    more = {"agent_id": AGENT_ID, "members_are_customers": True}
    app = open_app(WeComBot.model_validate(corp_settings(brand) | more), corp_outside)
    await site.caller(app).tell(text_xml("lisi", "我的订单", "1", AT))
    assert site.inbox.all[0].customer == "lisi"


async def test_a_menu_of_the_app_is_understood(app: WeComApp, site: Site) -> None:
    caller = site.caller(app)
    await caller.tell(event_xml("zhangsan", "click", AT, EventKey="person"))
    await caller.tell(event_xml("zhangsan", "enter_agent", AT, EventKey=""))
    assert [(one.kind, one.text) for one in site.inbox.all] == [("press", "person")]


async def test_who_is_not_a_member_gets_nothing(app: WeComApp) -> None:
    with pytest.raises(RejectedError):
        await app.send("stranger", {"kind": "text", "text": "hi"}, "k1")


async def test_an_answer_that_was_lost_is_not_sent_again_by_itself(
    app: WeComApp, wecom: FakeWeCom
) -> None:
    wecom.fail(SEND, "drop")
    with pytest.raises(UnsureError):
        await app.send("lisi", {"kind": "text", "text": "hi"}, "k1")
    assert len(wecom.delivered) == 1


async def test_an_ended_token_is_replaced(app: WeComApp, wecom: FakeWeCom) -> None:
    for place in range(2):
        await app.send("lisi", {"kind": "text", "text": "hi"}, f"k{place}")
        wecom.new_token()
    assert len(wecom.delivered) == 2


async def test_doctor_is_told_which_app_it_is(app: WeComApp) -> None:
    assert str(AGENT_ID) in await app.check()
