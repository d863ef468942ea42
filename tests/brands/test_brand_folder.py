"""A brand folder is read whole, or refused with one line that says what to mend."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from pathlib import Path

import pytest

from knowledge.brand import BrandError, WorkingHours
from knowledge.brand_folder import load_brand
from knowledge.brand_lines import TOOL_ARGUMENTS
from tests.brands.small_brand import (
    CASES,
    CATALOG,
    CATALOG_HEADER,
    ORDERS,
    ORDERS_HEADER,
    TOML,
    write_brand,
)
from tools.toolbox import TOOLS


@pytest.fixture
def folder(tmp_path):
    return write_brand(tmp_path / "lamps")


def test_a_whole_folder_is_read(folder):
    brand = load_brand(folder)
    assert (brand.id, brand.currency, brand.timezone.key) == ("lamps", "CNY", "Asia/Shanghai")
    assert [product.price_cents for product in brand.products] == [16800, 17850, 129900]
    assert brand.products[0].aliases == ("晨光台灯", "读书灯")
    assert brand.products[2].summary.endswith("\n直径60厘米")
    assert [order.amount_cents for order in brand.demo_orders] == [16800, 52500, 17850, 129900]
    assert brand.demo_orders[1].lines[1].quantity == 2
    assert [example.text for example in brand.examples] == ["帮我查LA20261101001", "你好"]
    assert brand.hours == WorkingHours(time(9), time(21))


def test_what_is_optional_may_be_left_out(folder):
    for name in ("demo", "cases", "images"):
        shutil.rmtree(folder / name)
    (folder / "examples.jsonl").unlink()
    (folder / "brand.toml").write_text(TOML[: TOML.index("[tools]")], encoding="utf-8")
    (folder / "catalog.csv").write_text(CATALOG_HEADER + "\n", encoding="utf-8")
    brand = load_brand(folder)
    assert (brand.products, brand.demo_orders, brand.examples) == ((), (), ())
    assert len(brand.tools) == len(TOOLS)
    assert (brand.orders_source, brand.payment.provider) == ("demo", "demo")
    assert (brand.payment.allowed_hosts, brand.hours) == (("localhost",), None)


def test_a_byte_order_mark_as_spreadsheets_write_it_does_no_harm(folder):
    for name in ("brand.toml", "catalog.csv", "demo/orders.csv", "examples.jsonl"):
        path = folder / name
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(load_brand(folder).products) == 3


def test_columns_may_stand_in_another_order_and_lines_end_as_on_windows(folder):
    rows = [line.split(",") for line in ORDERS.splitlines()]
    text = "\r\n".join(",".join(reversed(row)) for row in rows) + "\r\n"
    (folder / "demo/orders.csv").write_bytes(text.encode())
    assert load_brand(folder).demo_orders[0].order_id == "LA20261101001"


def test_the_arguments_known_for_examples_are_those_of_the_tools():
    schemas = {tool.name: set(tool.tool_call_schema.model_fields) for tool in TOOLS}
    assert {name: set(args) for name, args in TOOL_ARGUMENTS.items()} == schemas


@dataclass(frozen=True)
class Broken:
    """One way to break a folder, and what the complaint must say."""

    what: str
    file: str
    change: Callable[[str], str]
    says: tuple[str, ...]


def swap(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def add(line: str) -> Callable[[str], str]:
    return lambda text: text + line + "\n"


def toml(what: str, old: str, new: str, *says: str) -> Broken:
    return Broken(what, "brand.toml", swap(old, new), ("brand.toml", *says))


def catalog(what: str, old: str, new: str, *says: str) -> Broken:
    return Broken(what, "catalog.csv", swap(old, new), ("catalog.csv", *says))


def orders(what: str, old: str, new: str, *says: str) -> Broken:
    return Broken(what, "demo/orders.csv", swap(old, new), ("demo/orders.csv", *says))


def line(what: str, file: str, text: str, *says: str) -> Broken:
    return Broken(what, file, add(text), (file, *says))


NEW_ORDER = "LA1,u-1,5566,paid,2026-11-01T20:15:00+08:00,L-1x1,168.00,CNY,,,"
BROKEN = [
    toml("no toml", "[brand]", "[brand", "line 1"),
    toml("unknown key", 'id = "lamps"', 'id = "lamps"\ncolour = "red"', "brand.colour", "no such"),
    toml("unknown section", "[handoff]", "[hand_off]", "hand_off"),
    toml("missing key", 'currency = "CNY"\n', "", "brand.currency", "found nothing"),
    toml("language", 'language = "zh"', 'language = "fr"', "brand.language", "'zh' or 'en'", "fr"),
    toml("empty name", "灯火小铺", " ", "brand.name", "some text"),
    toml("bad id", '"lamps"', '"La mps"', "brand.id"),
    toml("currency", '"CNY"', '"yuan"', "brand.currency", "yuan"),
    toml("time zone", "Asia/Shanghai", "Asia/Atlantis", "brand.timezone", "Atlantis"),
    toml("time zone that is a folder", "Asia/Shanghai", "Asia", "brand.timezone"),
    toml("time zone that leads out", "Asia/Shanghai", "../UTC", "brand.timezone"),
    toml("unknown tool", '"verify_order"', '"verify"', "tools.enabled.2", "verify"),
    toml("a tool twice", '"verify_order"', '"list_orders"', "tools.enabled", "once"),
    toml("provider", 'provider = "demo"', 'provider = "paypal"', "payment.provider", "paypal"),
    toml("host with scheme", '["localhost"]', '["https://a.example"]', "payment.allowed_hosts.0"),
    toml("no hosts", '["localhost"]', "[]", "payment.allowed_hosts"),
    toml("hours", "09:00-21:00", "9-21", "handoff.hours", "HH:MM-HH:MM", "9-21"),
    toml("hours that do not exist", "21:00", "24:30", "handoff.hours"),
    toml("no hours at all", "09:00-21:00", "09:00-09:00", "handoff.hours", "two different"),
    toml("plain http", 'source = "demo"', 'source = "http://shop.example"', "orders.source"),
    toml("number for text", '"小灯"', "7", "brand.agent_name", "7"),
    catalog("columns", "summary\n", "text\n", "line 1", "summary"),
    catalog("short row", "L-2,", "L-2", "line 3", "10 cells", "found 9"),
    catalog("same sku", "L-2,", "l-1,", "line 3, sku", "line 2"),
    catalog("same name", "星河吊灯", "晨光阅读台灯 白色", "line 4, name", "line 2"),
    catalog("price", "168.00", "168.005", "line 2, price", "168.00,", "168.005"),
    catalog("price with a sign", "168.00", "￥168", "line 2, price"),
    catalog("negative price", "178.5", "-178.5", "line 3, price"),
    catalog("price in other digits", "168.00", "１６８", "line 2, price"),
    catalog("currency of a row", ",CNY,12", ",rmb,12", "line 2, currency", "rmb"),
    catalog("stock", ",12,", ",many,", "line 2, stock", "many"),
    catalog("address", "https://lamps", "lamps", "line 2, url"),
    catalog("missing picture", "images/desk.jpg", "images/none.jpg", "line 2, images", "none.jpg"),
    catalog("picture outside", "images/desk.jpg", "images/../../x.jpg", "line 2, images", "inside"),
    catalog("absolute picture", "images/desk.jpg", "/x.jpg", "line 2, images", "inside"),
    catalog("alias is a name", "读书灯", "星河 吊灯", "line 2, aliases", "line 4"),
    catalog("alias is a sku", "读书灯", "l-3", "line 2, aliases", "line 4"),
    catalog("empty alias", "读书灯", "", "line 2, aliases"),
    catalog("no name", "星河吊灯,", ",", "line 4, name", "found nothing"),
    catalog("open quote", '60厘米"', "60厘米", "line 4", "CSV"),
    orders("items not in the catalogue", "L-1x1,", "L-9x1,", "line 2, items", "L-9"),
    orders("items without a count", "L-1x1,", "L-1,", "line 2, items", "SKUxQTY"),
    orders("none of an item", "L-1x1,", "L-1x0,", "line 2, items"),
    orders("status", "shipped", "sent", "line 2, status", "unpaid paid packed", "sent"),
    orders("time without offset", "+08:00", "", "line 2, created_at", "offset"),
    orders("no time", "2026-11-01T", "2026-13-01T", "line 2, created_at"),
    orders("phone", "5566", "556", "line 2, phone_tail", "four digits"),
    orders("no phone", "5566", "", "line 2, phone_tail", "found nothing"),
    orders("amount", "168.00", "168,00", "line 2", "cells"),
    orders("no customer", "u-1", "", "line 2, customer_id"),
    orders("columns of orders", ORDERS_HEADER, ORDERS_HEADER[:-5], "line 1", "note"),
    line("same order", "demo/orders.csv", NEW_ORDER.replace("LA1", "la20261101001"), "line 6"),
    line("no json", "examples.jsonl", "{", "line 4", "JSON"),
    line("no object", "examples.jsonl", "[]", "line 4"),
    line("example without calls", "examples.jsonl", '{"text": "x"}', "line 4, calls"),
    line(
        "unknown tool in an example",
        "examples.jsonl",
        '{"text": "x", "calls": [{"tool": "fly", "args": {}}]}',
        "line 4, calls.0.tool",
        "fly",
    ),
    line(
        "unknown argument",
        "examples.jsonl",
        '{"text": "x", "calls": [{"tool": "list_orders", "args": {"customer": "u"}}]}',
        "line 4",
        "customer",
    ),
    line(
        "argument of another type",
        "examples.jsonl",
        '{"text": "x", "calls": [{"tool": "create_payment_link", "args": {"quantity": "2"}}]}',
        "line 4",
        "int",
    ),
    line("unknown key in a case", "cases/first.jsonl", '{"id": "a", "turn": []}', "line 3, turn"),
    line("case without turns", "cases/first.jsonl", '{"id": "a", "turns": []}', "line 3, turns"),
    line("same case", "cases/first.jsonl", CASES.splitlines()[1], "line 3, id", "c-2"),
]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.what)
def test_a_broken_folder_is_refused_in_one_line_that_names_the_place(broken, folder):
    path = folder / broken.file
    path.write_text(broken.change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(BrandError) as caught:
        load_brand(folder)
    message = str(caught.value)
    assert "\n" not in message
    for part in (*broken.says, "expected", "found"):
        assert part in message


@pytest.mark.parametrize("name", ["brand.toml", "catalog.csv", "knowledge"])
def test_what_must_be_there_is_missed(name, folder):
    path = folder / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(BrandError, match=name):
        load_brand(folder)


def test_a_folder_that_is_not_there_is_no_brand(tmp_path):
    with pytest.raises(BrandError, match="nowhere: expected a brand folder, found none"):
        load_brand(tmp_path / "nowhere")


def test_a_file_in_another_encoding_is_refused_with_its_line(folder):
    (folder / "catalog.csv").write_bytes(CATALOG.encode("gbk"))
    with pytest.raises(BrandError, match=r"catalog\.csv, line 2: expected UTF-8"):
        load_brand(folder)


def test_a_picture_may_not_lead_out_by_a_symbolic_link(folder):
    outside = folder.parent / "secret.jpg"
    outside.write_text("secret")
    (folder / "images/desk.jpg").unlink()
    (folder / "images/desk.jpg").symlink_to(outside)
    with pytest.raises(BrandError, match=r"line 2, images: expected a file inside"):
        load_brand(folder)


def test_a_password_in_the_address_of_the_orders_is_never_shown(folder):
    path = folder / "brand.toml"
    path.write_text(TOML.replace('"demo"', '"ftp//x:hunter2@db/shop"', 1), encoding="utf-8")
    with pytest.raises(BrandError) as caught:
        load_brand(Path(folder))
    assert "orders.source" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_two_products_may_share_an_alias_and_a_night_shift_may_pass_midnight(folder):
    path = folder / "brand.toml"
    path.write_text(TOML.replace("09:00-21:00", "18:00-02:00"), encoding="utf-8")
    brand = load_brand(folder)
    assert brand.hours == WorkingHours(time(18), time(2))
    assert all("晨光台灯" in product.aliases for product in brand.products[:2])
