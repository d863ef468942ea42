"""Links and purchases: once, for the right one, at the right price, until they expire."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from knowledge.brand import BrandError, PaymentSettings
from tests.tools.conftest import PAGE
from tools.context import Payments, ToolRefusedError
from tools.orders import ShopOrders
from tools.orders_sql import SqlOrderBook
from tools.payments import DemoPayments, check_page
from tools.store import demo_orders, payment_links, sqlite_engine

UNPAID, SHIPPED = "LA20261120002", "LA20261101001"


async def refused(work):
    with pytest.raises(ToolRefusedError) as caught:
        await work
    return caught.value.code


async def count(engine, table, *which):
    async with engine.connect() as connection:
        return await connection.scalar(select(func.count()).select_from(table).where(*which))


@pytest.fixture
async def unpaid(orders, who):
    return await orders.own_order(UNPAID, who("u-1"))


@pytest.fixture
async def second(brand, tmp_path, clock):
    """Another process at the same database."""
    engine = sqlite_engine(tmp_path / "shop.db")
    book = SqlOrderBook(brand, engine)
    orders = ShopOrders(brand, book, engine, clock)
    yield DemoPayments(brand, engine, (orders, book), clock, PAGE)
    await engine.dispose()


def test_payments_are_what_the_tools_expect(payments):
    assert isinstance(payments, Payments)


async def test_a_link_carries_the_orders_amount_and_asking_again_gives_the_same(
    payments, unpaid, who, clock
):
    link = await payments.link(unpaid, who("u-1"))
    assert (link.amount_cents, link.currency, link.order_id) == (52500, "CNY", UNPAID)
    assert link.expires_at == clock() + timedelta(hours=1)
    assert [(item.name, item.quantity) for item in link.items][1] == ("晨光阅读台灯 黑色", 2)
    assert urlsplit(link.url).netloc == "localhost:8080"
    assert len(link.url.rpartition("/")[2]) >= 32
    clock.move(minutes=59)
    assert await payments.link(unpaid, who("u-1")) == link


async def test_an_expired_link_is_replaced(payments, unpaid, who, clock):
    first = await payments.link(unpaid, who("u-1"))
    clock.move(hours=1)
    second = await payments.link(unpaid, who("u-1"))
    assert second.url != first.url
    assert await refused(payments.paid(first.url)) == "expired_link"


async def test_another_amount_is_another_version_and_ends_the_old_link(
    payments, unpaid, who, engine
):
    first = await payments.link(unpaid, who("u-1"))
    async with engine.begin() as connection:
        await connection.execute(demo_orders.update().values(amount="1.00"))
    second = await payments.link(unpaid, who("u-1"))
    assert (second.amount_cents, second.url != first.url) == (100, True)
    assert await refused(payments.paid(first.url)) == "expired_link"


async def test_an_order_in_hand_is_not_taken_on_trust(payments, unpaid, who):
    cheap = replace(unpaid, amount_cents=1)
    assert (await payments.link(cheap, who("u-1"))).amount_cents == 52500
    assert await refused(payments.link(unpaid, who("u-2"))) == "order_not_found"
    assert await refused(payments.link(unpaid, who())) == "sign_in_needed"


async def test_only_unpaid_orders_get_a_link(payments, orders, who):
    shipped = await orders.own_order(SHIPPED, who("u-1"))
    pretended = replace(shipped, status="unpaid")
    assert await refused(payments.link(pretended, who("u-1"))) == "not_payable"


async def test_links_asked_for_at_once_in_two_processes_are_one(
    payments, second, unpaid, who, engine
):
    links = await asyncio.gather(
        *(side.link(unpaid, who("u-1")) for side in (payments, second) * 4)
    )
    assert len({link.url for link in links}) == 1
    assert await count(engine, payment_links) == 1


async def test_paying_marks_the_order_paid_however_often_it_is_said(payments, unpaid, who, engine):
    link = await payments.link(unpaid, who("u-1"))
    token = link.url.rpartition("/")[2]
    assert (await payments.paid(link.url)).status == "paid"
    assert (await payments.paid(token)).status == "paid"
    assert await refused(payments.link(unpaid, who("u-1"))) == "not_payable"
    assert await count(engine, demo_orders, demo_orders.c.status == "paid") == 1


async def test_a_payment_does_not_bring_back_what_was_cancelled_or_take_back_what_was_sent(
    payments, unpaid, who, engine
):
    link = await payments.link(unpaid, who("u-1"))
    async with engine.begin() as connection:
        await connection.execute(demo_orders.update().values(status="cancelled"))
    assert await refused(payments.paid(link.url)) == "not_payable"
    async with engine.begin() as connection:
        await connection.execute(demo_orders.update().values(status="shipped"))
    assert (await payments.paid(link.url)).status == "shipped"


@pytest.mark.parametrize("link", ["", "/", "nonsense", f"{PAGE}/x", "https://evil.example/x"])
async def test_an_unknown_link_is_said_to_be_unknown(payments, link):
    assert await refused(payments.paid(link)) == "unknown_link"


async def test_a_purchase_waits_for_a_yes_and_then_is_one_order_with_one_link(
    payments, orders, who, clock
):
    summary = await payments.propose("L-2", 2, who("u-1"))
    assert (summary.unit_cents, summary.total_cents, summary.currency) == (17850, 35700, "CNY")
    assert (summary.item.name, summary.item.quantity) == ("晨光阅读台灯 黑色", 2)
    assert summary.expires_at == clock() + timedelta(minutes=15)
    assert len(await orders.own_orders(who("u-1"))) == 2
    link = await payments.confirm(summary.token, who("u-1"))
    assert link.amount_cents == 35700
    assert await payments.confirm(summary.token, who("u-1")) == link
    assert len(await orders.own_orders(who("u-1"))) == 3


async def test_yes_said_twice_at_once_in_two_processes_buys_once(payments, second, orders, who):
    summary = await payments.propose("L-1", 1, who("u-1"))
    links = await asyncio.gather(
        *(side.confirm(summary.token, who("u-1")) for side in (payments, second) * 4)
    )
    assert len({(link.url, link.order_id) for link in links}) == 1
    assert len(await orders.own_orders(who("u-1"))) == 3


async def test_of_proposals_made_at_once_only_one_can_be_confirmed(payments, second, who):
    summaries = await asyncio.gather(
        *(side.propose("L-1", 1, who("u-1")) for side in (payments, second) * 3)
    )
    outcomes = await asyncio.gather(
        *(payments.confirm(summary.token, who("u-1")) for summary in summaries),
        return_exceptions=True,
    )
    assert [getattr(outcome, "code", "bought") for outcome in outcomes].count("bought") == 1


async def test_a_new_proposal_replaces_the_one_before_in_this_conversation_only(payments, who):
    first = await payments.propose("L-1", 1, who("u-1"))
    elsewhere = await payments.propose("L-1", 3, who("u-1", "c-2"))
    await payments.propose("L-1", 2, who("u-1"))
    assert await refused(payments.confirm(first.token, who("u-1"))) == "expired"
    assert (await payments.confirm(elsewhere.token, who("u-1", "c-2"))).amount_cents == 50400


async def test_a_summary_holds_for_its_customer_its_conversation_and_its_time(
    payments, who, clock, orders
):
    summary = await payments.propose("L-1", 1, who("u-1"))
    for stranger in (who("u-2"), who(), who("u-1", "c-2")):
        assert await refused(payments.confirm(summary.token, stranger)) == "expired"
    assert await refused(payments.confirm("nonsense", who("u-1"))) == "expired"
    clock.move(minutes=15)
    assert await refused(payments.confirm(summary.token, who("u-1"))) == "expired"
    assert len(await orders.own_orders(who("u-1"))) == 2


async def test_a_price_that_changed_must_be_confirmed_again(
    payments, brand, engine, orders, demo_book, clock, who
):
    summary = await payments.propose("L-1", 1, who("u-1"))
    dearer = tuple(replace(product, price_cents=99900) for product in brand.products)
    later = DemoPayments(replace(brand, products=dearer), engine, (orders, demo_book), clock, PAGE)
    assert await refused(later.confirm(summary.token, who("u-1"))) == "expired"


@pytest.mark.parametrize(
    ("sku", "quantity", "code"),
    [("L-9", 1, "unknown_product"), ("L-1", 0, "bad_quantity"), ("L-2", 4, "out_of_stock")],
)
async def test_what_cannot_be_bought_is_not_proposed(payments, who, sku, quantity, code):
    assert await refused(payments.propose(sku, quantity, who("u-1"))) == code


async def test_a_guest_may_buy_and_pay(payments, orders, who):
    summary = await payments.propose("L-1", 1, who())
    link = await payments.confirm(summary.token, who())
    order = await payments.paid(link.url)
    assert (order.status, order.customer_id) == ("paid", "guest:c-1")
    assert (await orders.own_order(order.order_id, who())).status == "paid"


@pytest.mark.parametrize(
    ("page", "hosts"),
    [
        ("http://pay.example/pay", ("pay.example",)),
        ("https://evil.example/pay", ("pay.example",)),
        ("https://pay.example@evil.example/pay", ("pay.example",)),
        ("https://user:pw@pay.example/pay", ("pay.example",)),
        ("https://pay.example/pay?to=", ("pay.example",)),
        ("ftp://localhost/pay", ("localhost",)),
        ("pay", ("localhost",)),
    ],
)
def test_a_payment_page_that_links_may_not_point_to_is_refused(page, hosts):
    with pytest.raises(BrandError):
        check_page(page, hosts)


def test_a_page_of_ones_own_needs_https_except_on_this_machine(
    brand, engine, orders, demo_book, clock
):
    check_page("https://pay.example/pay/", ("localhost", "pay.example"))
    check_page("http://127.0.0.1:9/pay", ("127.0.0.1",))
    strict = replace(brand, payment=PaymentSettings("demo", ("pay.example",)))
    with pytest.raises(BrandError, match=r"allowed_hosts: expected .* 'localhost'"):
        DemoPayments(strict, engine, (orders, demo_book), clock, PAGE)
