"""Product feeds into catalog.csv: real files, a real database, a real brand folder."""

import io
import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from knowledge.brand import Brand, Product
from knowledge.brand_folder import load_brand
from knowledge.catalog_change import CatalogChange
from knowledge.errors import KnowledgeError
from knowledge.material import of_file, of_query
from knowledge.origins import read_origins
from knowledge.product_feed import FeedOptions, feed_key, is_settled, take_feed
from tests.brands.small_brand import write_brand

NOW = datetime(2026, 11, 28, tzinfo=UTC)
OPTIONS = FeedOptions({}, replace=False, licence="")


@pytest.fixture
def shop(tmp_path: Path) -> Brand:
    return load_brand(write_brand(tmp_path / "lamps"))


async def take(shop: Brand, file: Path, *, replace: bool = False, **columns: str) -> CatalogChange:
    options = FeedOptions(columns, replace, "own")
    return (await take_feed(shop, of_file(file), options, NOW))[1]


def feed(tmp_path: Path, text: str, name: str = "feed.csv", encoding: str = "utf-8") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def product(shop: Brand, sku: str) -> Product:
    found = load_brand(shop.folder).product(sku)
    assert found is not None
    return found


async def test_a_chinese_price_list_updates_and_adds_by_sku(shop: Brand, tmp_path: Path) -> None:
    path = feed(
        tmp_path,
        "货号,品名,售价（元）,库存,市场价\nl-1,晨光阅读台灯 白色,￥158,9件,199\n"
        'L-9,落地灯,"1,299.00",3,1500\n',
        encoding="gb18030",
    )
    change = await take(shop, path)
    assert (change.changed, change.added, change.refused) == (["L-1"], ["L-9"], [])
    lamp = product(shop, "L-1")
    assert (lamp.price_cents, lamp.stock, lamp.currency) == (15800, 9, "CNY")
    assert lamp.aliases == ("晨光台灯", "读书灯")
    assert lamp.images == ("images/desk.jpg",)
    assert product(shop, "L-9").price_cents == 129900
    assert len(load_brand(shop.folder).products) == 4


GOOGLE = (
    "id\ttitle\tdescription\tlink\timage_link\tprice\tavailability\tcolor\tsize\n"
    "G-1\tFloor lamp\tTall\thttps://l.example/g1\thttps://l/1.jpg\t129.00 CNY\tin_stock\tblack\tS\n"
    "G-2\tFloor lamp\tTall\thttps://l.example/g2\t\t129.00 CNY\tout_of_stock\twhite\tS\n"
)


async def test_a_merchant_feed_works_as_it_comes(shop: Brand, tmp_path: Path) -> None:
    change = await take(shop, feed(tmp_path, GOOGLE, "google.txt"))
    assert (change.added, change.uncounted, change.refused) == (["G-1", "G-2"], 1, [])
    lamp = product(shop, "G-1")
    assert (lamp.name, lamp.price_cents, lamp.stock) == ("Floor lamp black S", 12900, 1)
    assert (lamp.url, lamp.images) == ("https://l.example/g1", ())
    assert product(shop, "G-2").stock == 0


async def test_a_merchant_feed_in_xml_works_too(shop: Brand, tmp_path: Path) -> None:
    item = (
        "<item><g:id>G-1</g:id><title>Floor lamp</title><g:price>129.00 CNY</g:price>"
        "<g:availability>in stock</g:availability></item>"
    )
    xml = f'<rss xmlns:g="http://base.google.com/ns/1.0"><channel>{item}</channel></rss>'
    change = await take(shop, feed(tmp_path, xml, "feed.xml"))
    assert change.added == ["G-1"]


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    book, content = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


async def test_json_in_an_envelope_lines_and_a_workbook_called_csv_are_read(
    shop: Brand, tmp_path: Path
) -> None:
    row = {"sku": "N-1", "name": "壁灯", "price": {"value": 88.5}, "stock": 4}
    (tmp_path / "a.json").write_text(json.dumps({"data": {"items": [row]}}), "utf-8")
    lines = [json.dumps({**row, "sku": sku, "name": sku}) for sku in ("N-2", "N-3")]
    (tmp_path / "b.jsonl").write_text("\n".join(lines), "utf-8")
    rows = [["灯具价目表"], ["SKU", "名称", "价格", "库存"], [1001, "夜灯", 45.9, 7]]
    (tmp_path / "c.csv").write_bytes(workbook(rows))
    for name in ("a.json", "b.jsonl", "c.csv"):
        assert (await take(shop, tmp_path / name)).refused == []
    assert product(shop, "N-1").price_cents == 8850
    assert product(shop, "1001").price_cents == 4590


BAD_CELLS = (
    ("面议", "price"),
    ("99-129", "price"),
    ("129,00", "price"),
    ("", "price"),
    ("12.345", "price"),
    ("-5", "price"),
    ("5 apples", "price"),
)


