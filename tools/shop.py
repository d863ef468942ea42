"""A brand's shop, opened: its orders and its payments, wherever they are."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr
from sqlalchemy.exc import ArgumentError, InvalidRequestError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from knowledge.brand import Brand, BrandError
from tools.orders import OrderBook, ShopOrders
from tools.orders_http import HttpOrderBook
from tools.orders_sql import SqlOrderBook
from tools.payments import DemoPayments
from tools.store import create_tables


@dataclass(frozen=True, slots=True)
class Shop:
    """What the agent needs of a shop. `close` lets its connections go.

    `fitted` makes orders and payments over the same connections for the brand as it is by now;
    its id, time zone, orders and payment have to be those that the shop was opened for.
    """

    orders: ShopOrders
    payments: DemoPayments
    close: Callable[[], Awaitable[None]]
    fitted: Callable[[Brand], tuple[ShopOrders, DemoPayments]]


async def open_shop(
    brand: Brand,
    engine: AsyncEngine,
    clock: Callable[[], datetime],
    payment_page: str,
    orders_key: SecretStr,
) -> Shop:
    """Open the shop that brand.toml names; tables and demo orders are put in if missing.

    `engine` is our own database and stays the caller's to dispose of.

    Raises:
        BrandError: brand.toml names an address, a driver or a provider that cannot be used.
    """
    if brand.payment.provider != "demo":
        raise BrandError(
            "brand.toml, payment.provider: expected 'demo', the only one there is so far, "
            f"found {brand.payment.provider!r}"
        )
    await create_tables(engine)
    book, close = await _open_book(brand, engine, orders_key)

    def fitted(brand: Brand) -> tuple[ShopOrders, DemoPayments]:
        orders = ShopOrders(brand, book, engine, clock)
        return orders, DemoPayments(brand, engine, (orders, book), clock, payment_page)

    try:
        orders, payments = fitted(brand)
    except BrandError:
        await close()
        raise
    return Shop(orders, payments, close, fitted)


async def _open_book(
    brand: Brand, engine: AsyncEngine, orders_key: SecretStr
) -> tuple[OrderBook, Callable[[], Awaitable[None]]]:
    source = brand.orders_source
    if source == "demo":
        demo = SqlOrderBook(brand, engine)
        await demo.fill_demo()
        return demo, _nothing
    if source.startswith(("https://", "http://")):
        http = HttpOrderBook(brand, orders_key)
        return http, http.close
    try:
        shop_engine = create_async_engine(source, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, InvalidRequestError, ModuleNotFoundError) as error:
        # Not the error's own words: they may hold the address with its password.
        raise BrandError(
            "brand.toml, orders.source: expected an SQLAlchemy URL with an async driver that is "
            f"installed, such as sqlite+aiosqlite:///shop.db, found {type(error).__name__}"
        ) from None
    return SqlOrderBook(brand, engine, shop_engine), shop_engine.dispose


async def _nothing() -> None:
    """There is nothing to close: the engine belongs to the caller."""
