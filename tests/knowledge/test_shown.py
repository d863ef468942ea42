"""What a person does not see in a file is not told to customers, and what he sees is."""

import io
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.filters import FilterColumn, Filters

from knowledge.letters import letter, own_words
from knowledge.sheets import workbook_text
from knowledge.unreadable import UnreadableError
from knowledge.word_text import word_html
from tests.knowledge.test_collect import RELATIONS, TYPES


def book(path: Path, *rows: list[object]) -> tuple[Workbook, Path]:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    return made, path


def test_hidden_rows_and_columns_are_left_out_and_counted(tmp_path: Path) -> None:
    made, path = book(
        tmp_path / "a.xlsx",
        ["地区", "成本", "运费"],
        ["华东", 3, 6],
        ["内部", 1, 99],
        ["新疆", 9, 18],
    )
    made.active.row_dimensions[3].hidden = True
    made.active.column_dimensions["B"].hidden = True
    made.save(path)
    assert workbook_text(path) == (
        "## Sheet\n\n| 地区 | 运费 |\n| --- | --- |\n| 华东 | 6 |\n| 新疆 | 18 |\n\n"
        "<!-- left out: 2 hidden rows and columns -->"
    )


def test_rows_that_a_filter_hides_just_now_are_read(tmp_path: Path) -> None:
    made, path = book(tmp_path / "a.xlsx", ["地区", "运费"], ["华东", 6], ["新疆", 18])
    made.active.auto_filter.ref = "A1:B3"
    chosen = FilterColumn(colId=0, filters=Filters(filter=["华东"]))
    made.active.auto_filter.filterColumn.append(chosen)
    made.active.row_dimensions[3].hidden = True
    made.save(path)
    assert "| 新疆 | 18 |" in workbook_text(path)


def test_a_merged_header_below_a_hidden_row_is_still_a_header(tmp_path: Path) -> None:
    made, path = book(
        tmp_path / "a.xlsx",
        ["内部编号", "x", "y"],
        ["地区", "运费", None],
        [None, "标准", "次日达"],
        ["华东", 6, 12],
    )
    made.active.merge_cells("B2:C2")
    made.active.merge_cells("A2:A3")
    made.active.row_dimensions[1].hidden = True
    made.save(path)
    assert "| 地区 | 运费 标准 | 运费 次日达 |" in workbook_text(path)


def test_a_workbook_of_headers_alone_is_refused_like_a_csv_file(tmp_path: Path) -> None:
    made, path = book(tmp_path / "a.xlsx", ["问题", "答案"])
    made.save(path)
    with pytest.raises(UnreadableError, match="a header line and no rows"):
        workbook_text(path)
    made.active.append(["几天到", "三天"])
    made.save(path)
    assert "三天" in workbook_text(path)


def test_a_table_that_begins_lower_than_its_neighbour_keeps_its_header(tmp_path: Path) -> None:
    made, path = book(
        tmp_path / "a.xlsx",
        ["各地运费"],
        ["地区", "运费", None, "门店", "电话"],
        ["华东", 6, None, "北京店", "400-1"],
        ["新疆", 18, None, "上海店", "400-2"],
    )
    made.save(path)
    text = workbook_text(path)
    assert "| 门店 | 电话 |\n| --- | --- |\n| 北京店 | 400-1 |" in text
    assert "| 地区 | 运费 |\n| --- | --- |\n| 华东 | 6 |" in text


THREAD = """Hi Ann,

We ship to Norway within 6 days.

On Mon, Oct 5, 2026 at 9:12 AM Ann
<ann@example.org> wrote:

> Do you ship to Norway?
>> In 20 days.
"""
CHINESE = """您好，

退货请寄到仓库。

在 2026年10月1日，李女士写道：
> 怎么退货？

--
客服小王
13800138000
"""
FORWARDED = "---------- Forwarded message ---------\n十天。"
OUTLOOK = """三天内到账。

发件人: 客户
发送时间: 2026年10月5日 9:12
收件人: 客服
主题: 退款

以前是七天到账。
"""


@pytest.mark.parametrize(
    ("text", "own", "left_out"),
    [
        (THREAD, "Hi Ann,\n\nWe ship to Norway within 6 days.", 4),
        (CHINESE, "您好，\n\n退货请寄到仓库。", 5),
        (OUTLOOK, "三天内到账。", 5),
        ("两天。\n-----Original Message-----\n十天。\n", "两天。", 2),
        ("两天。\n------------------ 原始邮件 ------------------\n十天。\n", "两天。", 2),
        ("运费表\n-- 华东 6 元\n-- 新疆 18 元", "运费表\n-- 华东 6 元\n-- 新疆 18 元", 0),
        ("From: our shop\nWe ship in 3 days.", "From: our shop\nWe ship in 3 days.", 0),
        ("他在 3 楼写道：\n不行。", "他在 3 楼写道：\n不行。", 0),
        ("> 全部是引用。\n> 就这些。", "> 全部是引用。\n> 就这些。", 0),
        (
            "---------- Forwarded message ---------\n十天。",
            "---------- Forwarded message ---------\n十天。",
            0,
        ),
    ],
)
def test_of_a_thread_the_newest_letter_counts(text: str, own: str, left_out: int) -> None:
    told, count = own_words(text)
    assert (told.strip(), count) == (own, left_out)


def test_attachments_are_counted_and_the_subject_is_what_it_is_about() -> None:
    message = EmailMessage()
    message["Subject"] = "回复：Re: 运费"
    message.set_content("六元。")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="价目.pdf")
    read = letter(bytes(message))
    assert (read.subject, read.text.strip()) == ("运费", "六元。")
    assert read.notes == ("<!-- left out: 1 attachments -->",)


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
BODY = (
    '<w:p><w:pPr><w:pStyle w:val="T"/></w:pPr><w:r><w:t>保修</w:t></w:r></w:p>'
    '<w:p><w:pPr><w:pStyle w:val="H"/></w:pPr><w:r><w:t>期限</w:t></w:r></w:p>'
    '<w:p><w:r><w:t>保修两年</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'
    '<w:del w:id="1"><w:r><w:delText>一年</w:delText></w:r></w:del></w:p>'
)
STYLES = (
    '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 1"/></w:style>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARTS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="f" Type="{OFFICE}/footnotes" Target="footnotes.xml"/>'
    f'<Relationship Id="s" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
)


def test_a_footnote_stands_by_its_rule_and_headings_under_the_title() -> None:
    file = io.BytesIO()
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>电池除外。</w:t></w:r></w:p></w:footnote>'
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("_rels/.rels", RELATIONS)
        package.writestr("word/_rels/document.xml.rels", PARTS)
        for name, root, inside in (
            ("document", "document", f"<w:body>{BODY}</w:body>"),
            ("styles", "styles", STYLES),
            ("footnotes", "footnotes", note),
        ):
            text = f'<w:{root} xmlns:w="{WORD}">{inside}</w:{root}>'
            package.writestr(f"word/{name}.xml", text)
    assert word_html(file) == (
        '<h1 class="title">保修</h1><h2>期限</h2><p>保修两年（注：电池除外。）</p>'
    )
