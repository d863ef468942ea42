"""Payments that are on record while nobody told the customer: a process died between the two, or
the database went away and the provider gave up.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.exc import SQLAlchemyError

from agent.database import Database
from agent.delivery_tables import effects, shown_links
from agent.outbox import PaidNotice, paid_key
from tools.store import payment_links

CATCH_UP = timedelta(days=2)
AGAIN_SECONDS = 10.0
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class UntoldPayments:
    """Looks for them, and has them told; `tell` says each once, however often it is asked to."""

    database: Database
    tell: Callable[[PaidNotice], Awaitable[bool]]
    clock: Callable[[], datetime]

    async def catch_up(self) -> int:
        """Tell whoever was not told; how many."""
        return sum([await self.tell(notice) for notice in await self._untold()])

    async def again_and_again(self) -> None:
        """For as long as the process lives."""
        while True:
            try:
                await self.catch_up()
            except (SQLAlchemyError, OSError) as error:
                _logger.error("payments cannot be looked through, trying again: %s", error)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _untold(self) -> list[PaidNotice]:
        links = payment_links.c
        told = exists().where(effects.c.key == paid_key(links.token))
        query = select(links.token, links.order_id, links.amount_cents, links.currency).where(
            links.state == "paid",
            links.created_at >= self.clock() - CATCH_UP,
            links.token.in_(select(shown_links.c.token)),
            ~told,
        )
        async with self.database.reading() as connection:
            return [PaidNotice(*row) for row in await connection.execute(query)]
