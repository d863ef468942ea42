"""Text out of pictures and scanned pages, by RapidOCR, which is an extra.

Only the converting child process imports this.
"""

import importlib
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2  # type: ignore[import-untyped]  # ships no types
from PIL import Image, UnidentifiedImageError

from knowledge.unread_pages import INSTALL, can_read_pictures
from knowledge.unreadable import UnreadableError

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp"})
MOST_SCANNED = 300
_DOTS_PER_INCH = 200
# A reading below this is left out: better no price than a misread one.
_SUREST = 0.8
# Long pictures, as shops use them to describe products, are read in pieces that overlap.
_PIECE, _OVERLAP = 1800, 160


@dataclass(frozen=True, slots=True)
class _Word:
    left: float
    top: float
    height: float
    text: str


@dataclass(frozen=True, slots=True)
class Scan:
    """The pages of a PDF that are pictures, of how many; `bare` if no page has a text."""

    pages: tuple[int, ...]
    count: int
    bare: bool


def is_installed() -> bool:
    """Whether pictures can be read here."""
    return can_read_pictures()


def picture_text(file: Path) -> str:
    """What stands in a picture.

    Raises:
        UnreadableError: it is too large, or the extra is not installed.
    """
    _check_installed("it is a picture")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(file)
            return _text(_engine(), picture.convert("RGB"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        megapixels = (Image.MAX_IMAGE_PIXELS or 0) // 1_000_000
        raise UnreadableError(
            f"it has more than {megapixels} megapixels", "Make it smaller."
        ) from error
    except UnidentifiedImageError as error:
        raise UnreadableError("it is broken", "Open it, and save it again.") from error


def scan_of(file: Path) -> Scan:
    """Which pages of a PDF have pictures and no text.

    Raises:
        UnreadableError: it wants a password, or is broken.
    """
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableError(
                "it is locked with a password", "Save it without the password."
            ) from error
        raise UnreadableError(
            "it is broken, or was cut off", "Fetch it again, or open it and save it again."
        ) from error
    with document:
        bare = [n for n, page in enumerate(document) if not _has_text(page)]
        is_bare = len(bare) == len(document)
        # Brochures are often printed with their letters turned into outlines.
        kinds = () if is_bare else (pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,)
        return Scan(
            tuple(n for n in bare if _has_object(document[n], kinds)), len(document), is_bare
        )


def pages_texts(file: Path, scan: Scan, on_page: Callable[[], None]) -> Iterator[tuple[int, str]]:
    """Each scanned page of a PDF with what stands on it; `on_page` after each.

    Raises:
        UnreadableError: there are too many, or the extra is not installed.
    """
    _check_installed("its pages are scanned pictures")
    if len(scan.pages) > MOST_SCANNED:
        raise UnreadableError(f"more than {MOST_SCANNED} of its pages are scanned", "Split it.")
    engine = _engine()
    with pypdfium2.PdfDocument(file) as document:
        for number in scan.pages:
            picture = document[number].render(scale=_DOTS_PER_INCH / 72).to_pil()
            yield number, _text(engine, picture.convert("RGB"))
            on_page()


def _check_installed(what: str) -> None:
    if not is_installed():
        raise UnreadableError(f"{what}", f"To have pictures read: {INSTALL}.")


def _has_text(page: Any) -> bool:
    text = page.get_textpage()
    return bool(text.get_text_bounded().strip())


def _has_object(page: Any, kinds: tuple[int, ...]) -> bool:
    return next(page.get_objects(filter=kinds or None, max_depth=3), None) is not None


def _engine() -> Any:
    # Found only where the extra is installed.
    library = importlib.import_module("rapidocr")
    return library.RapidOCR(params={"Global.log_level": "critical"})


def _text(engine: Any, picture: Image.Image) -> str:
    words = [word for piece in _pieces(picture) for word in _words(engine, picture, *piece)]
    return "\n".join(_lines(words))


def _pieces(picture: Image.Image) -> Iterator[tuple[int, int]]:
    """From where to where each piece goes; one for a picture of usual form."""
    if picture.height <= max(_PIECE, 2 * picture.width):
        yield 0, picture.height
        return
    start = 0
    while start < picture.height:
        yield start, min(start + _PIECE, picture.height)
        if start + _PIECE >= picture.height:
            return
        start += _PIECE - _OVERLAP


def _words(engine: Any, picture: Image.Image, start: int, end: int) -> Iterator[_Word]:
    found = engine(np.asarray(picture.crop((0, start, picture.width, end))))
    if found.txts is None:
        return
    upper = start + _OVERLAP / 2 if start else 0
    lower = end - _OVERLAP / 2 if end < picture.height else end
    for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
        top, bottom = float(box[:, 1].min()) + start, float(box[:, 1].max()) + start
        # What two pieces have is taken from the one that has it whole.
        if score >= _SUREST and upper <= (top + bottom) / 2 < lower:
            yield _Word(float(box[:, 0].min()), top, bottom - top, str(text))


def _lines(words: list[_Word]) -> Iterator[str]:
    """Words of one height together, left to right; a gap ends a paragraph."""
    line: list[_Word] = []
    for word in sorted(words, key=lambda one: one.top + one.height / 2):
        if line and word.top + word.height / 2 > line[0].top + line[0].height:
            yield _joined(line)
            if word.top - (line[-1].top + line[-1].height) > 1.5 * word.height:
                yield ""
            line = []
        line.append(word)
    if line:
        yield _joined(line)


def _joined(line: list[_Word]) -> str:
    return "  ".join(word.text for word in sorted(line, key=lambda one: one.left))
