"""One schema on both databases, made by migrations, from nothing or from an earlier version."""

import asyncio

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select, text

from agent.database import Database
from agent.log import Log, metadata
from agent.said import matching, said_words
from app.schema import METADATA, is_current, upgrade
from tools.store import create_tables, sqlite_engine


async def test_migrations_and_tables_in_code_are_the_same(database):
    def difference(connection):
        opts = {"compare_type": True, "include_object": _is_in_code}
        context = MigrationContext.configure(connection, opts=opts)
        return compare_metadata(context, METADATA)

    async with database.reading() as connection:
        assert await connection.run_sync(difference) == []


def _is_in_code(_, name: str | None, *rest: object) -> bool:
    """The words of the full-text search stand in tables that only SQL itself can describe."""
    return not (name or "").startswith("said_words")


async def test_several_processes_may_start_at_once(tmp_path):
    engines = [sqlite_engine(tmp_path / "new.sqlite3") for _ in range(4)]
    await asyncio.gather(*(upgrade(Database(engine)) for engine in engines))
    assert await is_current(Database(engines[0]))
    for engine in engines:
        await engine.dispose()


async def test_a_database_of_an_earlier_version_keeps_what_is_in_it(tmp_path):
    engine = sqlite_engine(tmp_path / "old.sqlite3")
    await create_tables(engine)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        body = '{"text": "这款台灯防水吗"}'
        row = "('c-1', 1, 1, 'message', '2026-11-01T00:00:00+00:00', :body)"
        await connection.execute(text(f"INSERT INTO events VALUES {row}"), {"body": body})
    await upgrade(Database(engine))
    assert await is_current(Database(engine))
    assert len(await Log(engine).read("c-1")) == 1
    found = matching("台灯", "sqlite")
    async with engine.connect() as connection:
        query = select(func.count()).select_from(said_words).where(found.condition)
        assert await connection.scalar(query) == 1
    await engine.dispose()


async def test_a_commit_survives_a_power_cut_and_writers_wait_their_turn(tmp_path):
    database = Database(sqlite_engine(tmp_path / "new.sqlite3"))
    await upgrade(database)
    insert = text("INSERT INTO notebook VALUES ('bot', 'count', '0')")
    more = text("UPDATE notebook SET value = value + 1")

    async def add(database: Database) -> None:
        async with database.writing() as connection:
            await connection.execute(more)

    async with database.writing() as connection:
        await connection.execute(insert)
        assert await connection.scalar(text("PRAGMA synchronous")) == 2
    other = Database(sqlite_engine(tmp_path / "new.sqlite3"))
    await asyncio.gather(*(add(one) for one in (database, other) * 50))
    async with database.reading() as connection:
        assert await connection.scalar(text("SELECT value FROM notebook")) == "100"
    await database.engine.dispose()
    await other.engine.dispose()
