"""The demo provider's page and its notices, over HTTP, down to the message to the customer."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import insert, select

from agent.channel import Inbound
from agent.database import Database
from agent.delivery_tables import outbox, shown_links
from agent.inbox import SqlInbox
from agent.outbox import Announcer
from agent.streams import MemoryStreams
from agent.wakeups import Wakeups
from app.paid_notices import HEADER, Notice, PaidNotices, notice_body, signed
from app.payment_page import DemoProvider, PaymentPage
from app.schema import upgrade
from app.untold_payments import UntoldPayments
from channels.web.channel import WebChannel
from knowledge.brand_folder import load_brand
from tests.agent.conftest import Clock
from tests.brands.small_brand import write_brand
from tools.artifacts import PaymentLink
from tools.context import Caller
from tools.payment_record import PaymentRecord
from tools.shop import open_shop
from tools.store import payment_links, sqlite_engine

KEY = b"the provider's key"
UNPAID = "LA20261120002"


@dataclass
class Counter:
    """A customer who was shown a link, and the server that he pays at."""

    database: Database
    clock: Clock
    link: PaymentLink
    http: httpx.AsyncClient
    untold: UntoldPayments

    @property
    def token(self) -> str:
        return self.link.url.rpartition("/")[2]

    def notice(self, **changes: Any) -> bytes:
        given = {
            "token": self.token,
            "order_id": self.link.order_id,
            "amount_cents": self.link.amount_cents,
            "currency": self.link.currency,
            "paid_at": self.clock(),
        }
        return notice_body(Notice.model_validate({**given, **changes}))

    async def send(self, body: bytes, header: str | None = None) -> httpx.Response:
        header = signed(KEY, body, self.clock()) if header is None else header
        return await self.http.post("/pay/notices", content=body, headers={HEADER: header})

    async def told(self) -> list[tuple[str, str]]:
        async with self.database.reading() as connection:
            return [(r.author, r.parcel) for r in await connection.execute(select(outbox))]

    async def state(self) -> str | None:
        query = select(payment_links.c.state).where(payment_links.c.token == self.token)
        async with self.database.reading() as connection:
            return await connection.scalar(query)

    async def form(self) -> str:
        page = await self.http.get(f"/pay/{self.token}")
        return page.text.partition('name="form" value="')[2].partition('"')[0]


@pytest.fixture
async def counter(tmp_path) -> AsyncIterator[Counter]:
    clock = Clock()
    database = Database(sqlite_engine(tmp_path / "shop.sqlite3"))
    await upgrade(database)
    brand = load_brand(write_brand(tmp_path / "lamps"))
    shop = await open_shop(
        brand, database.engine, clock, "http://localhost:8080/pay", SecretStr("")
    )
    streams = MemoryStreams()
    inbox = SqlInbox(database, {"shop": "lamps"}, Wakeups(streams), clock)
    await inbox.put(Inbound("shop", "w-1", "m-1", clock(), text="付款", customer="u-1"))
    channels = {"shop": WebChannel("shop")}
    announcer = Announcer(database, channels, {"lamps": "zh"}, streams, clock)
    order = await shop.orders.own_order(UNPAID, Caller("lamps", "c", 1, "u-1"))
    link = await shop.payments.link(order, Caller("lamps", "c", 1, "u-1"))
    async with database.writing() as connection:
        found = await connection.exec_driver_sql("SELECT id FROM conversations")
        conversation = found.scalar_one()
        token = link.url.rpartition("/")[2]
        row = {"token": token, "conversation": conversation, "shown_at": clock()}
        await connection.execute(insert(shown_links).values(row))
    app = FastAPI()
    transport = httpx.ASGITransport(app)
    record = PaymentRecord(database.engine, clock)
    client = lambda: httpx.AsyncClient(transport=transport, base_url="http://localhost")  # noqa: E731
    provider = DemoProvider(KEY, "http://localhost/pay/notices", clock, client)
    notices = PaidNotices(KEY, record, {"lamps": shop.payments}, announcer.paid, clock)
    app.include_router(notices.routes())
    app.include_router(PaymentPage(record, {"lamps": brand}, provider.pay).routes())
    async with client() as http:
        yield Counter(database, clock, link, http, UntoldPayments(database, announcer.paid, clock))
    await shop.close()
    await database.engine.dispose()


async def test_the_page_shows_amount_order_and_time_from_the_record(counter: Counter) -> None:
    page = await counter.http.get(f"/pay/{counter.token}", headers={"accept-language": "zh-CN"})
    assert page.status_code == 200
    assert all(words in page.text for words in ("灯火小铺", "525元", UNPAID, "有效期至"))
    english = await counter.http.get(f"/pay/{counter.token}", headers={"accept-language": "en"})
    assert all(words in english.text for words in ("¥525.00", "Pay now"))


async def test_paying_marks_the_link_and_tells_the_customer_once(counter: Counter) -> None:
    form = {"form": await counter.form()}
    presses = [await counter.http.post(f"/pay/{counter.token}", data=form) for _ in range(2)]
    assert [press.status_code for press in presses] == [303, 303]
    told = await counter.told()
    assert len(told) == 1
    assert told[0][0] == "notice"
    assert "525" in told[0][1]
    assert "支付成功" in (await counter.http.get(f"/pay/{counter.token}")).text


async def test_a_press_that_does_not_come_from_the_page_pays_nothing(counter: Counter) -> None:
    await counter.form()
    for form in ({"form": "guessed"}, {}, {"form": ""}):
        assert (await counter.http.post(f"/pay/{counter.token}", data=form)).status_code == 403
    counter.http.cookies.clear()
    assert (await counter.http.post(f"/pay/{counter.token}", data={"form": ""})).status_code == 403
    assert await counter.state() == "live"


async def test_a_notice_that_comes_three_times_is_taken_once(counter: Counter) -> None:
    answers = [await counter.send(counter.notice()) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 200]
    assert [one.json()["repeated"] for one in answers] == [False, True, True]
    assert len(await counter.told()) == 1


async def test_who_paid_just_before_the_process_died_is_told_later(counter: Counter) -> None:
    await counter.send(counter.notice())
    async with counter.database.writing() as connection:
        await connection.exec_driver_sql("DELETE FROM outbox")
        await connection.exec_driver_sql("DELETE FROM effects")
    assert [await counter.untold.catch_up() for _ in range(2)] == [1, 0]
    assert len(await counter.told()) == 1


async def test_a_late_notice_of_a_payment_in_time_counts(counter: Counter) -> None:
    paid_at = counter.clock()
    counter.clock.move(hours=3)
    assert (await counter.send(counter.notice(paid_at=paid_at))).status_code == 200
    assert await counter.state() == "paid"


async def test_a_payment_after_the_links_time_is_refused(counter: Counter) -> None:
    counter.clock.move(hours=3)
    answer = await counter.send(counter.notice())
    assert (answer.status_code, answer.json()["detail"]["code"]) == (409, "expired_link")
    assert "链接已失效" in (await counter.http.get(f"/pay/{counter.token}")).text


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"amount_cents": 1}, 409),
        ({"currency": "USD"}, 409),
        ({"order_id": "LA20261115003"}, 409),
        ({"token": "nothing-like-it"}, 404),
        ({"paid_at": "2099-01-01T00:00:00Z"}, 409),
    ],
)
async def test_a_signed_notice_that_differs_from_the_link_pays_nothing(
    counter: Counter, changes: dict[str, Any], status: int
) -> None:
    assert (await counter.send(counter.notice(**changes))).status_code == status
    assert await counter.state() == "live"


async def test_two_thousand_forged_notices_are_all_refused(counter: Counter) -> None:
    body = counter.notice()
    header = signed(KEY, body, counter.clock())
    forged = list(forgeries(header, body, counter))
    assert len(forged) == 2000
    statuses = {(await counter.send(*one)).status_code for one in forged}
    assert statuses == {401}
    assert await counter.state() == "live"
    assert (await counter.send(body, header)).status_code == 200


def forgeries(header: str, body: bytes, counter: Counter) -> Any:
    """Another key, another time, a byte changed anywhere in body or signature, parts left out."""
    stale, soon = (counter.clock() + timedelta(seconds=s) for s in (-301, 301))
    yield from ((body, signed(KEY, body, when)) for when in (stale, soon))
    yield from ((body, wrong) for wrong in ("", "v1=", header[:-1], header + "0", header.upper()))
    yield from ((body, header.replace("v1", "v0")), (body, f" {header}"), (b"", header))
    for number in range(500):
        yield body, signed(f"key {number}".encode(), body, counter.clock())
    for number in range(740):
        place = number % len(body)
        changed = bytes([body[place] ^ (1 + number // len(body))])
        yield body[:place] + changed + body[place + 1 :], header
    for number in range(750):
        place = len(header) - 64 + number % 64
        letter = "0123456789abcdef"[(int(header[place], 16) + 1 + number // 64) % 16]
        yield body, header[:place] + letter + header[place + 1 :]


async def test_a_notice_that_is_signed_but_no_notice_is_refused_as_such(counter: Counter) -> None:
    for body in (b"", b"{}", b"[1]", b"\xff\xfe", b'{"token": 1}', b"null", b"[" * 5000):
        assert (await counter.send(body)).status_code == 422


async def test_the_shop_being_away_charges_nothing_and_says_so(counter: Counter) -> None:
    async def refusing(scope: Any, receive: Any, send: Any) -> None:
        raise httpx.ConnectError("refused")

    asked = DemoProvider(
        KEY,
        "http://localhost/pay/notices",
        counter.clock,
        lambda: httpx.AsyncClient(transport=httpx.ASGITransport(refusing)),
    )
    link = await PaymentRecord(counter.database.engine, counter.clock).find(counter.token)
    assert link is not None
    assert not await asked.pay(link)
    assert await counter.state() == "live"


async def test_an_unknown_link_reads_as_such_whatever_it_looks_like(counter: Counter) -> None:
    for token in ("nothing", "%00", "%ff%fe", "a" * 300, "..%2F..", "令牌"):
        assert (await counter.http.get(f"/pay/{token}")).status_code == 404
