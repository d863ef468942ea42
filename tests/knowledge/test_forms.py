"""What was filled into a PDF form is read, on its page."""

from pathlib import Path

from knowledge.convert import converted
from knowledge.forms import Field, fields_by_page, with_fields
from tests.knowledge.pdf_parts import write_pdf


def form_file(path: Path, *fields: tuple[str, str, str]) -> Path:
    """Two pages; on the second a form: name, what it is called, value."""
    content = b"BT /F1 24 Tf 72 720 Td (%s) Tj ET"
    first, second = content % b"About us", content % b"Delivery"
    kids = b" ".join(b"%d 0 R" % (8 + number) for number in range(len(fields)))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 7 0 R>>>>"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[%s]/NeedAppearances true>>>>" % kids,
        b"<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>",
        page + b"/Contents 5 0 R>>",
        page + b"/Contents 6 0 R/Annots[%s]>>" % kids,
        b"<</Length %d>>stream\n%s\nendstream" % (len(first), first),
        b"<</Length %d>>stream\n%s\nendstream" % (len(second), second),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for name, called, value in fields:
        told = [part.encode("utf-16").hex().encode() for part in (name, called, value)]
        parts.append(
            b"<</Type/Annot/Subtype/Widget/FT/Tx/Rect[72 600 300 620]/P 4 0 R"
            b"/T<%s>/TU<%s>/V<%s>>>" % tuple(b"FEFF" + _swapped(one) for one in told)
        )
    return write_pdf(path, parts)


def _swapped(told: bytes) -> bytes:
    """Big-endian without the mark, from what Python writes."""
    return bytes.fromhex(told.decode()).decode("utf-16").encode("utf-16-be").hex().encode()


def test_the_values_of_a_form_stand_on_its_page_under_what_the_fields_are_called(
    tmp_path: Path,
) -> None:
    file = form_file(
        tmp_path / "form.pdf",
        ("fee", "新疆运费", "18 元"),
        ("form1.days", "", "48 小时内"),
        ("empty", "备注", ""),
    )
    assert fields_by_page(file) == {1: (Field("新疆运费", "18 元"), Field("days", "48 小时内"))}
    told = converted(file)
    assert told.index("<!-- page 2 -->") < told.index("- 新疆运费: 18 元")
    assert "- days: 48 小时内" in told
    assert "备注" not in told


def test_a_value_that_the_page_shows_is_not_said_twice() -> None:
    fields = (Field("Fee", "18 yuan"), Field("Days", "two"))
    assert with_fields("Fee 18  yuan", fields) == "Fee 18  yuan\n\n- Days: two"
