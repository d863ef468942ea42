"""The addresses that WeChat calls: who gets in, and how often what is told is heard."""

import asyncio
import secrets
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from agent.channel import Inbound
from channels.wechat.account import WeChatAccount
from channels.wechat.joining import Joint
from channels.wechat.opening import Outside, open_account
from channels.wechat.passive import PassiveAccount
from channels.wecom.app import WeComApp
from channels.wecom.service import WeChatService
from tests.channels.wechat.caller import TOKEN, Caller, sign, text_xml
from tests.channels.wechat.conftest import LedgerInbox, Site, wechat_bot
from tests.channels.wechat.provider import NOW

AT = int(NOW.timestamp())
FORGERIES = 2_000


@pytest.fixture(params=["plain", "aes", "wecom", "kf"])
def caller(
    request: pytest.FixtureRequest,
    brand: Path,
    outside: Outside,
    account: WeChatAccount,
    app: WeComApp,
    service: WeChatService,
    site: Site,
) -> Caller:
    plain = open_account(wechat_bot(brand, mode="plain", aes_key=None), outside)
    channels = {"plain": plain, "aes": account, "wecom": app, "kf": service}
    return site.caller(channels[request.param])


async def test_an_address_is_set_up_in_plain_words(account: WeChatAccount, site: Site) -> None:
    caller = site.caller(account)
    answer = await caller.http.get(caller.path, params={**caller.query(), "echostr": "8102"})
    assert (answer.status_code, answer.text) == (200, "8102")


async def test_wecom_wants_its_echo_opened(app: WeComApp, site: Site) -> None:
    caller = site.caller(app)
    assert app.gate.seal
    echo = app.gate.seal.close("5527")
    query = {**caller.query(echo), "echostr": echo}
    assert (await caller.http.get(caller.path, params=query)).text == "5527"


async def test_three_calls_about_each_of_twenty_messages_are_heard_once(
    account: WeChatAccount, site: Site
) -> None:
    caller = site.caller(account)
    told = [
        caller.tell(text_xml(f"user{n}", "在吗", str(9000 + n), AT), str(n), tries=1)
        for n in range(20)
        for _ in range(3)
    ]
    calls = await asyncio.gather(*told)
    calls += [await caller.tell(text_xml(f"user{n}", "在吗", str(9000 + n), AT)) for n in range(20)]
    assert {(call.status, call.body) for call in calls} == {(200, "success")}
    assert len(site.inbox.puts) == 40
    assert sorted(one.message_id for one in site.inbox.all) == [str(9000 + n) for n in range(20)]


async def test_an_event_without_a_number_is_heard_once(account: WeChatAccount, site: Site) -> None:
    caller = site.caller(account)
    event = (
        f"<xml><FromUserName>u1</FromUserName><CreateTime>{AT}</CreateTime>"
        "<MsgType>event</MsgType><Event>CLICK</Event><EventKey>help</EventKey></xml>"
    )
    for _ in range(3):
        await caller.tell(event)
    assert [(one.kind, one.text) for one in site.inbox.all] == [("command", "help")]


async def test_what_could_not_be_saved_is_not_acknowledged(account: WeChatAccount) -> None:
    class Broken(LedgerInbox):
        async def put(self, inbound: Inbound) -> bool:
            self.puts.append(inbound.message_id)
            raise OperationalError("insert", {}, OSError("disk full"))

    inbox = Broken()
    caller = Site(inbox, account.gate.clock).caller(account)
    call = await caller.tell(text_xml("u1", "在吗", "77", AT))
    assert call.status == 503
    assert inbox.puts == ["77", "77", "77"]


async def test_calls_about_a_message_that_is_being_saved_wait_for_it_together() -> None:
    joint, saved, begun = Joint(seconds=0.05), asyncio.Event(), []

    async def saving() -> str:
        begun.append(1)
        await saved.wait()
        return "success"

    with pytest.raises(TimeoutError):
        await joint.answer("m1", saving)
    again = asyncio.create_task(joint.answer("m1", saving))
    await asyncio.sleep(0.01)
    saved.set()
    assert (await again, begun, joint.running) == ("success", [1], {})


async def test_what_stands_beside_the_sealed_letter_is_not_read(
    account: WeChatAccount, site: Site
) -> None:
    caller = site.caller(account)
    query, body = caller.envelope(text_xml("u1", "真的", "1", AT))
    forged = body.decode().replace("<xml>", "<xml><FromUserName>u2</FromUserName>", 1)
    assert (await caller.http.post(caller.path, params=query, content=forged)).is_success
    assert [(one.chat, one.text) for one in site.inbox.all] == [("u1", "真的")]


async def test_a_plain_message_does_not_get_into_a_sealed_account(
    account: WeChatAccount, site: Site
) -> None:
    caller = site.caller(account)
    answer = await caller.http.post(
        caller.path, params=caller.query(), content=text_xml("u1", "在吗", "1", AT)
    )
    assert answer.status_code == 403
    assert not site.inbox.puts


