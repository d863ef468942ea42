"""The one SQL schema: what it consists of, and bringing a database up to it."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from agent import delivery_tables, lesson_tables, log, said
from agent.database import Database
from console import tables as console_tables
from tools import store

METADATA = [
    log.metadata,
    said.metadata,
    store.metadata,
    delivery_tables.metadata,
    lesson_tables.metadata,
    console_tables.metadata,
]
# Any number will do, as long as all processes take the same.
_LOCK = 7_245_113


async def upgrade(database: Database) -> None:
    """Bring a database up to date, in one transaction that others wait for; old data stays."""
    async with database.reading() as connection:
        if await connection.run_sync(_is_current):
            return
    async with database.writing() as connection:
        if not database.is_sqlite:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        await connection.run_sync(_upgrade)


async def is_current(database: Database) -> bool:
    """Whether the database has the tables of this version."""
    async with database.reading() as connection:
        return bool(await connection.run_sync(_is_current))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _is_current(connection: Connection) -> bool:
    head = ScriptDirectory.from_config(_config()).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head


def _upgrade(connection: Connection) -> None:
    if _is_current(connection):
        return
    config = _config()
    attributes: dict[str, Any] = config.attributes
    attributes["connection"] = connection
    command.upgrade(config, "head")
