"""Purchases that wait for the customer's yes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from knowledge.brand import Brand
from tools.artifacts import OrderItem, PurchaseSummary
from tools.context import Caller
from tools.orders import checked_product, guest
from tools.refusals import refusal
from tools.store import purchases

SUMMARY_LIFE = timedelta(minutes=15)
MAX_RACES = 5


@dataclass(frozen=True, slots=True)
class Purchase:
    """What the customer said yes to."""

    sku: str
    quantity: int


class Purchases:
    """At most one summary waits in a conversation; each can be taken once, by its customer."""

    def __init__(
        self,
        brand: Brand,
        engine: AsyncEngine,
        clock: Callable[[], datetime],
        tokens: Callable[[], str],
    ) -> None:
        self._brand = brand
        self._engine = engine
        self._clock = clock
        self._tokens = tokens

    async def propose(self, sku: str, quantity: int, caller: Caller) -> PurchaseSummary:
        """A summary at today's price, in place of one that waited before."""
        product = checked_product(self._brand, sku, quantity)
        now = self._clock()
        row = {
            "token": self._tokens(),
            "brand_id": self._brand.id,
            "conversation": caller.conversation,
            "customer_id": caller.customer or guest(caller),
            "sku": sku,
            "quantity": quantity,
            "unit_cents": product.price_cents,
            "currency": product.currency,
            "state": "live",
            "created_at": now,
            "expires_at": now + SUMMARY_LIFE,
        }
        for _ in range(MAX_RACES):
            if await self._replaced(row):
                break
        else:
            raise AssertionError(f"{MAX_RACES} other purchases came in between")
        return PurchaseSummary(
            token=str(row["token"]),
            item=OrderItem(sku=sku, name=product.name, quantity=quantity),
            unit_cents=product.price_cents,
            total_cents=product.price_cents * quantity,
            currency=product.currency,
            expires_at=(now + SUMMARY_LIFE).astimezone(self._brand.timezone),
        )

    async def _replaced(self, row: dict[str, object]) -> bool:
        """False if another summary got in between."""
        earlier = update(purchases).where(
            purchases.c.brand_id == self._brand.id,
            purchases.c.conversation == row["conversation"],
            purchases.c.state == "live",
        )
        try:
            async with self._engine.begin() as connection:
                await connection.execute(earlier.values(state="ended"))
                await connection.execute(insert(purchases).values(row))
        except IntegrityError:
            return False
        return True

    async def take(self, token: str, caller: Caller) -> Purchase:
        """What was agreed, for the one who agreed to it; taking it again gives the same.

        Raises:
            ToolRefusedError: `expired` for a summary that is unknown, another's, replaced, too
                old, or at a price that is no longer the catalogue's.
        """
        mine = (
            purchases.c.token == token,
            purchases.c.brand_id == self._brand.id,
            purchases.c.conversation == caller.conversation,
            purchases.c.customer_id == (caller.customer or guest(caller)),
        )
        taking = update(purchases).where(
            *mine, purchases.c.state == "live", purchases.c.expires_at > self._clock()
        )
        # Taken before anything is placed: of two yeses at once both go on with the same order.
        async with self._engine.begin() as connection:
            await connection.execute(taking.values(state="taken"))
        async with self._engine.connect() as connection:
            query = select(purchases).where(*mine, purchases.c.state == "taken")
            row = (await connection.execute(query)).mappings().first()
        if row is None or not self._price_stands(row):
            raise refusal("expired", self._brand.language)
        return Purchase(row["sku"], row["quantity"])

    def _price_stands(self, row: RowMapping) -> bool:
        product = self._brand.product(row["sku"])
        return (
            product is not None
            and product.price_cents == row["unit_cents"]
            and product.currency == row["currency"]
        )
