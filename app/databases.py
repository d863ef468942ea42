"""Opening the database that the settings name."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from agent.database import Database
from app.schema import upgrade
from app.settings import Settings
from tools.store import sqlite_engine

FILE = "digital-human.sqlite3"
_CONNECTIONS = 20


def engine_of(settings: Settings) -> AsyncEngine:
    """An engine for PostgreSQL, or for the file in the data folder.

    Raises:
        ValueError: the address is none that can be used.
    """
    address = settings.database_url.get_secret_value()
    if not address:
        return sqlite_engine(settings.data_dir / FILE)
    try:
        url = make_url(address)
    except ArgumentError:
        raise _unusable("no database address") from None
    if url.get_backend_name() != "postgresql":
        # Not the address itself: it may hold a password.
        raise _unusable(url.drivername)
    return create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        pool_size=_CONNECTIONS,
        max_overflow=_CONNECTIONS,
        pool_pre_ping=True,
        hide_parameters=True,  # an error in the log must not say what customers wrote
        # A process that stands still in the middle of a write must not keep others from theirs.
        connect_args={"server_settings": {"idle_in_transaction_session_timeout": "8000"}},
    )


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """The database, brought up to this version's schema; made where it is a missing file."""
    folder = settings.data_dir
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    engine = engine_of(settings)
    try:
        database = Database(engine)
        await upgrade(database)
        yield database
    finally:
        await engine.dispose()


@asynccontextmanager
async def scratch_database(folder: Path) -> AsyncIterator[Database]:
    """A new SQLite database in a folder of its own."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    engine = sqlite_engine(folder / FILE)
    try:
        database = Database(engine)
        await upgrade(database)
        yield database
    finally:
        await engine.dispose()


def _unusable(found: str) -> ValueError:
    return ValueError(f"DIGITAL_HUMAN_DATABASE_URL: expected postgresql://…, found {found}")
