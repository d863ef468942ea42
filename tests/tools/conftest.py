from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from knowledge.brand_folder import load_brand
from knowledge.cells import lines_text
from tests.brands.small_brand import write_brand
from tests.tools.fake_shop import KEY, FakeShop, serving
from tools.context import Caller
from tools.money import decimal_text
from tools.orders import ShopOrders
from tools.orders_http import HttpOrderBook
from tools.orders_sql import SqlOrderBook
from tools.payments import DemoPayments
from tools.store import create_tables, sqlite_engine

PAGE = "http://localhost:8080/pay"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self):
        self.now = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)

    def __call__(self):
        return self.now

    def move(self, **step):
        self.now += timedelta(**step)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def brand(tmp_path):
    return load_brand(write_brand(tmp_path / "lamps"))


@pytest.fixture
async def engine(tmp_path):
    engine = sqlite_engine(tmp_path / "shop.db")
    await create_tables(engine)
    yield engine
    await engine.dispose()


@pytest.fixture
def who():
    """Somebody asking: signed in as this customer, or as nobody."""

    def caller(customer=None, conversation="c-1"):
        return Caller("lamps", conversation, 1, customer)

    return caller


@contextmanager
def serving_orders_of(brand):
    """The brand's demo orders behind an HTTP API."""
    rows = {
        order.order_id: {
            "order_id": order.order_id,
            "customer_id": order.customer_id,
            "phone_tail": order.phone_tail,
            "status": order.status,
            "created_at": order.created_at.isoformat(),
            "items": [{"sku": line.sku, "quantity": line.quantity} for line in order.lines],
            "amount": decimal_text(order.amount_cents),
            "currency": order.currency,
            "carrier": order.carrier or None,
            "tracking_no": order.tracking_no,
        }
        for order in brand.demo_orders
    }
    with serving(FakeShop(orders=rows)) as shop:
        yield shop


@asynccontextmanager
async def book_in_a_demo_table(brand, engine):
    book = SqlOrderBook(brand, engine)
    await book.fill_demo()
    yield book


@asynccontextmanager
async def book_in_a_shops_table(brand, engine):
    theirs = sqlite_engine(brand.folder.parent / "theirs.db")
    async with theirs.begin() as connection:
        await connection.exec_driver_sql(
            "CREATE TABLE orders (order_id TEXT PRIMARY KEY, customer_id TEXT, phone_tail TEXT,"
            " status TEXT, created_at TEXT, items TEXT, amount NUMERIC, currency TEXT,"
            " carrier TEXT, tracking_no TEXT, note TEXT)"
        )
        for order in brand.demo_orders:
            await connection.exec_driver_sql(
                "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                (
                    order.order_id,
                    order.customer_id,
                    order.phone_tail,
                    order.status,
                    order.created_at.isoformat(),
                    lines_text(order.lines),
                    decimal_text(order.amount_cents),
                    order.currency,
                    order.carrier,
                    order.tracking_no,
                ),
            )
    yield SqlOrderBook(brand, engine, theirs)
    await theirs.dispose()


@asynccontextmanager
async def book_behind_an_api(brand, shop):
    book = HttpOrderBook(replace(brand, orders_source=shop.address), SecretStr(KEY))
    yield book
    await book.close()


@pytest.fixture
def fake_shop(brand):
    with serving_orders_of(brand) as shop:
        yield shop


@pytest.fixture
async def demo_book(brand, engine):
    async with book_in_a_demo_table(brand, engine) as book:
        yield book


@pytest.fixture
async def shop_book(brand, engine):
    async with book_in_a_shops_table(brand, engine) as book:
        yield book


@pytest.fixture
async def http_book(brand, fake_shop):
    async with book_behind_an_api(brand, fake_shop) as book:
        yield book


@pytest.fixture
def orders(demo_book, brand, engine, clock):
    return ShopOrders(brand, demo_book, engine, clock)


@pytest.fixture
def payments(brand, engine, orders, demo_book, clock):
    return DemoPayments(brand, engine, (orders, demo_book), clock, PAGE)
