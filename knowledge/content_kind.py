"""What a file is by its first bytes, whatever its name says."""

import io
import re
import zipfile
from typing import Literal

ContentKind = Literal[
    "text", "html", "xml", "pdf", "docx", "pptx", "xlsx", "zip", "locked", "old office",
    "picture", "archive", "empty",
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
_PACKAGES: tuple[tuple[str, ContentKind], ...] = (
    ("word/", "docx"),
    ("ppt/", "pptx"),
    ("xl/", "xlsx"),
)
_MARKS = (b"\xef\xbb\xbf",)


def content_kind(content: bytes) -> ContentKind:
    """The kind; `locked` is an office file with a password, `text` whatever has no mark."""
    if not content.strip():
        return "empty"
    for mark in _MARKS:
        content = content.removeprefix(mark)
    if content.startswith(_OLE):
        locked = "EncryptedPackage".encode("utf-16-le") in content
        return "locked" if locked else "old office"
    if content.startswith(b"PK\x03\x04"):
        return _package(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "picture"
    found = next((kind for start, kind in _STARTS if content.startswith(start)), None)
    return found or _marked_up(content[:4096])


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
}
