"""A connection to an SQLite file that does quick things on the spot.

aiosqlite hands every call to a thread and waits, a hundred times a turn: that costs far more than
the calls themselves. Here only what may wait for the disk or for another process's lock goes there:
the beginning of a write and its commit. The rest takes microseconds.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Generator
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import aiosqlite

BUSY_SECONDS = 5.0
_ROWS_AT_ONCE = 64


class NearConnection(aiosqlite.Connection):
    """An aiosqlite connection, near at hand. Used by one task at a time, as SQLAlchemy does."""

    def __init__(self, path: Path) -> None:
        super().__init__(partial(_connected, path), _ROWS_AT_ONCE)
        self._thread.daemon = True
        self._away: list[None] = []

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if not (self._running and self._connection):
            raise ValueError("Connection closed")
        # After a cancelled wait the thread may still be at it; what follows must queue up behind.
        if not self._away and not _may_wait(self._connection, fn.__name__, args):
            return fn(*args, **kwargs)
        self._away.append(None)
        away: Callable[..., Awaitable[Any]] = super()._execute
        return await away(self._done_away, fn, *args, **kwargs)

    def __await__(self) -> Generator[Any, None, "NearConnection"]:
        yield from super().__await__()
        return self

    def _done_away(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return fn(*args, **kwargs)
        finally:
            self._away.pop()


def _connected(path: Path) -> sqlite3.Connection:
    """A connection to a file that several processes may use at once."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)
    for pragma in (
        "journal_mode=WAL",
        # Every commit reaches the disk: a message is only acknowledged once it would survive a
        # power cut.
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        _set(connection, pragma)
    return connection


def _set(connection: sqlite3.Connection, pragma: str) -> None:
    """Switching to WAL does not wait by itself while another process does the same."""
    until = monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute(f"PRAGMA {pragma}")
        except sqlite3.OperationalError:
            if monotonic() > until:
                raise
            sleep(0.02)
        else:
            return


def _may_wait(connection: sqlite3.Connection, name: str, args: tuple[Any, ...]) -> bool:
    """Whether a call may have to wait for the disk or for somebody's lock."""
    if name in {"execute", "executemany"}:
        return not (connection.in_transaction or args[0].startswith("SELECT"))
    if name == "commit":
        return connection.in_transaction
    return name not in {"cursor", "fetchone", "fetchmany", "fetchall", "close", "rollback"}
