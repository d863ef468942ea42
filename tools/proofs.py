"""Who has proved an order in which conversation, and who has guessed too often."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from tools.context import Caller
from tools.store import proof_attempts, proofs

MAX_WRONG_TRIES = 5
LOCK = timedelta(hours=1)


class Proofs:
    """Kept in the database, so that a restart neither forgets a proof nor lifts a lock."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    async def begin(self, order_id: str, caller: Caller) -> int | None:
        """Enter a try, counted as wrong until it is withdrawn; None if this is locked.

        Tries count per conversation, and per order number as well: a stranger can open a new
        conversation for every guess. A try made while locked does not prolong the lock.
        """
        now = self._clock()
        # Entered before counting: of many simultaneous guesses none can slip through in between.
        async with self._engine.begin() as connection:
            entered = await connection.execute(
                insert(proof_attempts).values(
                    brand_id=caller.brand_id,
                    conversation=caller.conversation,
                    order_id=order_id,
                    tried_at=now,
                )
            )
            (number,) = entered.inserted_primary_key or (None,)
        if number is None or await self._tries(order_id, caller, now) > MAX_WRONG_TRIES:
            await self.withdraw(number)
            return None
        return int(number)

    async def _tries(self, order_id: str, caller: Caller, now: datetime) -> int:
        async with self._engine.connect() as connection:
            counts = [
                await connection.scalar(
                    select(func.count())
                    .select_from(proof_attempts)
                    .where(
                        proof_attempts.c.brand_id == caller.brand_id,
                        column == value,
                        proof_attempts.c.tried_at > now - LOCK,
                    )
                )
                for column, value in (
                    (proof_attempts.c.conversation, caller.conversation),
                    (proof_attempts.c.order_id, order_id),
                )
            ]
        return max(count or 0 for count in counts)

    async def withdraw(self, number: int | None) -> None:
        """The try was not a wrong one."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(proof_attempts).where(proof_attempts.c.id == number))

    async def remember(self, order_id: str, caller: Caller) -> None:
        """From now on this conversation may see the order."""
        row = {
            "brand_id": caller.brand_id,
            "conversation": caller.conversation,
            "order_id": order_id,
            "proved_at": self._clock(),
        }
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(proofs).values(row))
        except IntegrityError:
            return  # proved before

    async def proved(self, caller: Caller) -> tuple[str, ...]:
        """The order numbers proved in this conversation, oldest proof first."""
        async with self._engine.connect() as connection:
            rows = await connection.scalars(
                select(proofs.c.order_id)
                .where(
                    proofs.c.brand_id == caller.brand_id,
                    proofs.c.conversation == caller.conversation,
                )
                .order_by(proofs.c.proved_at)
            )
            return tuple(rows)
