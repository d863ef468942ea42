"""What a file is by its first bytes, whatever its name says."""

import codecs
import io
import re
import zipfile
from typing import Literal

ContentKind = Literal[
    "text", "html", "xml", "pdf", "docx", "pptx", "xlsx", "zip", "locked", "old office",
    "picture", "archive", "empty", "unknown",
]  # fmt: skip

_HTML = re.compile(
    rb"\s*(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_XML = re.compile(rb"\s*<\?xml\b|\s*<(?:rss|feed|urlset)\b", re.I)
_STARTS: tuple[tuple[bytes, ContentKind], ...] = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf'\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_PACKAGES: tuple[tuple[str, ContentKind], ...] = (
    ("word/", "docx"),
    ("ppt/", "pptx"),
    ("xl/", "xlsx"),
)


def content_kind(content: bytes) -> ContentKind:
    """The kind; `locked` is an office file with a password, `text` whatever may be text."""
    content = content.removeprefix(codecs.BOM_UTF8)
    if not content.strip():
        return "empty"
    if content.startswith(_OLE):
        return "locked" if _LOCKED in content else "old office"
    if content.startswith(b"PK\x03\x04"):
        return _package(content)
    return _by_start(content[:4096])


def _by_start(content: bytes) -> ContentKind:
    for start, kind in _STARTS:
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "picture"
    if b"%PDF-" in content[:1024]:
        return "pdf"
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return "unknown" if b"\0" in content and not wide else _marked_up(content)


def _marked_up(start: bytes) -> ContentKind:
    if _HTML.match(start):
        return "html"
    if not _XML.match(start):
        return "text"
    return "html" if b"<html" in start.lower() else "xml"


def _package(content: bytes) -> ContentKind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return "zip"
    if "[Content_Types].xml" not in names:
        return "zip"
    for folder, kind in _PACKAGES:
        if any(name.startswith(folder) for name in names):
            return kind
    return "zip"


CALLED: dict[ContentKind, str] = {
    "text": "text",
    "html": "a web page",
    "xml": "XML",
    "pdf": "a PDF",
    "docx": "a Word document",
    "pptx": "a PowerPoint file",
    "xlsx": "an Excel workbook",
    "zip": "a .zip archive",
    "locked": "an office file locked with a password",
    "old office": "an office file of an old format (.doc, .xls, .ppt)",
    "picture": "a picture",
    "archive": "a packed archive",
    "empty": "empty",
    "unknown": "of no format that is known here",
}
