"""Conversations with a small lamp shop, and a served house with a console to learn from them."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from agent.database import Database
from agent.model import Completion, OnText, Request
from app.databases import scratch_database
from app.schema import upgrade
from tests.agent.conftest import calls, points_at, talk
from tests.console.conftest import browser, opens
from tests.console.house import House, open_house
from tests.delivery.conftest import emptied, postgres_address

__all__ = ["browser", "opens", "postgres_address", "talk"]


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database of either kind, beside the one of the shop."""
    if request.param == "sqlite":
        async with scratch_database(tmp_path / "record") as opened:
            yield opened
        return
    url = make_url(request.getfixturevalue("postgres_address"))
    engine = create_async_engine(url.set(drivername="postgresql+asyncpg"))
    found = Database(engine)
    await upgrade(found)
    await emptied(found)
    yield found
    await engine.dispose()


@dataclass
class Searcher:
    """A model that searches for whatever is asked, and points at the first line it is shown."""

    spec: str = "scripted:searcher"
    requests: list[Request] = field(default_factory=list)

    async def complete(self, request: Request, on_text: OnText | None = None) -> Completion:
        self.requests.append(request)
        deciding = "calls" in json.dumps(request.schema)
        text = calls("search_knowledge") if deciding else points_at(1)
        return Completion(text, "stop", 10, 5, 1.0, 2.0)

    async def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house"), Searcher(), answers="quote") as opened:
        yield opened
