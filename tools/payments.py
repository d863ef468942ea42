"""Letting a customer pay: links for unpaid orders, and purchases that wait for a yes."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import RowMapping, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from knowledge.brand import Brand, BrandError, Order
from knowledge.brand_toml import is_loopback
from tools.artifacts import PaymentLink, PurchaseSummary
from tools.cards import items_of
from tools.context import Caller, Orders
from tools.orders import OrderBook
from tools.purchases import Purchases
from tools.refusals import refusal
from tools.store import payment_links

LINK_LIFE = timedelta(hours=1)
MAX_RACES = 5


def new_token() -> str:
    """A token nobody can guess, fit for an address."""
    return secrets.token_urlsafe(24)


class DemoPayments:
    """`tools.context.Payments` with links to a payment page of our own; no money moves."""

    def __init__(
        self,
        brand: Brand,
        engine: AsyncEngine,
        shop: tuple[Orders, OrderBook],
        clock: Callable[[], datetime],
        payment_page: str,
        tokens: Callable[[], str] = new_token,
    ) -> None:
        check_page(payment_page, brand.payment.allowed_hosts)
        self._brand = brand
        self._engine = engine
        self._orders, self._book = shop
        self._clock = clock
        self._page = payment_page.rstrip("/")
        self._tokens = tokens
        self._purchases = Purchases(brand, engine, clock, tokens)

    async def link(self, order: Order, caller: Caller) -> PaymentLink:
        """The one live link for this version of the order; asking again returns the same link."""
        # Read again: the order at hand may be old, and whose it is must not be taken on trust.
        order = await self._orders.own_order(order.order_id, caller)
        if order.status != "unpaid" or order.amount_cents <= 0:
            raise refusal("not_payable", self._brand.language, order_id=order.order_id)
        for _ in range(MAX_RACES):
            row = await self._live(order) or await self._issued(order)
            if row is not None:
                return self._artifact(row, order)
        raise AssertionError(f"{MAX_RACES} other links for {order.order_id} came and went")

    async def propose(self, sku: str, quantity: int, caller: Caller) -> PurchaseSummary:
        """A summary the customer must confirm; replaces an earlier one in this conversation."""
        return await self._purchases.propose(sku, quantity, caller)

    async def confirm(self, token: str, caller: Caller) -> PaymentLink:
        """Turn a live summary into an order and its link, once; a repeat returns the same link."""
        purchase = await self._purchases.take(token, caller)
        # The summary's token never leaves us; its digest is the key that other systems see.
        key = hashlib.sha256(f"{self._brand.id}\n{token}".encode()).hexdigest()
        order = await self._orders.place(purchase.sku, purchase.quantity, caller, key)
        return await self.link(order, caller)

    async def paid(self, token_or_url: str, at: datetime | None = None) -> Order:
        """The customer paid: his order is marked paid, however often this is said.

        `at` is when he did, which counts even if the word of it comes after the link's time.

        Raises:
            ToolRefusedError: `unknown_link`, `expired_link`, or `not_payable` when the order was
                cancelled in the meantime.
        """
        token = token_or_url.strip().rstrip("/").rpartition("/")[2]
        row = await self._link_row(payment_links.c.token == token)
        if row is None:
            raise refusal("unknown_link", self._brand.language)
        order_id: str = row["order_id"]
        live = row["state"] == "live" and row["expires_at"] > (at or self._clock())
        if not live and row["state"] != "paid":
            raise refusal("expired_link", self._brand.language)
        await self._book.mark_paid(order_id)
        order = await self._book.find(order_id)
        if order is None or order.status in {"unpaid", "cancelled"}:
            raise refusal("not_payable", self._brand.language, order_id=order_id)
        async with self._engine.begin() as connection:
            await connection.execute(
                update(payment_links).where(payment_links.c.token == token).values(state="paid")
            )
        return order

    async def _live(self, order: Order) -> RowMapping | None:
        """This version's live link, if it still holds."""
        return await self._link_row(
            payment_links.c.order_id == order.order_id,
            payment_links.c.amount_cents == order.amount_cents,
            payment_links.c.currency == order.currency,
            payment_links.c.state == "live",
            payment_links.c.expires_at > self._clock(),
        )

    async def _issued(self, order: Order) -> RowMapping | None:
        """A fresh link, after ending those of earlier versions; None if another was quicker."""
        now = self._clock()
        links = payment_links.c
        outdated = or_(
            links.expires_at <= now,
            links.amount_cents != order.amount_cents,
            links.currency != order.currency,
        )
        ending = update(payment_links).where(
            links.brand_id == self._brand.id,
            links.order_id == order.order_id,
            links.state == "live",
            outdated,
        )
        row = {
            "token": self._tokens(),
            "brand_id": self._brand.id,
            "order_id": order.order_id,
            "amount_cents": order.amount_cents,
            "currency": order.currency,
            "state": "live",
            "created_at": now,
            "expires_at": now + LINK_LIFE,
        }
        try:
            async with self._engine.begin() as connection:
                await connection.execute(ending.values(state="ended"))
                await connection.execute(insert(payment_links).values(row))
        except IntegrityError:
            return None
        return await self._link_row(links.token == row["token"])

    async def _link_row(self, *which: Any) -> RowMapping | None:
        query = select(payment_links).where(payment_links.c.brand_id == self._brand.id, *which)
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).mappings().first()

    def _artifact(self, row: RowMapping, order: Order) -> PaymentLink:
        return PaymentLink(
            url=f"{self._page}/{row['token']}",
            amount_cents=row["amount_cents"],
            currency=row["currency"],
            order_id=row["order_id"],
            expires_at=row["expires_at"].astimezone(self._brand.timezone),
            items=items_of(order, self._brand),
        )


def check_page(payment_page: str, allowed_hosts: tuple[str, ...]) -> None:
    """Make sure that links may point to this page.

    Raises:
        BrandError: its host is not on the brand's list, or it is not https.
    """
    parts = urlsplit(payment_page)
    host = parts.hostname or ""
    if host not in allowed_hosts:
        raise BrandError(
            f"brand.toml, payment.allowed_hosts: expected the payment page's host {host!r}, "
            f"found {', '.join(allowed_hosts)}"
        )
    secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    if not secure or parts.query or parts.fragment or parts.username:
        raise BrandError("The payment page must be a plain https:// address (http on localhost).")
