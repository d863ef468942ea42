"""What was said is found by its words, on both databases."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from agent.log import append_beside
from agent.said import forget_said, matching, said, said_words
from tests.delivery.conftest import database, postgres_address  # noqa: F401 - fixtures

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
async def spoken(database):  # noqa: F811
    texts = (
        "这款台灯可以退货吗",
        "订单LA20261101001到哪里了",
        "Does the lamp ship to Oslo?",
        "退运费怎么算",
    )
    async with database.writing() as connection:
        for place, words in enumerate(texts):
            await append_beside(connection, f"c-{place}", "message", NOW, {"text": words})
        await append_beside(connection, "c-0", "reply", NOW, {"text": "七天无理由退货。"})
    return database


async def found(database, query: str) -> list[str]:  # noqa: F811
    match = matching(query, database.engine.dialect.name)
    if match is None:
        return []
    look = select(said.c.conversation).join(said_words, match.number == said.c.number)
    async with database.reading() as connection:
        rows = await connection.scalars(look.where(match.condition).order_by(said.c.number))
        return list(rows)


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("退货", ["c-0", "c-0"]),
        ("台灯退货", []),
        ("台灯 退货", ["c-0"]),
        ("LA20261101001", ["c-1"]),
        ("la20261101001", ["c-1"]),
        ("oslo LAMP", ["c-2"]),
        ("退", ["c-0", "c-3", "c-0"]),
        ("运费", ["c-3"]),
        ("雨伞", []),
        ("'; DROP TABLE said; --", []),
        ('"*()&|!:', []),
    ],
)
async def test_a_query_finds_what_has_its_words(spoken, query, where):
    assert await found(spoken, query) == where


async def test_what_is_forgotten_is_not_found(spoken):
    async with spoken.writing() as connection:
        assert await forget_said(connection, "c-0") == 2
    assert await found(spoken, "退货") == []
