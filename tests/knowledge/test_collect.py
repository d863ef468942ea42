"""Reading files of every kind, real ones, also where they are broken."""

import json
import re
import zipfile
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from openpyxl import Workbook
from pptx import Presentation

from knowledge.collect import READABLE, Collected, collect
from knowledge.convert import converted, main
from knowledge.office import Office
from knowledge.sheets import workbook_text
from knowledge.sources import SourceFile, list_sources
from tests.knowledge.pdf_parts import write_pdf

HTML = """<html><head><meta charset="gb2312"><title>发票说明</title><script>x()</script></head>
<body><h2>电子发票</h2><p>二十四小时内开具。</p><ul><li>不含运费</li></ul>
<table><tr><th>类型</th><th>时间</th></tr><tr><td>专票</td><td>7 天</td></tr></table>
</body></html>"""
# A sheet knows no time zones.
RESTOCKED = datetime(2026, 11, 2, 9, 30, tzinfo=UTC).replace(tzinfo=None)
WORD = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>礼品包装</w:t></w:r></w:p>'
    "<w:p><w:r><w:t>下单时勾选即可。</w:t></w:r></w:p>"
    "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>包装</w:t></w:r></w:p></w:tc>"
    "<w:tc><w:p><w:r><w:t>价格</w:t></w:r></w:p></w:tc></w:tr>"
    "<w:tr><w:tc><w:p><w:r><w:t>礼袋</w:t></w:r></w:p></w:tc>"
    "<w:tc><w:p><w:r><w:t>免费</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>"
)
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
    'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument'
    '.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)


