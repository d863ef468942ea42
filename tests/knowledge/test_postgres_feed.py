"""A shop's PostgreSQL as a product feed: every type of column, and nothing but reading."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from app.__main__ import main
from knowledge import database_rows
from knowledge.brand_folder import load_brand
from knowledge.errors import KnowledgeError
from knowledge.material import of_query
from knowledge.product_feed import FeedOptions, take_feed
from tests.brands.small_brand import write_brand
from tests.delivery.conftest import postgres_address

__all__ = ["postgres_address"]

SET_UP = """
DROP SCHEMA IF EXISTS shop CASCADE;
CREATE SCHEMA shop;
CREATE TYPE shop.state AS ENUM ('on sale', 'sold out');
CREATE TABLE shop.goods (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    code varchar(20) NOT NULL, title text, price numeric(12, 4), list_price money,
    weight double precision, qty bigint, state shop.state, tags text[], more jsonb,
    is_new boolean, changed timestamptz DEFAULT now(), picture bytea
);
CREATE SEQUENCE shop.numbers;
INSERT INTO shop.goods (code, title, price, list_price, weight, qty, state, tags, more, is_new)
VALUES
    ('L-1', '晨光阅读台灯 白色', 158.5000, 199, 1.25, 9, 'on sale', '{护眼,阅读}', '{"w": 9}',
     true),
    ('L-9', '落地灯：三段', 1299, NULL, NULL, 0, 'sold out', NULL, NULL, NULL),
    ('L-8', '没有价格', NULL, NULL, NULL, 1, 'on sale', '{}', '[]', false);
CREATE VIEW shop.feed AS
    SELECT code AS "货号", title AS "品名", price::numeric(12, 2) AS "售价", qty AS "库存",
           to_char(changed, 'HH24:MI') AS "时间" FROM shop.goods ORDER BY code;
"""


@pytest.fixture
async def goods(postgres_address: str) -> AsyncIterator[str]:
    connection = await asyncpg.connect(postgres_address)
    await connection.execute(SET_UP)
    yield postgres_address
    await connection.execute("DROP SCHEMA shop CASCADE")
    await connection.close()


async def count(address: str) -> int:
    connection = await asyncpg.connect(address)
    found = await connection.fetchval("SELECT count(*) FROM shop.goods")
    await connection.close()
    return int(found)


async def test_a_view_becomes_the_catalogue_and_a_row_without_a_price_is_named(
    goods: str, tmp_path: Path
) -> None:
    brand = load_brand(write_brand(tmp_path / "lamps"))
    material = await of_query(goods, "SELECT * FROM shop.feed")
    options = FeedOptions({}, replace=False, licence="")
    _, change = await take_feed(brand, material, options, datetime(2026, 11, 28, tzinfo=UTC))
    assert (change.changed, change.added) == (["L-1"], ["L-9"])
    assert len(change.refused) == 1
    assert "售价: expected one amount" in change.refused[0]
    lamps = {one.sku: one for one in load_brand(brand.folder).products}
    assert (lamps["L-1"].price_cents, lamps["L-1"].stock) == (158_50, 9)
    assert (lamps["L-9"].name, lamps["L-9"].stock) == ("落地灯：三段", 0)


async def test_every_type_of_column_is_read(goods: str) -> None:
    material = await of_query(goods, "SELECT * FROM shop.goods ORDER BY code LIMIT 1")
    cells = material.sheet().rows[0].cells
    assert cells["price"] == "158.5000"
    assert (cells["weight"], cells["qty"], cells["state"]) == ("1.25", "9", "on sale")
    assert (cells["tags"], cells["is_new"]) == ("护眼|阅读", "true")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT code FROM shop.goods WHERE title LIKE '落地灯：%' AND code ~ '^L-[0-9]$'",
        "SELECT code FROM shop.goods WHERE to_char(changed, 'HH24:MI:SS') <> ':x' AND price > 200",
        "SELECT code FROM shop.goods WHERE more IS NULL AND price::int = 1299;",
        "-- all of it\nSELECT code FROM shop.goods WHERE code = 'L-9'",
        "(SELECT code FROM shop.goods WHERE code = 'L-9')",
    ],
)
async def test_a_query_may_have_colons_percent_signs_and_comments(goods: str, query: str) -> None:
    rows = (await of_query(goods, query)).sheet().rows
    assert [row.cells["code"] for row in rows] == ["L-9"]


@pytest.mark.parametrize(
    "query",
    [
        "WITH gone AS (DELETE FROM shop.goods RETURNING code) SELECT code FROM gone",
        "SELECT code FROM shop.goods; DELETE FROM shop.goods",
        "SELECT code FROM shop.goods; COMMIT; DELETE FROM shop.goods",
        "SELECT nextval('shop.numbers') AS code",
        "SELECT code FROM shop.goods FOR UPDATE",
        "WITH one AS (SELECT 1) UPDATE shop.goods SET qty = 0 RETURNING code",
    ],
)
async def test_whatever_writes_is_refused_and_writes_nothing(goods: str, query: str) -> None:
    with pytest.raises(KnowledgeError, match=r"cannot be queried: .+"):
        await of_query(goods, query)
    assert await count(goods) == 3


async def test_a_server_that_does_not_let_us_in_is_one_line_without_the_password(
    goods: str,
) -> None:
    wrong = goods.rpartition("/")[0] + "/no_such_database"
    if "?" in goods:
        wrong = goods.replace("/postgres", "/no_such_database", 1)
    with pytest.raises(KnowledgeError, match="no_such_database") as caught:
        await of_query(wrong, "SELECT 1")
    assert "\n" not in str(caught.value)
    assert "postgres:" not in str(caught.value)


async def test_addresses_as_hosts_of_databases_give_them_are_understood(goods: str) -> None:
    address = goods.replace("postgresql://", "postgres://", 1)
    address += ("&" if "?" in address else "?") + "sslmode=prefer"
    assert len((await of_query(address, "SELECT code FROM shop.goods")).sheet().rows) == 3


async def test_a_query_without_end_is_given_up(goods: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_rows, "_SECONDS", 0.5)
    with pytest.raises(KnowledgeError, match="more than"):
        await of_query(goods, "SELECT code, pg_sleep(30) FROM shop.goods")


async def test_of_too_many_rows_only_so_many_are_fetched(
    goods: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_rows, "MOST_ROWS", 2000)
    endless = (
        "WITH RECURSIVE n AS (SELECT 1 AS sku UNION ALL SELECT sku + 1 FROM n) SELECT * FROM n"
    )
    with pytest.raises(KnowledgeError, match="add a LIMIT"):
        await of_query(goods, endless)


def test_the_command_asks_it_by_a_variable(
    goods: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = write_brand(tmp_path / "lamps")
    monkeypatch.setenv("DIGITAL_HUMAN_BRAND", str(folder))
    monkeypatch.setenv("DIGITAL_HUMAN_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("SHOP_DB", goods)
    query = "SELECT * FROM shop.feed WHERE 售价 IS NOT NULL"
    assert main(["knowledge", "add", "SHOP_DB", "--as", "products", "--query", query]) == 0
    assert "+ L-9" in capsys.readouterr().out
    assert "落地灯：三段" in (folder / "catalog.csv").read_text("utf-8")
