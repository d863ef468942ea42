"""Conversations with a small lamp shop, and a served house with a console to learn from them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from agent.model import Completion, OnText, Request
from tests.agent.conftest import calls, points_at, talk
from tests.console.conftest import browser, opens
from tests.console.house import House, open_house

__all__ = ["browser", "opens", "talk"]


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
