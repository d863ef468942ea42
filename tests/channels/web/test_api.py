"""The web chat's API, spoken to over HTTP."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from agent.channel import Inbound
from channels.web.colour import DARK_PAPER, LIGHT_PAPER, contrast, ink, on_colour
from channels.web.feed import Event, MemoryFeed, Past
from channels.web.signing import sign_identity
from channels.web.sse import line_of, view
from tests.channels.web.front import SECRET, app_of, site

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@dataclass
class Caller:
    """A page, as a test drives it."""

    http: TestClient
    feed: MemoryFeed
    now: datetime = NOW
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def clock(self) -> datetime:
        return self.now

    def begin(self, **body: Any) -> Any:
        answer = self.http.post(
            "/chat/shop/api/session", json={"token": self.token or None, **body}
        )
        if answer.status_code == 200:
            self.token = answer.json()["token"]
            self.headers = {"Authorization": f"Bearer {self.token}"}
        return answer

    def say(self, text: str, **more: Any) -> Any:
        body = {"id": str(uuid4()), "kind": "text", "text": text, **more}
        return self.http.post("/chat/shop/api/messages", json=body, headers=self.headers)

    def history(self) -> Any:
        return self.http.get("/chat/shop/api/history", headers=self.headers).json()


@pytest.fixture
def caller() -> Iterator[Caller]:
    feed = MemoryFeed()
    closing = asyncio.Event()
    made = Caller(TestClient(app_of(site(feed, lambda: made.now), closing)), feed)
    with made.http:
        yield made


def test_a_message_is_accepted_only_once_it_is_in_the_inbox(caller: Caller) -> None:
    caller.begin()
    answer = caller.say("你好", language="zh")
    assert (answer.status_code, answer.json()["new"]) == (202, True)
    assert [(one.bot, one.kind, one.text, one.language) for one in caller.feed.taken] == [
        ("shop", "text", "你好", "zh")
    ]


def test_the_same_message_again_is_accepted_and_kept_once(caller: Caller) -> None:
    caller.begin()
    one = str(uuid4())
    assert [caller.say("你好", id=one).status_code for _ in range(3)] == [202] * 3
    assert len(caller.feed.taken) == 1


def test_two_visitors_with_the_same_message_id_do_not_swallow_each_other(caller: Caller) -> None:
    one = str(uuid4())
    for _ in range(2):
        caller.token = ""
        caller.begin()
        caller.say("你好", id=one)
    assert len({(i.chat, i.message_id) for i in caller.feed.taken}) == 2


def test_a_kept_token_leads_back_to_the_same_chat(caller: Caller) -> None:
    caller.begin()
    caller.say("第一句")
    assert caller.begin().json()["resumed"]
    caller.say("第二句")
    assert [event["text"] for event in caller.history()["events"]] == ["第一句", "第二句"]


def test_a_signed_identity_reaches_the_inbox_and_anonymous_visitors_have_none(
    caller: Caller,
) -> None:
    caller.begin()
    caller.say("我是谁")
    identity = sign_identity(SECRET.encode(), "shop", "u-1001", NOW + timedelta(hours=1))
    assert caller.begin(identity=identity).json() == {
        "token": caller.token,
        "signed_in": True,
        "resumed": False,
    }
    caller.say("我是谁")
    first, second = caller.feed.taken
    assert (first.customer, second.customer) == (None, "u-1001")
    assert first.chat != second.chat


def test_another_customer_or_nobody_never_gets_the_chat_of_the_one_before(caller: Caller) -> None:
    chats = set()
    for customer in ("u-1001", "u-1002", None):
        identity = customer and sign_identity(
            SECRET.encode(), "shop", customer, NOW + timedelta(hours=1)
        )
        caller.begin(identity=identity)
        caller.say("查订单")
        chats.add(caller.feed.taken[-1].chat)
        assert len(caller.history()["events"]) == 1
    assert len(chats) == 3


def test_a_signed_in_customer_finds_his_chat_again_after_his_token_lapsed(caller: Caller) -> None:
    def identity() -> str:
        return sign_identity(SECRET.encode(), "shop", "u-1001", caller.now + timedelta(hours=1))

    caller.begin(identity=identity())
    caller.say("你好")
    caller.now += timedelta(days=2)
    assert caller.say("还在吗").status_code == 401
    assert caller.begin(identity=identity()).json()["resumed"]
    assert len(caller.history()["events"]) == 1


def test_an_anonymous_token_that_lapsed_begins_a_new_chat(caller: Caller) -> None:
    caller.begin()
    caller.say("你好")
    caller.now += timedelta(days=31)
    assert not caller.begin().json()["resumed"]
    assert caller.history()["events"] == []


@pytest.mark.parametrize(
    ("identity", "code"),
    [
        ("u-1001.1795600000.00", "bad_identity"),
        ("u-1001", "bad_identity"),
        (sign_identity(b"another secret..", "shop", "u", NOW + timedelta(1)), "bad_identity"),
        (sign_identity(SECRET.encode(), "other", "u", NOW + timedelta(1)), "bad_identity"),
        (sign_identity(SECRET.encode(), "shop", "u", NOW), "identity_expired"),
        (sign_identity(SECRET.encode(), "shop", "u", NOW + timedelta(9)), "identity_too_long"),
    ],
)
def test_an_identity_that_does_not_hold_is_refused_with_its_reason(
    caller: Caller, identity: str, code: str
) -> None:
    answer = caller.begin(identity=identity)
    assert (answer.status_code, answer.json()["detail"]["code"]) == (401, code)


def test_presses_and_commands_are_taken_by_their_names_only(caller: Caller) -> None:
    caller.begin()
    assert caller.say("confirm", kind="press").status_code == 202
    assert caller.say("helpful", kind="press", rest="3").status_code == 202
    assert caller.say("reset", kind="command").status_code == 202
    assert caller.say("drop tables", kind="press").status_code == 422
    assert caller.say("paid", kind="command").status_code == 422


def test_a_message_may_have_a_thousand_characters_and_no_more(caller: Caller) -> None:
    caller.begin()
    assert caller.say("好" * 1000).status_code == 202
    assert caller.say("好" * 1001).status_code == 422
    assert caller.say("   ").status_code == 422


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(caller: Caller) -> None:
    answer = caller.http.post("/chat/shop/api/session", content=b"[" * 2_000_000)
    assert answer.status_code == 413


def test_who_sends_too_fast_is_asked_to_wait_and_may_go_on_later(caller: Caller) -> None:
    caller.begin()
    answers = [caller.say("快") for _ in range(14)]
    assert [a.status_code for a in answers] == [202] * 12 + [429] * 2
    caller.now += timedelta(seconds=int(answers[-1].headers["Retry-After"]))
    assert caller.say("慢").status_code == 202


def test_who_asks_too_early_again_and_again_waits_no_longer_for_that(caller: Caller) -> None:
    caller.begin()
    while caller.say("快").status_code == 202:
        pass
    early = []
    for _ in range(20):
        caller.now += timedelta(seconds=0.5)
        early.append(caller.say("快").status_code)
    assert set(early) == {202, 429}


async def test_what_came_in_between_is_told_after_a_lost_connection_and_nothing_twice(
    caller: Caller,
) -> None:
    caller.begin()
    caller.say("一")
    place = caller.history()["place"]
    chat = caller.feed.taken[0].chat
    for number in (1, 2, 2):
        event = Event("reply", {"text": f"答{number}", "turn": number}, key=f"k{number}", at=NOW)
        await caller.feed.show("shop", chat, event)
    following = caller.feed.follow("shop", chat, place)
    told = [await anext(following) for _ in range(3)]
    assert [event.key for event in told] == ["", "k1", "k2"]
    assert [event["type"] for event in caller.history()["events"]] == ["message", "reply", "reply"]


def test_a_citation_opens_its_passage_and_nothing_else_does(caller: Caller) -> None:
    caller.begin()
    caller.say("可以退货吗")
    citations = [{"source": "knowledge/returns.md", "quote": "无理由退货"}]
    event = Event("reply", {"text": "可以", "citations": citations}, key="k1", at=NOW)
    asyncio.run(caller.feed.show("shop", caller.feed.taken[0].chat, event))

    def opened(key: str, number: int) -> Any:
        asked = {"key": key, "number": number}
        return caller.http.get("/chat/shop/api/passages", params=asked, headers=caller.headers)

    assert caller.history()["events"][1]["citations"][0]["title"] == "退换货规则"
    assert "无理由退货" in opened("k1", 0).json()["text"]
    assert [opened("k1", 1).status_code, opened("k2", 0).status_code] == [404, 404]


def test_only_pictures_that_the_catalogue_names_are_served(caller: Caller) -> None:
    assert caller.http.get("/chat/shop/images/essence.jpg").headers["content-type"] == "image/jpeg"
    for path in ("lotion.jpg", "containers.txt", "../brand.toml", "..%2Fbrand.toml", "%00", "a/b"):
        assert caller.http.get(f"/chat/shop/images/{path}").status_code == 404


def test_the_page_runs_nothing_but_our_own_files_and_may_be_framed_where_allowed() -> None:
    feed = MemoryFeed()
    one = site(feed, lambda: NOW, allowed_origins=("https://shop.example",))
    page = TestClient(app_of(one)).get("/chat/shop")
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert policy.endswith("frame-ancestors 'self' https://shop.example")
    assert "<script>" not in page.text
    assert " style=" not in page.text


def test_the_demo_page_is_served_only_where_it_is_switched_on(caller: Caller) -> None:
    assert caller.http.get("/demo/shop").status_code == 404
    open_one = TestClient(app_of(site(MemoryFeed(), lambda: NOW, demo=True)))
    assert 'data-identity="u-1001.' in open_one.get("/demo/shop?as=u-1001").text
    assert 'data-identity=""' in open_one.get("/demo/shop?as=u-9").text


def test_only_what_is_stored_moves_the_place_to_resume_from() -> None:
    stored = Event("reply", {"text": "好"}, place="1-1", key="k", at=NOW)
    assert line_of(stored.place, view(stored)).startswith(b"id: 1-1\ndata: {")
    assert line_of("", view(Event("typing"))) == b'data: {"type": "typing"}\n\n'


@pytest.mark.parametrize(
    "accent", ["#ffffff", "#000000", "#ffd400", "#b03a5b", "#7f7f7f", "#00ff00"]
)
def test_any_brand_colour_can_be_read(accent: str) -> None:
    assert contrast(on_colour(accent), accent) >= 4.5
    assert contrast(ink(accent), LIGHT_PAPER) >= 4.5
    assert contrast(ink(accent, on=DARK_PAPER), DARK_PAPER) >= 4.5


class AwayInbox(MemoryFeed):
    """A database that cannot be reached."""

    async def put(self, inbound: Inbound) -> bool:
        raise OperationalError("INSERT", {}, OSError("connection refused"))

    async def history(self, bot: str, chat: str, limit: int) -> Past:
        raise ConnectionRefusedError("connection refused")


def test_while_the_database_is_away_a_page_is_told_to_come_again() -> None:
    feed = AwayInbox()
    away = Caller(TestClient(app_of(site(feed, lambda: NOW))), feed)
    away.begin()
    answers = [
        away.say("你好"),
        away.http.get("/chat/shop/api/history", headers=away.headers),
    ]
    assert [a.status_code for a in answers] == [503, 503]
    assert answers[0].headers["Retry-After"] == "2"
