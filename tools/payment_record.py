"""What is on record about a payment link, for the page it opens and the notice it ends with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncEngine

from tools.store import payment_links

LinkState = Literal["live", "paid", "ended"]


@dataclass(frozen=True, slots=True)
class Link:
    """One issued link; a live one whose time is over reads as ended."""

    token: str
    brand_id: str
    order_id: str
    amount_cents: int
    currency: str
    state: LinkState
    expires_at: datetime


@dataclass(frozen=True)
class PaymentRecord:
    """Looks links up, of whatever brand."""

    engine: AsyncEngine
    clock: Callable[[], datetime]

    async def find(self, token: str) -> Link | None:
        """The link with this token, as it stands now."""
        if not token.isascii() or not token.isprintable() or len(token) > 64:
            return None
        query = select(payment_links).where(payment_links.c.token == token)
        async with self.engine.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else self._link(row)

    def _link(self, row: RowMapping) -> Link:
        over = row["state"] == "live" and row["expires_at"] <= self.clock()
        return Link(
            token=row["token"],
            brand_id=row["brand_id"],
            order_id=row["order_id"],
            amount_cents=row["amount_cents"],
            currency=row["currency"],
            state="ended" if over else row["state"],
            expires_at=row["expires_at"],
        )