def word_file(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("_rels/.rels", RELATIONS)
        package.writestr("word/document.xml", WORD)
    return path


def bomb_file(path: Path) -> Path:
    """A document of half a megabyte that unpacks to six hundred."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("_rels/.rels", RELATIONS)
        with package.open("word/document.xml", "w", force_zip64=True) as part:
            part.write(WORD.encode()[: -len("</w:body></w:document>")])
            for _ in range(600):
                part.write(b" " * 1024 * 1024)
    return path


def locked_file(path: Path) -> Path:
    """A PDF that wants a password."""
    pdf_file(path)
    content = path.read_bytes().replace(
        b"trailer<<", b"trailer<</Encrypt<</Filter/Standard/V 1/R 2/P -4/O(x)/U(y)>>/ID[(a)(b)]"
    )
    path.write_bytes(content)
    return path


def sheet_file(path: Path) -> Path:
    book = Workbook()
    sheet = book.active
    sheet.title = "价格"
    sheet.append(["商品", "价格", "折扣", "起始", "补货", "包邮"])
    sheet.append(["精华", 168, 0.85, date(2026, 11, 1), RESTOCKED, True])
    sheet.append(["面霜", 99.5, None, None, None, False])
    sheet["C2"].number_format = "0%"
    sheet.merge_cells("F2:F3")
    book.create_sheet("草稿").sheet_state = "hidden"
    book.create_sheet("空")
    book.save(path)
    return path


def pdf_file(path: Path) -> Path:
    """The smallest file a reader accepts: one page, one line."""
    content = b"BT /F1 24 Tf 72 720 Td (Unopened it keeps 3 years.) Tj ET"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    return write_pdf(path, parts)


def sources_of(folder: Path) -> tuple[SourceFile, ...]:
    return list_sources(folder, READABLE).files


async def collected(folder: Path, cache: Path, seconds: float = 90) -> Collected:
    return await collect(sources_of(folder), Office(cache, seconds), lambda _: None)


async def read_all(folder: Path, cache: Path, seconds: float = 90) -> dict[str, str]:
    found = await collected(folder, cache, seconds)
    assert found.unreadable == {}
    return found.texts


async def test_every_kind_of_file_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "shop" / "knowledge"
    folder.mkdir(parents=True)
    (folder / "a.md").write_text("# 甲\n", "utf-8-sig")
    (folder / "b.txt").write_bytes("旧编码的文字".encode("gb18030"))
    (folder / "c.csv").write_text("地区,运费\n华东,6元\n", "utf-8")
    (folder / "d.html").write_bytes(HTML.encode("gb18030"))
    word_file(folder / "e.docx")
    sheet_file(folder / "f.xlsx")
    pdf_file(folder / "g.pdf")
    texts = await read_all(tmp_path / "shop", tmp_path / "cache")
    assert texts["knowledge/a.md"] == "# 甲"
    assert texts["knowledge/b.txt"] == "旧编码的文字"
    assert texts["knowledge/c.csv"] == "| 地区 | 运费 |\n| --- | --- |\n| 华东 | 6元 |"
    html = texts["knowledge/d.html"]
    assert html.startswith("# 发票说明\n\n## 电子发票")
    assert "| 专票 | 7 天 |" in html
    assert "x()" not in html
    assert "# 礼品包装" in texts["knowledge/e.docx"]
    assert "| 礼袋 | 免费 |" in texts["knowledge/e.docx"]
    assert texts["knowledge/f.xlsx"].startswith("## 价格")
    assert "Unopened it keeps 3 years." in texts["knowledge/g.pdf"]
    # What was converted once is not converted again: no child could start in this time.
    assert await read_all(tmp_path / "shop", tmp_path / "cache", seconds=0.001) == texts


async def test_records_letters_and_slides_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    records = [{"地区": "华东", "运费": 6, "时效": None}, {"地区": "新疆", "运费": 18.5}]
    (folder / "a.json").write_text(json.dumps({"说明": "满额包邮", "运费": records}), "utf-8")
    (folder / "b.jsonl").write_text("\n".join(map(json.dumps, records)), "utf-8")
    letter = EmailMessage()
    letter["Subject"], letter["From"], letter["To"] = "换货说明", "li@example.com", "me@example.com"
    letter.set_content("三十天内可以换货。")
    (folder / "c.eml").write_bytes(letter.as_bytes())
    slides = Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[1])
    slide.shapes.title.text, slide.placeholders[1].text = "会员日", "每月十八日双倍积分"
    slides.save(folder / "d.pptx")
    texts = await read_all(tmp_path, tmp_path / "cache")
    table = "| 地区 | 运费 | 时效 |\n| --- | --- | --- |\n| 华东 | 6 |  |\n| 新疆 | 18.5 |  |"
    assert texts["knowledge/a.json"] == f"说明: 满额包邮\n\n# 运费\n\n{table}"
    assert texts["knowledge/b.jsonl"] == table
    assert texts["knowledge/c.eml"].startswith("# 换货说明\n\n三十天内可以换货。")
    assert "example.com" not in texts["knowledge/c.eml"]
    assert texts["knowledge/d.pptx"] == "# 会员日\n每月十八日双倍积分"


@pytest.mark.parametrize("text", ["{", "[1,", "[" * 100_000, '{"a":' * 9 + "1" + "}" * 9, "nan?"])
async def test_json_that_is_none_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "a.json").write_text(text, "utf-8")
    [why] = (await collected(tmp_path, tmp_path / "cache")).unreadable.values()
    assert why.startswith("knowledge/a.json cannot be read as .json (")


async def test_a_broken_office_file_is_named_with_a_remedy(tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "broken.docx").write_bytes(b"PK\x03\x04 no package")
    [why] = (await collected(tmp_path, tmp_path / "cache")).unreadable.values()
    assert re.search(r"^knowledge/broken\.docx cannot be read: .*save it", why)


BAD_TEXTS = {
    "empty.md": (b" \n", "it is empty"),
    "nothing.json": (b"[]", "there is no text in it"),
    "header.csv": ("地区,运费\n".encode(), "it has a header line and no rows"),
    "book.csv": (b"PK\x03\x04 nothing", "it is a .zip archive, not .csv"),
    "page.pdf": (b"<html><body>Login</body></html>", "it is a web page, not .pdf. Rename it"),
    "locked.docx": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "it is locked with a password",
    ),
    "old.xlsx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "an office file of an old format"),
    "cut.pdf": (b"%PDF-1.7\n1 0 obj<</Type/Catalog", "it is broken, or was cut off"),
    "text.png": (b"no picture", "it is broken, or no .png file"),
    "cut.txt": ("七天内可以退货。".encode()[:-1], "in none of the encodings"),
}


async def test_each_bad_file_gets_one_line_that_says_why(tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    for name, (content, _) in BAD_TEXTS.items():
        (folder / name).write_bytes(content)
    locked_file(folder / "locked.pdf")
    found = (await collected(tmp_path, tmp_path / "cache")).unreadable
    wanted = {name: why for name, (_, why) in BAD_TEXTS.items()}
    for name, why in (wanted | {"locked.pdf": "locked with a password"}).items():
        told = found[f"knowledge/{name}"]
        assert told.startswith(f"knowledge/{name} cannot be read: ")
        assert why in told
        assert "\n" not in told


async def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    word_file(folder / "slow.docx")
    [why] = (await collected(tmp_path, tmp_path / "cache", seconds=0.01)).unreadable.values()
    assert re.search(r"knowledge/slow\.docx .* more than 0\.01 s", why)


async def test_bad_files_stop_no_other(tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "binary.txt").write_bytes(b"\x00\x01")
    (folder / "broken.docx").write_bytes(b"PK\x03\x04 no package")
    bomb_file(folder / "bomb.docx")
    locked_file(folder / "locked.pdf")
    (folder / "mislabelled.pdf").write_bytes(b"GIF89a, a picture in truth")
    (folder / "empty.xlsx").write_bytes(b"")
    word_file(folder / "zz-good.docx")
    (folder / "zz-good.md").write_text("# 好\n", "utf-8")
    found = await collected(tmp_path, tmp_path / "cache")
    assert sorted(found.texts) == ["knowledge/zz-good.docx", "knowledge/zz-good.md"]
    bad = ["binary.txt", "bomb.docx", "broken.docx", "empty.xlsx", "locked.pdf", "mislabelled.pdf"]
    assert sorted(found.unreadable) == [f"knowledge/{name}" for name in bad]
    assert all(why.startswith(source) for source, why in found.unreadable.items())


async def test_a_file_that_changes_while_it_is_read_waits_for_the_next_build(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    word_file(folder / "a.docx")
    (folder / "b.md").write_text("旧", "utf-8")
    files = sources_of(tmp_path)
    for name in ("a.docx", "b.md"):
        (folder / name).write_bytes((folder / name).read_bytes() + b" ")
    found = await collect(files, Office(tmp_path / "cache"), lambda _: None)
    assert found.texts == {}
    assert all("next build" in why for why in found.unreadable.values())


def test_the_child_answers_for_each_file_in_turn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.xlsx").write_bytes(b"nothing")
    main([str(tmp_path / "bad.xlsx"), str(word_file(tmp_path / "good.docx"))])
    bad, good = capsys.readouterr().out.splitlines()
    assert bad.startswith('{"error"')
    assert good.startswith('{"text"')


def test_pdf_and_pages_are_converted(tmp_path: Path) -> None:
    assert "3 years" in converted(pdf_file(tmp_path / "a.pdf"))
    page = tmp_path / "b.htm"
    page.write_text("<title>标题</title><body><h1>已有</h1>正文</body>", "utf-8")
    assert converted(page).startswith("# 已有")


def test_a_workbook_shows_what_its_cells_show(tmp_path: Path) -> None:
    assert workbook_text(sheet_file(tmp_path / "a.xlsx")) == (
        "## 价格\n\n"
        "| 商品 | 价格 | 折扣 | 起始 | 补货 | 包邮 |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        "| 精华 | 168 | 85% | 2026-11-01 | 2026-11-02 09:30 | TRUE |\n"
        "| 面霜 | 99.5 |  |  |  | TRUE |"
    )
