"""Reads one office, PDF or HTML file after the other: `python -m knowledge.convert FILE...`.

Runs as a child process: the libraries cost 180 MB and two seconds, and a file that makes one of
them hang or crash takes nothing else with it. Writes one JSON object a line to standard output,
`{"text": …}` or `{"error": …}`, in the order of the files, and `{}` after a page that took long.
"""

import contextlib
import json
import re
import resource
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, TextIO

import pypdfium2  # type: ignore[import-untyped]  # ships no types
from markitdown import DocumentConverter, StreamInfo
from markitdown.converters import PdfConverter, PptxConverter

from knowledge.decoding import decoded_html
from knowledge.forms import fields_by_page, page_alone, with_fields
from knowledge.html_text import markdown_of
from knowledge.letters import letter
from knowledge.navigation import noted, without_navigation
from knowledge.pdf_layout import layout_of
from knowledge.reflow import reflowed
from knowledge.scans import (
    MOST_SCANNED,
    PICTURES,
    is_installed,
    pages_texts,
    picture_text,
    scan_of,
)
from knowledge.sheets import workbook_text
from knowledge.unread_pages import note_of
from knowledge.unreadable import UnreadableError, check_kind
from knowledge.word_text import word_html

MOST_MEMORY = 3 * 1024**3
MOST_UNPACKED = 512 * 1024**2
# Comments that number the slides, and pictures, which are files of somebody else's machine.
_NOT_SAID = re.compile(r"<!--.*?-->|!\[[^\]]*\]\([^)]*\)", re.DOTALL)
_LONGEST_TEXT = 20_000_000
_HAS_TABLE = re.compile(r"^\s*\|.*\|\s*$", re.MULTILINE)


def converted(file: Path, on_page: Callable[[], None] = lambda: None) -> str:
    """The file as Markdown-like text; `on_page` after each page of a scanned document.

    Raises:
        UnreadableError: it is locked, empty, not what its name says, or needs what is missing.
    """
    check_kind(file.suffix.lower(), file.read_bytes())
    if _unpacked(file) > MOST_UNPACKED:
        raise UnreadableError(f"it unpacks to more than {MOST_UNPACKED // 1024**2} MB", "Split it.")
    text = picture_text(file) if file.suffix.lower() in PICTURES else _text(file, on_page)
    if len(text) > _LONGEST_TEXT:
        raise UnreadableError(f"it holds more than {_LONGEST_TEXT} characters", "Split it.")
    if not text.strip():
        raise UnreadableError("there is no text in it", "Take it out of the folder.")
    return text


def _text(file: Path, on_page: Callable[[], None]) -> str:
    # The converter of this kind and no other: asked to choose, the library reads a broken document
    # as if it were plain text.
    match file.suffix.lower():
        case ".docx":
            with file.open("rb") as stream:
                return markdown_of(word_html(stream)).markdown
        case ".pptx":
            slides = _by_file(PptxConverter(), file)  # type: ignore[no-untyped-call]  # not annotated there
            return _NOT_SAID.sub("", slides)
        case ".pdf":
            return _pdf_text(file, on_page)
        case ".xlsx":
            return workbook_text(file)
        case _:
            return _page_text(file)


def _pdf_text(file: Path, on_page: Callable[[], None]) -> str:
    """The text layer, what is filled in, and in their places the pages that are only pictures.

    A cover or a photograph does not make a document unreadable where pictures are not read: a note
    at the end names these pages.
    """
    scan = scan_of(file)
    pages = [""] * scan.count if scan.bare else _laid_out(file, scan.count, on_page)
    for number, fields in fields_by_page(file).items():
        pages[number] = with_fields(pages[number], fields)
    unread = set(scan.pages)
    if scan.bare or is_installed():
        wanted = scan if scan.bare else replace(scan, pages=scan.pages[:MOST_SCANNED])
        for number, text in pages_texts(file, wanted, on_page) if wanted.pages else ():
            pages[number] = f"{pages[number]}\n{text}".strip()
            unread.discard(number)
    text = reflowed("\f".join(pages))
    return f"{text}\n\n{note_of(page + 1 for page in unread)}" if unread else text


def _laid_out(file: Path, count: int, on_page: Callable[[], None]) -> list[str]:
    """The text of each page, with its headings and tables as in Markdown.

    Columns, and tables without lines, are the library's: it sees how words stand below each other.
    Its other text is not taken, as it puts a blank line behind every line of many documents.
    """
    layout = layout_of(file, on_page)
    pages = list(layout.pages)
    if len(layout.ruled) < count:
        for number, text in enumerate(_layer(file, count, on_page)):
            better = number in layout.columns or _HAS_TABLE.search(text)
            pages[number] = text if better and number not in layout.ruled else pages[number]
    return [layout.marked(page) for page in pages]


def _layer(file: Path, count: int, on_page: Callable[[], None]) -> list[str]:
    """The text of each page."""
    with file.open("rb") as stream:
        pages = _by(PdfConverter(), stream, ".pdf").split("\f")
    if count == 1 or len(pages) >= count:
        return ["\n".join(pages)] if count == 1 else pages[:count]
    # Where a page looks like a form, the library does not say where pages end.
    pages = []
    with pypdfium2.PdfDocument(file) as document:
        for number in range(count):
            pages.append(_by(PdfConverter(), page_alone(document, number), ".pdf").strip("\f\n"))
            on_page()
    return pages


def _by(converter: DocumentConverter, stream: BinaryIO, kind: str) -> str:
    return converter.convert(stream, StreamInfo(extension=kind)).markdown


def _by_file(converter: DocumentConverter, file: Path) -> str:
    with file.open("rb") as stream:
        return _by(converter, stream, file.suffix.lower())


def _page_text(file: Path) -> str:
    if file.suffix.lower() == ".eml":
        read = letter(file.read_bytes())
        text = markdown_of(read.text).markdown if read.is_html else read.text
        return "\n\n".join((_titled(read.subject, text), *read.notes))
    page = without_navigation(decoded_html(file.read_bytes()))
    result = markdown_of(page)
    return _titled(result.title, noted(result.markdown))


def _unpacked(file: Path) -> int:
    """What a file that is a package in truth says that it unpacks to, in bytes."""
    if not zipfile.is_zipfile(file):
        return 0
    with zipfile.ZipFile(file) as package:
        return sum(part.file_size for part in package.infolist())


def main(files: list[str]) -> None:
    """Convert each file; a failure is that file's line, and the next file is still read."""
    answers = sys.stdout
    for file in files:
        # Whatever a library prints must not get between our lines.
        with contextlib.redirect_stdout(sys.stderr):
            answer = _answer(Path(file), answers)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _answer(file: Path, answers: TextIO) -> dict[str, str]:
    def on_page() -> None:
        answers.write("{}\n")
        answers.flush()

    try:
        return {"text": converted(file, on_page)}
    except UnreadableError as error:
        return {"error": str(error), "advice": error.advice}
    except Exception as error:  # noqa: BLE001 - any library's failure is an answer about this file
        return {"error": " ".join(f"{type(error).__name__}: {error}".split())[:300]}


def _titled(title: str | None, markdown: str) -> str:
    has_headline = any(line.startswith("# ") for line in markdown.splitlines())
    return markdown if has_headline or not title else f"# {title.strip()}\n\n{markdown}"


if __name__ == "__main__":
    # A file that needs more than the machine has must end this process and no other.
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    main(sys.argv[1:])
