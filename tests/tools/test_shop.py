"""Opening the shop a brand names, and what happens when it fails."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError

from knowledge.brand import BrandError, PaymentSettings
from tests.tools.conftest import PAGE
from tests.tools.fake_shop import KEY, TROUBLES
from tools.context import ShopDownError
from tools.orders import ShopOrders
from tools.orders_http import HttpOrderBook
from tools.orders_sql import SqlOrderBook, cell_text
from tools.shop import open_shop
from tools.store import create_tables, demo_orders, sqlite_engine

MINE = "LA20261101001"
VIEW = Path(__file__).parents[2] / "deploy/orders-view.sql"
WEB_SHOP = (
    "CREATE TABLE web_order (number TEXT, buyer TEXT, phone TEXT, state TEXT, placed_utc TEXT,"
    " total_cents INTEGER, currency TEXT, parcel_service TEXT, parcel_number TEXT, remark TEXT)",
    "CREATE TABLE order_line (order_number TEXT, article TEXT, pieces INTEGER)",
    f"INSERT INTO web_order VALUES ('{MINE}', 'u-1', '13800005566', 'sent',"
    " '2026-11-01T12:15:00', 51450, 'CNY', 'SF', 'SF1', NULL)",
    f"INSERT INTO order_line VALUES ('{MINE}', 'L-1', 2), ('{MINE}', 'L-2', 1)",
)


@pytest.mark.parametrize("trouble", [*TROUBLES, "cut"])
async def test_a_shop_that_answers_nonsense_is_down_not_empty(
    trouble, fake_shop, http_book, brand, engine, clock, who
):
    orders = ShopOrders(brand, http_book, engine, clock)
    fake_shop.trouble = trouble
    with pytest.raises(ShopDownError):
        await orders.own_order(MINE, who("u-1"))
    with pytest.raises(ShopDownError):
        await orders.own_orders(who("u-1"))
    with pytest.raises(ShopDownError):
        await orders.place("L-1", 1, who("u-1"), "key")


async def test_where_our_own_database_is_away_the_turn_and_not_the_shop_is_in_trouble(
    brand, engine, clock, who
):
    book = SqlOrderBook(brand, engine)
    orders = ShopOrders(brand, book, engine, clock)
    async with engine.begin() as connection:
        await connection.exec_driver_sql("DROP TABLE demo_orders")
    for asking in (orders.own_orders(who("u-1")), orders.place("L-1", 1, who("u-1"), "key")):
        with pytest.raises(OperationalError):
            await asking


async def test_nobody_at_the_shops_address_is_a_shop_that_is_down(brand):
    book = HttpOrderBook(replace(brand, orders_source="http://127.0.0.1:9/api"), SecretStr(KEY))
    with pytest.raises(ShopDownError):
        await book.find(MINE)
    await book.close()


async def test_a_wrong_key_is_a_shop_that_is_down_and_is_not_repeated_in_the_error(
    brand, fake_shop
):
    book = HttpOrderBook(replace(brand, orders_source=fake_shop.address), SecretStr("hunter2"))
    with pytest.raises(ShopDownError) as caught:
        await book.find(MINE)
    assert "hunter2" not in str(caught.value)
    await book.close()


async def test_a_shop_that_fails_during_a_proof_does_not_count_as_a_wrong_try(
    fake_shop, http_book, brand, engine, clock, who
):
    orders = ShopOrders(brand, http_book, engine, clock)
    fake_shop.trouble = "500"
    for _ in range(6):
        with pytest.raises(ShopDownError):
            await orders.prove(MINE, "5566", who())
    fake_shop.trouble = ""
    assert (await orders.prove(MINE, "5566", who())).order_id == MINE


async def test_a_shop_that_changes_the_price_of_a_new_order_is_not_believed(
    fake_shop, http_book, brand, engine, clock, who
):
    fake_shop.trouble = "price"
    with pytest.raises(ShopDownError, match="changed"):
        await ShopOrders(brand, http_book, engine, clock).place("L-1", 1, who("u-1"), "key")


async def test_a_shop_that_lists_too_much_shows_nobody_elses_orders(
    fake_shop, http_book, brand, engine, clock, who
):
    fake_shop.trouble = "leak"
    orders = await ShopOrders(brand, http_book, engine, clock).own_orders(who("u-1"))
    assert {order.customer_id for order in orders} == {"u-1"}
    assert len(orders) == 2


async def test_the_same_order_is_sent_to_the_shop_with_the_same_key(fake_shop, http_book, brand):
    order = replace(brand.demo_orders[2], order_id="", status="unpaid")
    assert await http_book.add(order, "key") == await http_book.add(order, "key")
    assert fake_shop.ledger == ["POST /api/orders"] * 2
    assert list(fake_shop.keys) == ["key"]


async def test_a_shop_that_knows_nothing_has_no_orders_and_takes_none(http_book, brand, fake_shop):
    fake_shop.trouble = "404"
    assert await http_book.find(MINE) is None
    assert await http_book.of_customer("u-1") == ()
    with pytest.raises(ShopDownError, match="take"):
        await http_book.add(brand.demo_orders[0], "key")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (datetime(2026, 11, 1, 20, 15), "2026-11-01T20:15:00+08:00"),  # noqa: DTZ001
        (datetime(2026, 11, 1, 12, 15, tzinfo=UTC), "2026-11-01T12:15:00+00:00"),
        (Decimal("168.00"), "168.00"),
        (" 5566 ", "5566"),
        (None, ""),
    ],
)
def test_cells_of_a_shops_database_are_read_whatever_their_type(value, shown, brand):
    assert cell_text(value, brand.timezone) == shown


async def test_a_view_takes_no_orders(brand, engine, tmp_path):
    theirs = sqlite_engine(tmp_path / "webshop.db")
    async with theirs.begin() as connection:
        for statement in (*WEB_SHOP, VIEW.read_text(encoding="utf-8")):
            await connection.exec_driver_sql(statement)
    with pytest.raises(ShopDownError, match="entered"):
        await SqlOrderBook(brand, engine, theirs).add(brand.demo_orders[0], "key")
    await theirs.dispose()


def test_a_key_is_never_sent_over_plain_http(brand):
    with pytest.raises(BrandError, match="https"):
        HttpOrderBook(replace(brand, orders_source="http://shop.example"), SecretStr(KEY))


async def test_demo_payments_never_settle_a_real_order(http_book, shop_book):
    for book in (http_book, shop_book):
        with pytest.raises(ShopDownError, match="demo"):
            await book.mark_paid("LA20261120002")


async def test_demo_orders_are_filled_in_once_and_never_overwritten(brand, engine):
    book = SqlOrderBook(brand, engine)
    assert await book.fill_demo() == 4
    async with engine.begin() as connection:
        await connection.execute(demo_orders.update().values(status="cancelled"))
    assert await book.fill_demo() == 0
    assert (await book.find(MINE)).status == "cancelled"


async def test_two_brands_in_one_database_do_not_see_each_others_orders(brand, demo_book, engine):
    other = SqlOrderBook(replace(brand, id="chairs"), engine)
    assert await other.find(MINE) is None
    assert await other.of_customer("u-1") == ()


@pytest.mark.parametrize(
    ("column", "value"),
    [("status", "posted"), ("amount", "12,50"), ("created_at", "yesterday"), ("items", "")],
)
async def test_a_row_that_is_not_as_documented_is_a_shop_that_is_down(
    shop_book, brand, tmp_path, column, value
):
    theirs = sqlite_engine(tmp_path / "theirs.db")
    async with theirs.begin() as connection:
        await connection.execute(text(f"UPDATE orders SET {column} = :value"), {"value": value})
    await theirs.dispose()
    with pytest.raises(ShopDownError, match=column):
        await shop_book.find(MINE)


async def test_a_database_without_the_documented_table_is_a_shop_that_is_down(brand, engine):
    book = SqlOrderBook(brand, engine, engine)
    with pytest.raises(ShopDownError, match="OperationalError"):
        await book.find(MINE)
    with pytest.raises(ShopDownError):
        await book.add(brand.demo_orders[0], "key")


async def test_the_example_view_is_a_documented_table(brand, engine, tmp_path):
    theirs = sqlite_engine(tmp_path / "webshop.db")
    async with theirs.begin() as connection:
        for statement in (*WEB_SHOP, VIEW.read_text(encoding="utf-8")):
            await connection.exec_driver_sql(statement)
    order = await SqlOrderBook(brand, engine, theirs).find(MINE)
    assert (order.customer_id, order.phone_tail, order.status) == ("u-1", "5566", "shipped")
    assert [(line.sku, line.quantity) for line in order.lines] == [("L-1", 2), ("L-2", 1)]
    assert (order.amount_cents, order.created_at.utcoffset().total_seconds()) == (51450, 0)
    await theirs.dispose()


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("nosuch://x/y", "orders.source"),
        ("postgresql+nosuch://u:hunter2@x/y", "orders.source"),
        ("sqlite:///sync.db", "async driver"),
    ],
)
async def test_an_address_without_a_usable_driver_is_a_mistake_in_the_brand(
    brand, engine, clock, source, says
):
    with pytest.raises(BrandError, match=says) as caught:
        await open_shop(replace(brand, orders_source=source), engine, clock, PAGE, SecretStr(""))
    assert "hunter2" not in str(caught.value)


async def test_a_provider_that_does_not_exist_yet_is_refused(brand, engine, clock):
    other = replace(brand, payment=PaymentSettings("alipay", ("localhost",)))
    with pytest.raises(BrandError, match=r"payment\.provider"):
        await open_shop(other, engine, clock, PAGE, SecretStr(""))


async def test_a_shop_is_opened_wherever_its_orders_are(
    brand, engine, clock, who, fake_shop, shop_book, tmp_path
):
    sources = ("demo", fake_shop.address, f"sqlite+aiosqlite:///{tmp_path / 'theirs.db'}")
    for source in sources:
        named = replace(brand, orders_source=source)
        shop = await open_shop(named, engine, clock, PAGE, SecretStr(KEY))
        assert len(await shop.orders.own_orders(who("u-1"))) == 2
        unpaid = await shop.orders.own_order("LA20261120002", who("u-1"))
        assert (await shop.payments.link(unpaid, who("u-1"))).amount_cents == 52500
        await shop.close()


async def test_a_wrong_payment_page_leaves_nothing_open(brand, engine, clock, fake_shop):
    named = replace(brand, orders_source=fake_shop.address)
    with pytest.raises(BrandError, match="allowed_hosts"):
        await open_shop(named, engine, clock, "https://evil.example", SecretStr(KEY))


async def test_tables_are_created_once_and_sqlite_is_set_up_for_several_processes(tmp_path):
    engine = sqlite_engine(tmp_path / "new.db")
    await create_tables(engine)
    await create_tables(engine)
    async with engine.connect() as connection:
        names = set(await connection.run_sync(lambda c: inspect(c).get_table_names()))
        pragmas = [
            await connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        ]
    assert {"demo_orders", "proofs", "proof_attempts", "payment_links", "purchases"} <= names
    assert pragmas == ["wal", 2, 5000, 1]
    await engine.dispose()