async def test_a_plain_signature_is_good_for_one_body(
    brand: Path, outside: Outside, site: Site
) -> None:
    bot = wechat_bot(brand, mode="plain", aes_key=None)
    caller = site.caller(open_account(bot, outside))
    query = caller.query()
    first, other = text_xml("u1", "在吗", "1", AT), text_xml("u2", "付款", "2", AT)
    statuses = [
        (await caller.http.post(caller.path, params=query, content=body)).status_code
        for body in (first, first, other)
    ]
    assert statuses == [200, 200, 403]
    assert [one.chat for one in site.inbox.all] == ["u1"]


@pytest.mark.parametrize(("seconds", "status"), [(290, 200), (310, 403), (-310, 403)])
async def test_a_call_is_good_for_five_minutes(caller: Caller, seconds: int, status: int) -> None:
    query, body = caller.envelope(text_xml("u1", "在吗", "1", AT))
    caller.clock.sleep(seconds=seconds)
    answer = await caller.http.post(caller.path, params=query, content=body)
    assert answer.status_code == status


async def test_no_forged_call_gets_in(caller: Caller, site: Site) -> None:
    """Two thousand a verifier: signatures altered, swapped, left out, with strange signs."""
    good, body = caller.envelope(text_xml("u1", "在吗", "1", AT))
    name = "signature" if caller.receiver is None else "msg_signature"
    statuses = set()
    for number in range(FORGERIES):
        query, content = _forged(dict(good), body, name, number)
        answer = await caller.http.post(caller.path, params=query, content=content)
        statuses.add(answer.status_code)
    assert statuses <= {400, 403}
    assert not site.inbox.puts


def _forged(
    query: dict[str, str], body: bytes, name: str, number: int
) -> tuple[dict[str, str], bytes]:
    random = secrets.token_hex(20)
    match number % 6:
        case 0:
            query[name] = random
        case 1:
            mark = list(query[name])
            place = number % len(mark)
            mark[place] = "0" if mark[place] != "0" else "1"
            query[name] = "".join(mark)
        case 2:
            query["nonce"] = random
        case 3:
            query["timestamp"] = str(int(query["timestamp"]) + 1 + number % 250)
        case 4:
            query[name] = ["", "ü" * 40, "\x00", query[name].upper(), query[name][:-1]][number % 5]
        case 5:
            query[name] = sign(query["timestamp"], query["nonce"], random)
            body = body if name == "signature" else body.replace(b"<Encrypt>", b"<Encrypt>x")
            query["nonce"] = random if name == "signature" else query["nonce"]
    return query, body


async def test_a_body_over_a_megabyte_is_not_read(caller: Caller) -> None:
    sent = 0

    async def endless():
        nonlocal sent
        while True:
            sent += 1
            yield b"<" * 65_536

    query, _ = caller.envelope(text_xml("u1", "在吗", "1", AT))
    answer = await caller.http.post(caller.path, params=query, content=endless())
    assert answer.status_code == 413
    assert sent <= 18


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    body=st.one_of(
        st.binary(max_size=300), st.text(max_size=300).map(lambda t: t.encode("utf-8", "replace"))
    ),
    query=st.dictionaries(
        st.sampled_from(["signature", "msg_signature", "timestamp", "nonce", "echostr"]),
        st.text(max_size=60),
    ),
)
async def test_noise_is_a_wrong_call_and_nothing_else(
    caller: Caller, body: bytes, query: dict[str, str]
) -> None:
    for answer in (
        await caller.http.post(caller.path, params=query, content=body),
        await caller.http.get(caller.path, params=query),
    ):
        assert 400 <= answer.status_code < 500


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    inner=st.one_of(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
        st.dictionaries(
            st.sampled_from(
                ["FromUserName", "CreateTime", "MsgType", "Event", "EventKey", "Content", "MsgId"]
            ),
            st.one_of(
                st.text("<>&]abc0129/:\n中", max_size=30),
                st.sampled_from(["event", "text", "subscribe", "CLICK", "u1", str(AT)]),
            ),
        ).map(lambda fields: "".join(f"<{n}><![CDATA[{v}]]></{n}>" for n, v in fields.items())),
    )
)
async def test_signed_nonsense_is_read_or_turned_away(
    account: WeChatAccount, site: Site, inner: str
) -> None:
    caller = site.caller(account)
    call = await caller.tell(f"<xml>{inner}</xml>", tries=1)
    assert call.status in {200, 400}


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE x [<!ENTITY a "b">]><xml><FromUserName>&a;</FromUserName></xml>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml></xml>',
        '<?xml version="1.0" encoding="utf-99"?><html/>',
        "<xml>" + "<a>" * 50_000,
        "<xml>" + "<a/>" * 5_000 + "</xml>",
        "<other><FromUserName>u1</FromUserName></other>",
    ],
)
async def test_dangerous_xml_is_turned_away(caller: Caller, site: Site, body: str) -> None:
    call = await caller.tell(body, tries=1)
    assert call.status == httpx.codes.BAD_REQUEST
    assert not site.inbox.puts


async def test_a_token_that_lets_everybody_in_is_refused_at_the_start(brand: Path) -> None:
    assert TOKEN
    with pytest.raises(ValueError, match="3 to 32"):
        wechat_bot(brand, token="")


async def test_a_passive_account_is_called_at_the_same_address(
    passive: PassiveAccount, account: WeChatAccount
) -> None:
    assert passive.bot.path == account.bot.path == "/wechat/shop"
