"""Pictures and scanned pages of real Chinese text, read where the extra `ocr` is installed."""

import io
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont

from knowledge import convert, office, scans, unread_pages
from knowledge.convert import converted
from knowledge.index import Builder
from knowledge.paging import PAGE
from knowledge.scans import is_installed
from knowledge.search import BrandKnowledge
from knowledge.unreadable import UnreadableError
from tests.knowledge.test_collect import collected, pdf_file

LINES = ("退换货政策", "签收后7天内可以退货，商品必须未拆封。", "新疆运费18元，华东免运费。")
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
)


@pytest.fixture
def font() -> ImageFont.FreeTypeFont:
    found = next((path for path in FONTS if Path(path).exists()), None)
    if found is None:
        pytest.skip("no Chinese font here (apt-get install fonts-noto-cjk)")
    return ImageFont.truetype(found, 30)


needs_ocr = pytest.mark.skipif(not is_installed(), reason="needs the extra ocr (rapidocr)")


def drawn(lines: Sequence[str], font: ImageFont.FreeTypeFont, step: int = 80) -> Image.Image:
    picture = Image.new("RGB", (900, 120 + step * len(lines)), "white")
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        pen.text((60, 60 + step * number), line, fill="black", font=font)
    return picture


@needs_ocr
def test_a_picture_says_what_stands_in_it(tmp_path: Path, font: ImageFont.FreeTypeFont) -> None:
    for suffix in (".png", ".jpg", ".webp"):
        drawn(LINES, font).save(tmp_path / f"a{suffix}")
        text = converted(tmp_path / f"a{suffix}")
        assert [line.replace(",", "，") for line in text.split("\n") if line] == list(LINES)


@needs_ocr
async def test_a_scanned_document_is_read_by_the_child_under_its_limits(
    tmp_path: Path, font: ImageFont.FreeTypeFont
) -> None:
    folder = tmp_path / "shop" / "knowledge"
    folder.mkdir(parents=True)
    pages = [drawn(LINES[:2], font), drawn(LINES[2:], font)]
    pages[0].save(folder / "scan.pdf", save_all=True, append_images=pages[1:])
    found = await collected(folder.parent, tmp_path / "cache")
    text = found.texts["knowledge/scan.pdf"]
    assert all(line.rstrip("。") in text.replace(",", "，") for line in LINES)


@needs_ocr
def test_a_scanned_page_stands_where_it_stands_in_the_document(
    tmp_path: Path, font: ImageFont.FreeTypeFont
) -> None:
    drawn(LINES[:1], font).save(tmp_path / "scan.pdf")
    with (
        pypdfium2.PdfDocument.new() as whole,
        pypdfium2.PdfDocument(pdf_file(tmp_path / "text.pdf")) as text,
        pypdfium2.PdfDocument(tmp_path / "scan.pdf") as scan,
    ):
        for part in (text, scan, text):
            whole.import_pages(part)
        whole.save(tmp_path / "whole.pdf")
    told = converted(tmp_path / "whole.pdf")
    assert told.count("Unopened") == 2
    assert told.index("Unopened") < told.index(LINES[0]) < told.rindex("Unopened")


@needs_ocr
def test_a_long_picture_is_read_in_pieces_and_no_line_is_lost_or_doubled(
    tmp_path: Path, font: ImageFont.FreeTypeFont
) -> None:
    lines = [f"第{number}条说明共{number * 37}个字" for number in range(1, 61)]
    drawn(lines, font, step=66).save(tmp_path / "long.png")
    text = converted(tmp_path / "long.png")
    assert [line for line in text.split("\n") if line] == lines


async def test_without_the_extra_a_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scans, "is_installed", lambda: False)
    picture = Image.new("RGB", (80, 80), "white")
    picture.save(tmp_path / "a.png")
    picture.save(tmp_path / "a.pdf")
    for name in ("a.png", "a.pdf"):
        with pytest.raises(UnreadableError) as caught:
            converted(tmp_path / name)
        assert caught.value.advice.endswith("pip install 'digital-human[ocr]'.")


def half_scanned(folder: Path, picture: Image.Image) -> Path:
    """Text, a scanned page, text."""
    picture.save(folder / "picture.pdf")
    with (
        pypdfium2.PdfDocument.new() as whole,
        pypdfium2.PdfDocument(pdf_file(folder / "layer.pdf")) as text,
        pypdfium2.PdfDocument(folder / "picture.pdf") as scan,
    ):
        for part in (text, scan, text):
            whole.import_pages(part)
        whole.save(folder / "whole.pdf")
    for name in ("picture.pdf", "layer.pdf"):
        (folder / name).unlink()
    return folder / "whole.pdf"


def test_without_the_extra_the_scanned_pages_are_named_and_the_others_keep_their_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(convert, "is_installed", lambda: False)
    text = converted(half_scanned(tmp_path, Image.new("RGB", (80, 80), "white")))
    assert [int(number) for number in PAGE.findall(text)] == [1, 3]
    assert text.count("Unopened") == 2
    monkeypatch.setattr(unread_pages, "can_read_pictures", lambda: False)
    assert unread_pages.unread_in("a.pdf", text) == (
        "a.pdf: pages 2 are pictures and were not read; "
        "pip install 'digital-human[ocr]' reads them."
    )


def test_pages_are_named_by_their_ranges() -> None:
    assert unread_pages.note_of([7, 2, 3, 4, 12]) == "<!-- not read: pages 2-4, 7, 12 -->"


@needs_ocr
async def test_pages_that_were_not_read_are_once_the_extra_is_there(
    builder: Builder,
    tmp_path: Path,
    font: ImageFont.FreeTypeFont,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    half_scanned(builder.brand.folder / "knowledge", drawn(LINES[1:2], font))
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text(
        "import importlib.util as util\nfind = util.find_spec\n"
        "util.find_spec = lambda name, *more: None if name == 'rapidocr' else find(name, *more)\n"
    )
    with monkeypatch.context() as without:
        without.setenv("PYTHONPATH", str(hidden))
        without.setattr(office, "can_read_pictures", lambda: False)
        await builder.build()
        assert (await builder.build()).version == 1
    assert caplog.text.count("knowledge/whole.pdf: pages 2 are pictures and were not read") == 1
    report = await builder.build()
    assert (report.version, (await builder.build()).version) == (2, 2)
    knowledge = await BrandKnowledge.open_with(builder)
    found = await knowledge.passages("knowledge/whole.pdf")
    assert any("签收后7天" in one.text for one in found)


def test_a_text_layer_is_read_without_any_extra(tmp_path: Path) -> None:
    assert "Unopened it keeps" in converted(pdf_file(tmp_path / "a.pdf"))


@needs_ocr
def test_a_picture_of_too_many_pixels_is_refused(tmp_path: Path) -> None:
    content = io.BytesIO()
    Image.new("1", (20_000, 6_000)).save(content, "png")
    (tmp_path / "a.png").write_bytes(content.getvalue())
    with pytest.raises(UnreadableError, match="more than 89 megapixels"):
        converted(tmp_path / "a.png")
