"""Tables as people make them."""

from datetime import time
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from openpyxl import Workbook

from knowledge.convert import converted
from knowledge.delimited import csv_text
from knowledge.grid import grid_text
from knowledge.html_tables import plainer
from knowledge.html_text import markdown_of
from tests.knowledge.test_collect import word_file


def test_title_note_and_a_second_table_do_not_get_into_the_first() -> None:
    rows = [
        ["花店价目", "", ""],
        ["区域", "运费", "时效"],
        ["市区", "10", "当天"],
        ["注：满199元免运费。", "", ""],
        ["", "", ""],
        ["会员", "折扣", ""],
        ["金卡", "九折", ""],
    ]
    assert grid_text(rows).split("\n\n") == [
        "花店价目",
        "| 区域 | 运费 | 时效 |\n| --- | --- | --- |\n| 市区 | 10 | 当天 |",
        "注：满199元免运费。",
        "| 会员 | 折扣 |\n| --- | --- |\n| 金卡 | 九折 |",
    ]


def test_a_row_that_lacks_the_rest_stays_a_row() -> None:
    text = grid_text([["服务", "价格"], ["清洗", ""], ["安装", "80元"]])
    assert "| 清洗 |  |" in text
    assert "###" not in text


def test_what_is_merged_over_the_whole_width_heads_the_rows_that_follow() -> None:
    rows = [["城市", "首重"], ["华东", "华东"], ["上海", "8"], ["西北", "西北"], ["西安", "15"]]
    table = "| 城市 | 首重 |\n| --- | --- |\n"
    assert grid_text(rows).split("\n\n") == [
        "### 华东",
        f"{table}| 上海 | 8 |",
        "### 西北",
        f"{table}| 西安 | 15 |",
    ]


def test_tables_beside_each_other_are_two() -> None:
    rows = [["城市", "首重", "", "会员", "折扣"], ["上海", "8", "", "金卡", "九折"]]
    first, second = grid_text(rows).split("\n\n")
    assert first.startswith("| 城市 | 首重 |")
    assert second.endswith("| 金卡 | 九折 |")


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        (
            [["客服电话", "400-800-1234"], ["地址", "人民路8号"]],
            ["客服电话：400-800-1234", "地址：人民路8号"],
        ),
        ([["Open", "9:00-21:00"], ["Phone", "020 5550"]], ["Open: 9:00-21:00", "Phone: 020 5550"]),
    ],
)
def test_pairs_without_a_header_are_told_as_pairs(rows: list[list[str]], lines: list[str]) -> None:
    assert grid_text(rows) == "\n".join(f"- {line}" for line in lines)


@pytest.mark.parametrize("name", ["运费", "2026年价格", "2026年", "满99元运费"])
def test_a_header_is_no_pair(name: str) -> None:
    assert grid_text([["区域", name], ["市区", "10"]]).startswith(f"| 区域 | {name} |")


@pytest.mark.parametrize("value", ["是", "免费", "√", "10", "yes", ""])
def test_the_same_value_in_all_columns_is_no_heading(value: str) -> None:
    assert "###" not in grid_text([["标准", "会员"], [value, value], ["1", "2"]])


def test_a_spreadsheet_exported_as_csv_keeps_its_tables_apart() -> None:
    text = csv_text("价目表,,\n区域,运费,时效\n市区,10,当天\n,,\n备注：节假日顺延,,\n")
    assert text.split("\n\n")[0] == "价目表"
    assert text.endswith("备注：节假日顺延")


def test_a_header_of_two_rows_becomes_one(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["花店价目（2026）"])
    sheet.merge_cells("A1:E1")
    sheet.append(["区域", "标准", None, "加急", None])
    sheet.append([None, "运费(元)", "时效", "运费(元)", "时效"])
    for area in ("A2:A3", "B2:C2", "D2:E2"):
        sheet.merge_cells(area)
    sheet.append(["市区", 10, "当天", 25, time(2, 0)])
    book.save(tmp_path / "a.xlsx")
    text = converted(tmp_path / "a.xlsx")
    assert "| 区域 | 标准 运费(元) | 标准 时效 | 加急 运费(元) | 加急 时效 |" in text
    assert "| 市区 | 10 | 当天 | 25 | 02:00 |" in text


TABLE = """
<table><caption>套餐资费</caption>
<tr><th rowspan=2>套餐</th><th colspan=2>流量</th><th rowspan=2>月费</th></tr>
<tr><th>国内</th><th>港澳</th></tr>
<tr><td rowspan=2>畅享</td><td>30GB</td><td>1GB</td><td>59元</td></tr>
<tr><td>60GB</td><td>2GB</td><td>89<br>元</td></tr></table>
"""


def test_each_value_of_a_web_table_stands_under_its_own_header() -> None:
    assert markdown_of(TABLE).markdown.strip() == (
        "套餐资费\n\n"
        "| 套餐 | 流量 国内 | 流量 港澳 | 月费 |\n| --- | --- | --- | --- |\n"
        "| 畅享 | 30GB | 1GB | 59元 |\n| 畅享 | 60GB | 2GB | 89 元 |"
    )


def test_pages_from_the_web_have_theirs_made_plain_first() -> None:
    page = BeautifulSoup(plainer(f"{TABLE}<dl><dt>退订</dt><dd>发TD。</dd></dl>"), "html.parser")
    rows = [[cell.string for cell in row.find_all(["th", "td"])] for row in page.find_all("tr")]
    assert rows == [
        ["套餐", "流量 国内", "流量 港澳", "月费"],
        ["畅享", "30GB", "1GB", "59元"],
        ["畅享", "60GB", "2GB", "89 元"],
    ]
    assert [bold.string for bold in page.find_all("b")] == ["退订"]


def test_a_link_in_a_table_stays_one_and_layout_stays_text() -> None:
    text = markdown_of(
        "<table><tr><td><p>Words.</p><table><tr><th>a</th><th>b</th></tr>"
        "<tr><td><a href='https://x.example/y'>Form</a></td><td>2</td></tr></table></td></tr></table>"
    ).markdown
    assert "[Form](https://x.example/y)" in text
    assert "Words." in text


def test_terms_and_summaries_stand_over_what_they_hide() -> None:
    text = markdown_of(
        "<dl><dt>怎么退订？</dt><dd>发短信TD。</dd></dl>"
        "<details><summary>能改套餐吗</summary><p>每月1次。</p></details>"
    ).markdown
    assert [line for line in text.split("\n") if line] == [
        "**怎么退订？**",
        "发短信TD。",
        "**能改套餐吗**",
        "每月1次。",
    ]


def test_a_word_table_has_its_first_row_for_a_header(tmp_path: Path) -> None:
    text = converted(word_file(tmp_path / "a.docx"))
    assert "| 包装 | 价格 |\n| --- | --- |\n| 礼袋 | 免费 |" in text


@pytest.mark.parametrize("span", ["0", "-3", "x", "99999999"])
def test_a_span_may_say_anything(span: str) -> None:
    text = markdown_of(
        f"<table><tr><td colspan='{span}' rowspan='{span}'>a</td><td>b</td></tr></table>"
    ).markdown
    assert len(text) < 2000
    assert "b" in text
