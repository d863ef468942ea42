"""What was filled into the fields of a PDF form.

Only the converting child process imports this.
"""

import ctypes
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]  # ships no types
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

_SAID = (pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX,
         pdfium.FPDF_FORMFIELD_LISTBOX)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """A field with what it is called and what stands in it."""

    name: str
    value: str


def fields_by_page(file: Path) -> dict[int, tuple[Field, ...]]:
    """The filled fields of text or choice by the page they are on, counted from 0."""
    with pypdfium2.PdfDocument(file) as document:
        if document.get_formtype() == pdfium.FORMTYPE_NONE:
            return {}
        document.init_forms()
        found = {n: tuple(_fields(document, page)) for n, page in enumerate(document)}
    return {number: fields for number, fields in found.items() if fields}


def page_alone(document: Any, number: int) -> io.BytesIO:
    """One page as a document of its own."""
    alone = io.BytesIO()
    with pypdfium2.PdfDocument.new() as single:
        single.import_pages(document, [number])
        single.save(alone)
    alone.seek(0)
    return alone


def with_fields(text: str, fields: tuple[Field, ...]) -> str:
    """The page's text, and behind it the fields whose values it does not show."""
    bare = "".join(text.split())
    lines = [f"{one.name}: {one.value}" for one in fields if "".join(one.value.split()) not in bare]
    return "\n\n".join(filter(None, (text.rstrip(), "\n".join(f"- {line}" for line in lines))))


def _fields(document: Any, page: Any) -> Iterator[Field]:
    form, seen = document.formenv, set()
    for place in range(pdfium.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium.FPDFPage_GetAnnot(page, place)
        try:
            if pdfium.FPDFAnnot_GetFormFieldType(form, annotation) not in _SAID:
                continue
            name = _text(pdfium.FPDFAnnot_GetFormFieldName, form, annotation)
            shown = _text(pdfium.FPDFAnnot_GetFormFieldAlternateName, form, annotation)
            value = _text(pdfium.FPDFAnnot_GetFormFieldValue, form, annotation)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
        # A field may stand in several places.
        if value and (name, value) not in seen:
            seen.add((name, value))
            yield Field(shown or name.rpartition(".")[2] or name, value)


def _text(of: Callable[..., int], form: Any, annotation: Any) -> str:
    """UTF-16 that PDFium writes where it is told to, after it said how long it is."""
    length = of(form, annotation, None, 0)
    if length <= len("\0".encode("utf-16-le")):
        return ""
    buffer = (ctypes.c_ushort * (length // 2))()
    of(form, annotation, buffer, length)
    return " ".join(bytes(buffer).decode("utf-16-le", "replace").rstrip("\0").split())
