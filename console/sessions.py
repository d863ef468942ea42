"""Who is signed in: sessions kept by the server, named by a cookie that only they know."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, insert, select

from agent.database import Database
from console.access import Operator, operator_of
from console.tables import operator_sessions, operators

COOKIE = "digital_human_console"


@dataclass(frozen=True, slots=True)
class Session:
    """One browser of one operator; what he changes carries `csrf`."""

    operator: Operator
    csrf: str


@dataclass(frozen=True)
class Sessions:
    """The sessions of a database. They end after `hours`, or when somebody signs out."""

    database: Database
    hours: int = 12

    async def begin(self, operator: str, at: datetime) -> str:
        """A new session; what goes into the cookie. Only its digest is kept."""
        token = secrets.token_urlsafe(32)
        row = {
            "token": _digest(token),
            "operator": operator,
            "csrf": secrets.token_urlsafe(32),
            "created_at": at,
            "ends_at": at + timedelta(hours=self.hours),
        }
        old = delete(operator_sessions).where(operator_sessions.c.ends_at <= at)
        async with self.database.writing() as connection:
            await connection.execute(old)
            await connection.execute(insert(operator_sessions), [row])
        return token

    async def find(self, token: str, at: datetime) -> Session | None:
        """The session of this cookie, unless it has ended or the account is disabled."""
        query = (
            select(operators, operator_sessions.c.csrf)
            .join(operator_sessions, operator_sessions.c.operator == operators.c.name)
            .where(
                operator_sessions.c.token == _digest(token),
                operator_sessions.c.ends_at > at,
                operators.c.disabled.is_(False),
            )
        )
        async with self.database.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        return Session(operator_of(row), row["csrf"]) if row else None

    async def end(self, token: str) -> None:
        """Sign this browser out."""
        await self._delete(operator_sessions.c.token == _digest(token))

    async def end_all(self, operator: str) -> None:
        """Sign him out everywhere."""
        await self._delete(operator_sessions.c.operator == operator)

    async def _delete(self, which: ColumnElement[bool]) -> None:
        ending = delete(operator_sessions).where(which)
        async with self.database.writing() as connection:
            await connection.execute(ending)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
