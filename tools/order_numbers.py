"""Numbers for new orders: one for each key, whatever is repeated and whoever comes at once."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from tools.store import placements

Taken = Callable[[str], Awaitable[bool]]
MAX_TRIES = 100


class OrderNumbers:
    """Remembers in the database which number a key was given."""

    def __init__(self, brand_id: str, engine: AsyncEngine) -> None:
        self._brand_id = brand_id
        self._engine = engine

    async def number(self, key: str, placed_at: datetime, taken: Taken) -> str:
        """The number this key has: two letters of the brand, the day, and six digits."""
        letters = "".join(letter for letter in self._brand_id if letter.isalpha())
        day = f"{letters[:2].upper():X<2}{placed_at:%Y%m%d}"
        for salt in range(MAX_TRIES):
            if kept := await self._kept(key):
                return kept
            digest = hashlib.sha256(f"{self._brand_id}\n{key}\n{salt}".encode()).digest()
            number = f"{day}{int.from_bytes(digest[:8], 'big') % 10**6:06d}"
            if not await taken(number):
                await self._keep(key, number, placed_at)
        raise AssertionError(f"{MAX_TRIES} order numbers in a row were taken on {day}")

    async def _kept(self, key: str) -> str | None:
        async with self._engine.connect() as connection:
            kept: str | None = await connection.scalar(
                select(placements.c.order_id).where(
                    placements.c.brand_id == self._brand_id, placements.c.key == key
                )
            )
        return kept

    async def _keep(self, key: str, number: str, placed_at: datetime) -> None:
        row = {
            "brand_id": self._brand_id,
            "key": key,
            "order_id": number,
            "created_at": placed_at,
        }
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(placements).values(row))
        except IntegrityError:
            return  # somebody was quicker with this key or this number; the next look tells