async def test_a_row_that_cannot_be_used_is_named_and_the_rest_is_taken(
    shop: Brand, tmp_path: Path
) -> None:
    rows = [f'B-{n},灯{n},"{price}",1' for n, (price, _) in enumerate(BAD_CELLS)]
    rows += ["L-2,晨光阅读台灯 黑色,1,5", ",无,1,1", "L-2,x,1,1", "X-1,星河吊灯,9,1", "X-2,灯,9,多"]
    change = await take(shop, feed(tmp_path, "sku,name,price,stock\n" + "\n".join(rows)))
    assert change.changed == ["L-2"]
    assert len(change.refused) == len(rows) - 1
    assert [r for r in change.refused if r.startswith("row 2, price: ") and "面议" in r]
    assert [r for r in change.refused if "another name than that of l-3" in r]
    assert len(load_brand(shop.folder).products) == 3


async def test_columns_may_be_said_and_a_wrong_one_is_named(shop: Brand, tmp_path: Path) -> None:
    path = feed(tmp_path, "货号,品名,原价,活动价,库存\nL-9,灯,200,150,1\n")
    change = await take(shop, path, price="活动价")
    assert change.added == ["L-9"]
    assert product(shop, "L-9").price_cents == 15000
    with pytest.raises(KnowledgeError, match="there is no such column, only 货号, 品名"):
        await take(shop, path, price="售价")
    with pytest.raises(KnowledgeError, match="No row of the feed can be used"):
        await take(shop, feed(tmp_path, "货号,品名,原价,库存\nL-8,灯八,200,1\n"))
    with pytest.raises(KnowledgeError, match="No column of the feed is the SKU"):
        await take(shop, feed(tmp_path, "甲,乙\n1,2\n"))


async def test_replacing_removes_what_the_feed_has_not_but_keeps_what_orders_need(
    shop: Brand, tmp_path: Path
) -> None:
    await take(shop, feed(tmp_path, "sku,name,price,stock\nN-1,灯一,1,1\nN-2,灯二,1,1\n"))
    path = feed(tmp_path, "sku,name,price,stock\nL-1,新名,1,1\nN-2,灯二,面议,1\n")
    change = await take(shop, path, replace=True)
    assert change.removed == ["N-1"]
    assert [note.split()[0] for note in change.notes] == ["L-2", "L-3"]
    assert product(shop, "N-2").price_cents == 100


@pytest.mark.parametrize("text", ["sku,name,price,stock\n", "", "<html><body>Login</body></html>"])
async def test_what_is_no_feed_changes_nothing(shop: Brand, tmp_path: Path, text: str) -> None:
    before = (shop.folder / "catalog.csv").read_bytes()
    with pytest.raises(KnowledgeError, match=r"feed\.csv "):
        await take(shop, feed(tmp_path, text), replace=True)
    assert (shop.folder / "catalog.csv").read_bytes() == before


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "erp.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE goods (code TEXT, title TEXT, price NUMERIC, qty INT)")
        connection.execute("INSERT INTO goods VALUES ('L-1', '晨光阅读台灯 白色', 99.9, 2)")
    return path


async def test_a_query_fills_the_catalogue_and_changes_no_database(
    shop: Brand, database: Path
) -> None:
    query = "SELECT code AS sku, title, price, qty FROM goods"
    material = await of_query(f"sqlite:///{database}", query)
    _, change = await take_feed(shop, material, OPTIONS, NOW)
    assert change.changed == ["L-1"]
    assert product(shop, "L-1").price_cents == 9990
    for wrong in ("DELETE FROM goods", "WITH a AS (SELECT 1) DELETE FROM goods"):
        with pytest.raises(KnowledgeError, match=r"one SELECT|readonly"):
            await of_query(f"sqlite:///{database}", wrong)
    with pytest.raises(KnowledgeError, match="no such column"):
        await of_query(f"sqlite:///{database}", "SELECT x FROM goods")
    with pytest.raises(KnowledgeError, match="There is no database"):
        await of_query(f"sqlite:///{database}.x", query)
    assert not database.with_name("erp.db.x").exists()


async def test_an_unchanged_feed_is_known_until_the_catalogue_changes(
    shop: Brand, tmp_path: Path
) -> None:
    material = of_file(feed(tmp_path, "sku,name,price,stock\nL-9,灯,1,1\n"))
    await take_feed(shop, material, OPTIONS, NOW)
    known = read_origins(shop.folder)[feed_key(material.origin)]
    assert (known.digest, known.fetched_at) == (material.digest, NOW)
    assert is_settled(shop, known, OPTIONS)
    assert not is_settled(shop, known, FeedOptions({}, replace=True, licence=""))
    with (shop.folder / "catalog.csv").open("a", encoding="utf-8") as catalog:
        catalog.write("\n")
    assert not is_settled(shop, known, OPTIONS)


async def test_a_password_is_kept_nowhere(shop: Brand) -> None:
    with pytest.raises(KnowledgeError) as caught:
        await of_query("postgresql://me:geheim@127.0.0.1:1/shop", "SELECT 1")
    assert "geheim" not in str(caught.value)
