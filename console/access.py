"""Who may do what: the roles, and proving who one is by a password."""

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import RowMapping, delete, func, insert, select, update

from agent.database import Database, insert_new
from console.tables import operators, sign_in_tries
from knowledge.brand import Language

Role = Literal["viewer", "operator", "editor", "admin"]
# Each role may do what those before it may.
ROLES: tuple[Role, ...] = get_args(Role)
SHORTEST_PASSWORD = 10
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
_TRIES_WINDOW = timedelta(minutes=15)
_TRIES_OF_NAME = 5
_TRIES_OF_ADDRESS = 30
# Checked for a name that nobody has, so that both take as long.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43


class TooManyTriesError(Exception):
    """Wrong passwords for this name or from this address; nothing is checked for a while."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody who works with the console."""

    name: str
    shown_name: str
    role: Role
    language: Language

    def may(self, role: Role) -> bool:
        """Whether he has this role or a greater one."""
        return ROLES.index(self.role) >= ROLES.index(role)


@dataclass(frozen=True)
class Accounts:
    """The accounts of a database."""

    database: Database

    async def add(self, operator: Operator, password: str | None, at: datetime) -> None:
        """Make an account.

        Raises:
            ValueError: the name or the password will not do, or the name is taken.
        """
        if not _NAME.fullmatch(operator.name):
            raise ValueError("a name has small letters, digits and . _ @ - (up to 64)")
        hashed = None if password is None else await hashed_password(password)
        row = {
            "name": operator.name,
            "shown_name": operator.shown_name[:64],
            "role": operator.role,
            "password": hashed,
            "language": operator.language,
            "disabled": False,
            "created_at": at,
        }
        async with self.database.writing() as connection:
            added = await connection.execute(insert_new(connection, operators).values(row))
        if not added.rowcount:
            raise ValueError(f"there is an account {operator.name!r} already")

    async def all(self) -> tuple[RowMapping, ...]:
        """Every account, by name, without its password."""
        columns = [column for column in operators.c if column.name != "password"]
        async with self.database.reading() as connection:
            query = select(*columns).order_by(operators.c.name)
            return tuple((await connection.execute(query)).mappings().all())

    async def find(self, name: str) -> Operator | None:
        """An account that may sign in."""
        query = select(operators).where(operators.c.name == name, operators.c.disabled.is_(False))
        async with self.database.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        return operator_of(row) if row else None

    async def change(self, name: str, **changes: object) -> bool:
        """Change an account's role, language, password hash, or whether it is disabled."""
        changing = update(operators).where(operators.c.name == name).values(changes)
        async with self.database.writing() as connection:
            return bool((await connection.execute(changing)).rowcount)

    async def proved(self, name: str, password: str, address: str, at: datetime) -> Operator | None:
        """Who this is, if the password is his.

        Raises:
            TooManyTriesError: too many wrong ones lately; this one was not looked at.
        """
        if await self._too_many(name, address, at):
            raise TooManyTriesError
        query = select(operators).where(operators.c.name == name, operators.c.disabled.is_(False))
        async with self.database.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        stored = row["password"] if row and row["password"] else None
        right = await asyncio.to_thread(_is_right, stored or _NOBODY, password)
        if row is None or stored is None or not right:
            await self._note_wrong(name, address, at)
            return None
        async with self.database.writing() as connection:
            await connection.execute(delete(sign_in_tries).where(sign_in_tries.c.who == name))
        return operator_of(row)

    async def _too_many(self, name: str, address: str, at: datetime) -> bool:
        tries = sign_in_tries.c
        query = (
            select(tries.who, func.count())
            .where(tries.who.in_((name, f"from {address}")), tries.at > at - _TRIES_WINDOW)
            .group_by(tries.who)
        )
        async with self.database.reading() as connection:
            found = {row[0]: row[1] for row in (await connection.execute(query)).all()}
        by_name, by_address = found.get(name, 0), found.get(f"from {address}", 0)
        return bool(by_name >= _TRIES_OF_NAME or by_address >= _TRIES_OF_ADDRESS)

    async def _note_wrong(self, name: str, address: str, at: datetime) -> None:
        rows = [{"who": who[:160], "at": at} for who in (name, f"from {address}")]
        old = delete(sign_in_tries).where(sign_in_tries.c.at <= at - _TRIES_WINDOW)
        async with self.database.writing() as connection:
            await connection.execute(old)
            await connection.execute(insert(sign_in_tries), rows)


async def hashed_password(password: str) -> str:
    """Argon2id, in a thread: it is meant to take its time.

    Raises:
        ValueError: it is too short.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"a password has at least {SHORTEST_PASSWORD} characters")
    return await asyncio.to_thread(PasswordHasher().hash, password)


def operator_of(row: RowMapping) -> Operator:
    """An account without its secrets."""
    return Operator(row["name"], row["shown_name"], row["role"], row["language"])


def _is_right(hashed: str, password: str) -> bool:
    try:
        return PasswordHasher().verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False
