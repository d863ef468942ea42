"""Rows of a shop's database: one SELECT, read only, with limits."""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from knowledge.errors import KnowledgeError
from knowledge.sheet_rows import MOST_ROWS

_SECONDS = 120.0
_READS = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/|\()*(?:select|with)\b", re.IGNORECASE | re.DOTALL)
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}


async def queried(address: str, query: str) -> list[Mapping[str, Any]]:
    """What a query gives, each row by the names of its columns.

    Raises:
        KnowledgeError: the address or query is none, nothing can be read, or it is too much.
    """
    if not _READS.match(query):
        raise KnowledgeError("--query takes one SELECT: nothing is written to the shop's database.")
    url = _url(address)
    engine = create_async_engine(url, hide_parameters=True)
    try:
        async with asyncio.timeout(_SECONDS):
            found = await _rows(engine, url, query)
    except TimeoutError as error:
        raise KnowledgeError(f"The query took more than {_SECONDS:g} s.") from error
    except Exception as error:  # while rows are fetched, drivers raise errors of their own kinds
        # Only the database's own words: the rest may hold the address with its password.
        told = getattr(error, "orig", None) or error
        known = isinstance(error, OSError | SQLAlchemyError) and told is error
        why = " ".join(str(type(error).__name__ if known else told).split())[:200]
        raise KnowledgeError(f"{shown_address(address)} cannot be queried: {why}.") from error
    finally:
        await engine.dispose()
    if len(found) > MOST_ROWS:
        raise KnowledgeError(f"The query gives more than {MOST_ROWS} rows; add a LIMIT.")
    return found


async def _rows(engine: AsyncEngine, url: URL, query: str) -> list[Mapping[str, Any]]:
    """The rows, at most one more than are taken."""
    found: list[Mapping[str, Any]] = []
    async with engine.connect() as connection:
        await _read_only(connection, url)
        # A colon is part of the query ('HH24:MI', '%H:%M') and never marks a value to come.
        plain = re.sub(r"(?<!:):(?=\w)", r"\\:", query)
        rows = await connection.stream(text(plain))
        async for row in rows.mappings().yield_per(1000):
            found.append(dict(row))
            if len(found) > MOST_ROWS:
                break
    return found


def shown_address(address: str) -> str:
    """The address without name, password and options, as it may be kept and printed."""
    try:
        url = make_url(address)
    except ArgumentError:
        return "the database"
    plain = URL.create(url.drivername, None, None, url.host, url.port, url.database)
    return plain.render_as_string()


def _url(address: str) -> URL:
    try:
        url = make_url(address)
        driver = _DRIVERS.get(url.drivername, url.drivername)
        url.set(drivername=driver).get_dialect()
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise KnowledgeError(
            f"{shown_address(address)} is no database that is known here; expected "
            "sqlite:///FILE or postgresql://…."
        ) from error
    if url.get_backend_name() != "sqlite":
        # What PostgreSQL's own tools call sslmode, its driver here calls ssl.
        named = {"ssl" if key == "sslmode" else key: one for key, one in url.query.items()}
        return url.set(drivername=driver, query=named)
    file = Path(url.database or "").absolute()
    if not file.is_file():
        raise KnowledgeError(f"There is no database {url.database}.")
    # Opened by its URI, so that it is neither made nor changed.
    return url.set(drivername=driver, database=f"file:{file}", query={"mode": "ro", "uri": "true"})


async def _read_only(connection: AsyncConnection, url: URL) -> None:
    if url.get_backend_name() in {"postgresql", "mysql", "mariadb"}:
        await connection.execute(text("SET TRANSACTION READ ONLY"))
