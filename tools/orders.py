"""A customer's orders: what may be seen and done is decided here, wherever they are kept."""

import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Protocol, runtime_checkable

from sqlalchemy.ext.asyncio import AsyncEngine

from knowledge.brand import Brand, Order, OrderLine, Product
from knowledge.folding import order_number
from tools.context import Caller, ToolRefusedError
from tools.proofs import Proofs
from tools.refusals import refusal

MAX_QUANTITY = 99
MAX_NUMBER = 64


@runtime_checkable
class OrderBook(Protocol):
    """Where a shop keeps its orders. It knows nothing of callers; ownership is judged above it.

    Every method raises ShopDownError when the orders cannot be reached or make no sense.
    """

    async def find(self, order_id: str) -> Order | None:
        """The order with this number, whoever it belongs to."""
        ...

    async def of_customer(self, customer_id: str) -> tuple[Order, ...]:
        """All orders of one customer."""
        ...

    async def add(self, order: Order, key: str) -> Order:
        """Keep a new order once per key and give it back with the number it got."""
        ...

    async def mark_paid(self, order_id: str) -> None:
        """An unpaid order becomes paid; any other stays as it is."""
        ...


def guest(caller: Caller) -> str:
    """The customer that someone not signed in is, for this one conversation."""
    return f"guest:{caller.conversation}"


def checked_product(brand: Brand, sku: str, quantity: int) -> Product:
    """The product, if that many of it can be bought.

    Raises:
        ToolRefusedError: `unknown_product`, `bad_quantity` or `out_of_stock`.
    """
    product = brand.product(sku)
    if product is None:
        raise refusal("unknown_product", brand.language, product=sku)
    if not 1 <= quantity <= MAX_QUANTITY:
        raise refusal("bad_quantity", brand.language)
    if quantity > product.stock:
        raise refusal("out_of_stock", brand.language, product=product.name, stock=product.stock)
    return product


class ShopOrders:
    """`tools.context.Orders` over any order book."""

    def __init__(
        self, brand: Brand, book: OrderBook, engine: AsyncEngine, clock: Callable[[], datetime]
    ) -> None:
        self._brand = brand
        self._book = book
        self._clock = clock
        self._proofs = Proofs(engine, clock)

    async def own_order(self, order_id: str, caller: Caller) -> Order:
        """The caller's own order; somebody else's reads exactly as none."""
        number = _number(order_id)
        # The same look-ups whoever asks for whatever: the time it takes tells nothing either.
        order = await self._book.find(number)
        proved = await self._proofs.proved(caller)
        if order and (_owns(caller, order) or order.order_id in proved):
            return order
        raise self._not_found(number, caller)

    async def own_orders(self, caller: Caller) -> tuple[Order, ...]:
        """The caller's orders, newest first; if not signed in, those of this conversation."""
        orders = await self._orders_of(caller.customer or guest(caller))
        if caller.customer is None:
            proved = await self._proofs.proved(caller)
            orders += [order for number in proved if (order := await self._book.find(number))]
        unique = {order.order_id: order for order in orders}.values()
        return tuple(
            sorted(unique, key=lambda order: (order.created_at, order.order_id), reverse=True)
        )

    async def prove(self, order_id: str, phone_tail: str, caller: Caller) -> Order:
        """Show one order to someone who knows its number and the phone it was placed with."""
        number = _number(order_id)
        attempt = await self._proofs.begin(number, caller)
        if attempt is None:
            raise refusal("locked", self._brand.language)
        try:
            order = await self._book.find(number)
        except BaseException:
            # The shop failed, not the customer: this was no wrong try.
            await self._proofs.withdraw(attempt)
            raise
        expected = order.phone_tail if order else ""
        matches = hmac.compare_digest(expected.encode(), _digits(phone_tail).encode())
        if order is None or not expected or not matches:
            raise refusal("wrong_proof", self._brand.language)
        await self._proofs.withdraw(attempt)
        await self._proofs.remember(order.order_id, caller)
        return order

    async def place(self, sku: str, quantity: int, caller: Caller, key: str) -> Order:
        """Place a new unpaid order, once per `key`; the amount comes from the catalogue."""
        product = checked_product(self._brand, sku, quantity)
        customer = caller.customer or guest(caller)
        now = self._clock().astimezone(self._brand.timezone)
        draft = Order(
            order_id="",
            customer_id=customer,
            phone_tail=await self._phone_tail(customer),
            status="unpaid",
            created_at=now.replace(microsecond=0),
            lines=(OrderLine(sku, quantity),),
            amount_cents=product.price_cents * quantity,
            currency=product.currency,
            carrier="",
            tracking_no="",
            note="",
        )
        return await self._book.add(draft, key)

    async def _phone_tail(self, customer: str) -> str:
        """The phone of the customer's other orders, so that he can prove this one as well."""
        newest = max(
            await self._orders_of(customer), key=lambda order: order.created_at, default=None
        )
        return newest.phone_tail if newest else ""

    async def _orders_of(self, customer: str) -> list[Order]:
        # Asked for again: a book that gives too much must not show one customer another's orders.
        orders = await self._book.of_customer(customer)
        return [order for order in orders if order.customer_id == customer]

    def _not_found(self, number: str, caller: Caller) -> ToolRefusedError:
        if caller.customer is None:
            return refusal("sign_in_needed", self._brand.language)
        return refusal("order_not_found", self._brand.language, order_id=number)


def _customers(caller: Caller) -> tuple[str, ...]:
    """Whom the caller is: himself, and the guest he was in this conversation before signing in."""
    return (guest(caller),) if caller.customer is None else (caller.customer, guest(caller))


def _owns(caller: Caller, order: Order) -> bool:
    return order.customer_id in _customers(caller)


def _number(order_id: str) -> str:
    return order_number(order_id)[:MAX_NUMBER]


def _digits(phone_tail: str) -> str:
    return order_number(phone_tail)[:MAX_NUMBER]
