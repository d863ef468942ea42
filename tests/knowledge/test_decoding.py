"""Texts in every encoding that Chinese shops have, and in several at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.decoding import UndecodableError, decoded, decoded_html

PLAIN = "# 退换货政策\n签收后 7 天内可以退货，商品必须未拆封。\nMade in China\n运费 18 元\n"
TRADITIONAL = "# 退換貨政策\n簽收後 7 天內可以退貨，商品必須未拆封。\n運費 18 元\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((PLAIN, name) for name in ("utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030")),
        *((PLAIN, name) for name in ("utf-16-le", "utf-16-be")),
        *((TRADITIONAL, name) for name in ("utf-8", "big5", "gb18030", "utf-16")),
    ],
)
def test_a_text_comes_out_as_it_was_written(text: str, encoding: str) -> None:
    assert decoded(text.encode(encoding)) == text


def test_short_texts_are_told_apart() -> None:
    for text in ("运费多少", "可以退货吗？", "门店地址", "包邮"):
        assert decoded(text.encode("gbk")) == text
    for text in ("運費多少元", "可以退貨嗎？", "請問店在哪裡"):
        assert decoded(text.encode("big5")) == text


def test_lines_of_several_encodings_come_out_each_in_its_own() -> None:
    lines = (
        PLAIN.encode("utf-8") + "价格 168 元，可以退货。\n".encode("gbk") + "最后一行\n".encode()
    )
    assert decoded(lines) == PLAIN + "价格 168 元，可以退货。\n最后一行\n"


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\xff",
        "退货政策".encode() + b"\xff\xfe\xfa",
        "签收后七天内可以退货。\n".encode()[:-2] + b"\n",
        b"\xff\xfe" + "退货".encode("utf-16-le") + b"\xd8",
        bytes(range(128, 256)) * 3,
    ],
)
def test_what_is_no_text_is_refused_and_never_guessed(content: bytes) -> None:
    with pytest.raises(UndecodableError):
        decoded(content)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_text_or_refused(content: bytes) -> None:
    try:
        decoded(content)
    except UndecodableError:
        return


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("文字".encode(), "文字"),
        ("文字".encode("utf-8-sig"), "文字"),
        ("文字".encode("utf-16"), "文字"),
        ("文字".encode("gb18030"), "文字"),
        (b"", ""),
    ],
)
def test_text_is_decoded(content: bytes, text: str) -> None:
    assert decoded(content) == text
    assert decoded_html(content) == text


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"\xff\xff\xff", b"\x80abc\xfe"])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(UndecodableError):
        decoded(content)


def test_a_page_with_a_wrong_charset_is_still_read() -> None:
    page = '<meta charset="no-such">文字'.encode()
    assert decoded_html(page).endswith("文字")
