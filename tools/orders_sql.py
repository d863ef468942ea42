"""Orders in an SQL database: the demo's own table, or the shop's documented table or view."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, TableClause, column, insert, select, table, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from knowledge.brand import Brand, Order
from knowledge.cells import ORDER_COLUMNS, CellError, lines_text, order_of
from tools.context import ShopDownError
from tools.money import decimal_text
from tools.order_numbers import OrderNumbers
from tools.store import demo_orders

MAX_ORDERS = 200


class SqlOrderBook:
    """An `OrderBook` over a table `orders` with the columns of demo/orders.csv.

    `source` is where that table (or view) is; `engine` is our own database, which keeps the
    numbers of orders placed here. Without a `source` it is the brand's demo table.
    """

    def __init__(
        self, brand: Brand, engine: AsyncEngine, source: AsyncEngine | None = None
    ) -> None:
        self._brand = brand
        self._source = source or engine
        self._is_demo = source is None
        self._table: TableClause = (
            demo_orders if self._is_demo else table("orders", *map(column, ORDER_COLUMNS))
        )
        self._numbers = OrderNumbers(brand.id, engine)

    async def fill_demo(self) -> int:
        """Put the brand's demo orders into the demo table; rows already there stay. How many."""
        added = 0
        for order in self._brand.demo_orders if self._is_demo else ():
            if await self.find(order.order_id) is None:
                added += await self._insert(order)
        return added

    async def find(self, order_id: str) -> Order | None:
        """The order with this number, whoever it belongs to."""
        orders = await self._orders(self._table.c.order_id == order_id)
        return orders[0] if orders else None

    async def of_customer(self, customer_id: str) -> tuple[Order, ...]:
        """The customer's newest orders, at most `MAX_ORDERS`."""
        return await self._orders(self._table.c.customer_id == customer_id)

    async def add(self, order: Order, key: str) -> Order:
        """Keep a new order once per key and give it back with the number it got."""
        number = await self._numbers.number(key, order.created_at, self._taken)
        await self._insert(replace(order, order_id=number))
        kept = await self.find(number)
        if kept is None:
            raise ShopDownError(f"Order {number} was entered but cannot be read back.")
        return kept

    async def mark_paid(self, order_id: str) -> None:
        """An unpaid demo order becomes paid; any other stays as it is."""
        if not self._is_demo:
            raise ShopDownError("Demo payments only settle demo orders, not the shop's own.")
        change = update(self._table).where(
            *self._own(), self._table.c.order_id == order_id, self._table.c.status == "unpaid"
        )
        async with self._reached() as connection:
            await connection.execute(change.values(status="paid"))

    async def _taken(self, number: str) -> bool:
        return await self.find(number) is not None

    def _own(self) -> tuple[ColumnElement[bool], ...]:
        """The demo table is shared by all brands of a database."""
        return (demo_orders.c.brand_id == self._brand.id,) if self._is_demo else ()

    async def _orders(self, which: ColumnElement[bool]) -> tuple[Order, ...]:
        columns = [self._table.c[name] for name in ORDER_COLUMNS]
        query = (
            select(*columns)
            .where(*self._own(), which)
            .order_by(self._table.c.created_at.desc())
            .limit(MAX_ORDERS)
        )
        async with self._reached() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(_order(row, self._brand.timezone) for row in rows)

    async def _insert(self, order: Order) -> bool:
        """Whether the order was new."""
        row = {**_cells(order), **({"brand_id": self._brand.id} if self._is_demo else {})}
        try:
            async with self._reached("The order cannot be entered") as connection:
                await connection.execute(insert(self._table).values(row))
        except IntegrityError:
            return False
        return True

    @asynccontextmanager
    async def _reached(
        self, failing: str = "The orders cannot be reached"
    ) -> AsyncIterator[AsyncConnection]:
        """A transaction. Demo orders are in our own database: where that is away the turn cannot
        go on, and is tried again; a shop's that is away is told to the customer.
        """
        try:
            async with self._source.begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except (SQLAlchemyError, OSError) as error:
            if self._is_demo:
                raise
            # The sort of error only: its text holds the query and customers' numbers.
            kind = type(error).__name__
            raise ShopDownError(f"{failing}: {kind}.") from error


def _cells(order: Order) -> dict[str, str]:
    return {
        "order_id": order.order_id,
        "customer_id": order.customer_id,
        "phone_tail": order.phone_tail,
        "status": order.status,
        "created_at": order.created_at.isoformat(),
        "items": lines_text(order.lines),
        "amount": decimal_text(order.amount_cents),
        "currency": order.currency,
        "carrier": order.carrier,
        "tracking_no": order.tracking_no,
        "note": order.note,
    }


def _order(row: Mapping[Any, Any], timezone: ZoneInfo) -> Order:
    try:
        return order_of({name: cell_text(row[name], timezone) for name in ORDER_COLUMNS})
    except CellError as error:
        raise ShopDownError(f"An order's {error.column} is not as documented: {error}") from error


def cell_text(value: object, timezone: ZoneInfo) -> str:
    """A cell as text, whatever type the shop's database gave it; NULL is empty."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=timezone)).isoformat()
    return "" if value is None else str(value).strip()
