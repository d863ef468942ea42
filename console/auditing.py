"""The audit: one line for every act of an operator, never changed."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from console.tables import audit


@dataclass(frozen=True, slots=True)
class Act:
    """Who did what, when and from where; `details` is plain JSON."""

    operator: str
    act: str
    at: datetime
    address: str
    conversation: str | None = None


async def record(connection: AsyncConnection, act: Act, **details: Any) -> None:
    """Write it down, in the transaction that does it."""
    row = {
        "at": act.at,
        "operator": act.operator,
        "act": act.act,
        "conversation": act.conversation,
        "details": json.dumps(details, ensure_ascii=False, default=str),
        "address": act.address[:64],
    }
    await connection.execute(insert(audit), [row])
