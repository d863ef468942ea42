"""`knowledge add` as a person types it, from a price list to an answer that is found."""

import json
import re
import sqlite3
from pathlib import Path

import pytest

from app.__main__ import main
from tests.brands.small_brand import write_brand

CHAT = """\
2025-03-01 10:21 张三: 请问吊灯能自己安装吗？
2025-03-01 10:22 客服小王: 亲，可以的，盒内有图解说明书。
2025-03-01 10:23 张三: 我的订单到哪了，电话 13812345678
2025-03-01 10:24 客服小王: 在路上了
"""


@pytest.fixture
def brand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write_brand(tmp_path / "lamps")
    monkeypatch.setenv("DIGITAL_HUMAN_BRAND", str(folder))
    monkeypatch.setenv("DIGITAL_HUMAN_DATA_DIR", str(tmp_path / "var"))
    return folder


def test_a_price_list_is_taken_its_bad_row_named_and_then_known(brand, tmp_path, capsys):
    feed = tmp_path / "价目.csv"
    feed.write_bytes(
        "货号,品名,售价,库存\nL-1,晨光阅读台灯 白色,158,9\nL-9,灯,面议,1\n".encode("gbk")
    )
    assert main(["knowledge", "add", str(feed), "--as", "products"]) == 1
    told = capsys.readouterr()
    assert "~ L-1" in told.out
    assert "价目.csv, row 3, 售价: expected one amount" in told.err
    feed.write_text("货号,品名,售价,库存\nL-1,晨光阅读台灯 白色,158,9\n", "utf-8")
    assert main(["knowledge", "add", str(feed), "--as", "products"]) == 0
    assert main(["knowledge", "add", str(feed), "--as", "products"]) == 0
    assert "is unchanged" in capsys.readouterr().out


def test_a_database_is_asked_by_a_variable(brand, tmp_path, capsys, monkeypatch):
    with sqlite3.connect(tmp_path / "erp.db") as connection:
        connection.execute("CREATE TABLE goods (sku, name, price, stock)")
        connection.execute("INSERT INTO goods VALUES ('N-1', '壁灯', 88.5, 4)")
    connection.close()
    query = ["--as", "products", "--query", "SELECT * FROM goods"]
    assert main(["knowledge", "add", "SHOP_DB", *query]) == 1
    assert "The environment variable SHOP_DB is not set" in capsys.readouterr().err
    monkeypatch.setenv("SHOP_DB", f"sqlite:///{tmp_path / 'erp.db'}")
    assert main(["knowledge", "add", "SHOP_DB", *query]) == 0
    assert "+ N-1" in capsys.readouterr().out
    assert "壁灯" in (brand / "catalog.csv").read_text("utf-8")


@pytest.mark.parametrize(
    ("kind", "name", "text", "key"),
    [
        ("products", "feed.csv", "货号,品名,售价,库存\nL-9,灯,158,9\n", "catalog.csv < {file}"),
        ("qa", "faq.csv", "问题,答案\n吊灯多重,净重 3 公斤。\n", "knowledge/qa/faq.md"),
        ("chats", "log.txt", CHAT, "review/log.jsonl"),
        (None, "gift.md", "# 礼品盒\n\n礼品盒收六元。\n", "knowledge/gift.md"),
    ],
)
def test_the_licence_of_what_did_not_change_is_noted_without_taking_it_anew(
    brand, tmp_path, capsys, kind, name, text, key
):
    file = tmp_path / name
    file.write_text(text, "utf-8")
    add = ["knowledge", "add", str(file), *(["--as", kind] if kind else [])]
    origins, key = brand / "knowledge/.origins.json", key.format(file=file)
    assert main(add) == 0
    before = json.loads(origins.read_text("utf-8"))[key]
    for licence, noted in (("own", "own"), ("", "own"), ("CC BY 4.0", "CC BY 4.0")):
        assert main([*add, *(["--licence", licence] if licence else [])]) == 0
        assert json.loads(origins.read_text("utf-8"))[key] == before | {"licence": noted}
    assert "is unchanged" in capsys.readouterr().out or kind is None
    file.write_text(
        text.replace("吊灯", "壁灯").replace("灯,158", "灯,159").replace("六", "八"), "utf-8"
    )
    assert main(add) == 0
    assert json.loads(origins.read_text("utf-8"))[key]["licence"] == "CC BY 4.0"
    assert json.loads(origins.read_text("utf-8"))[key]["digest"] != before["digest"]


def test_questions_are_taken_and_found(brand, tmp_path, capsys):
    sheet = tmp_path / "faq.csv"
    sheet.write_text("问题,答案\n吊灯多重,净重 3 公斤。\n", "utf-8")
    add = ["knowledge", "add", str(sheet), "--as", "qa", "--license", "own"]
    assert main(add) == 0
    assert main(add) == 0
    assert "= knowledge/qa/faq.md: faq.csv is unchanged" in capsys.readouterr().out
    assert main(["knowledge", "search", "吊灯有多重"]) == 0
    assert "净重 3 公斤" in capsys.readouterr().out
    origins = json.loads((brand / "knowledge/.origins.json").read_text("utf-8"))
    assert origins["knowledge/qa/faq.md"]["licence"] == "own"


def test_chats_become_knowledge_only_by_way_of_a_person(brand, tmp_path, capsys):
    (tmp_path / "log.txt").write_text(CHAT, "utf-8")
    assert main(["knowledge", "add", str(tmp_path / "log.txt"), "--as", "chats"]) == 0
    assert re.search(r"1 questions from 1 answers .* 1 with personal data", capsys.readouterr().out)
    review = brand / "review" / "log.jsonl"
    assert "13812345678" not in review.read_text("utf-8")
    review.write_text(review.read_text("utf-8").replace("null", "true"), "utf-8")
    assert main(["knowledge", "accept", str(review)]) == 0
    assert main(["knowledge", "search", "吊灯怎么安装"]) == 0
    assert "盒内有图解说明书" in capsys.readouterr().out


def test_one_bad_file_of_a_folder_is_named_and_the_rest_is_answered_from(brand, tmp_path, capsys):
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.md").write_text("# 停车\n\n门店有免费停车场。\n", "utf-8")
    (folder / "b.pdf").write_text("<!doctype html><html>Login</html>", "utf-8")
    assert main(["knowledge", "add", str(folder)]) == 1
    told = capsys.readouterr()
    assert "+ knowledge/news/a.md" in told.out
    assert told.err.count("news/b.pdf cannot be read: it is a web page, not .pdf.") == 1
