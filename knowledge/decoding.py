"""Bytes to text: UTF-8 first, then what Chinese office software still writes."""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)


class UndecodableError(ValueError):
    """The bytes are no text in an encoding we know."""


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 (with its mark) or GB 18030.

    Raises:
        UndecodableError: it is none of these, or holds zero bytes as only binary files do.
    """
    named = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    if named is None and b"\0" in content:
        raise UndecodableError("it is not text")
    for encoding in (named,) if named else ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UndecodableError("its encoding is neither UTF-8 nor GB 18030")


def decoded_html(content: bytes) -> str:
    """A page's text in the encoding it names, otherwise as any other text."""
    if match := _META_CHARSET.search(content[:4096]):
        try:
            return content.decode(codecs.lookup(match.group(1).decode("ascii")).name)
        except (LookupError, UnicodeDecodeError):
            return decoded(content)
    return decoded(content)
