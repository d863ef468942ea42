"""Rows of what shops export: CSV, workbooks, JSON, RSS product feeds; told by their content."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook  # type: ignore[import-untyped]  # ships no types

from knowledge.content_kind import CALLED, content_kind
from knowledge.decoding import UndecodableError, decoded
from knowledge.errors import KnowledgeError

MOST_ROWS = 200_000
_MOST_UNPACKED = 200 * 1024**2
_LISTS_DEPTH = 3
_ITEMS = frozenset({"item", "entry", "product", "offer"})


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row as a person counts it (a sheet's header is 1) and its cells by column name."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Columns in order, and the rows that are not blank."""

    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...]


def sheet_of(content: bytes, name: str) -> Sheet:
    """The rows of a file, by what it is and not by what it is called.

    Raises:
        KnowledgeError: it is no table, broken, locked or too large, or there is no row in it.
    """
    kind = content_kind(content)
    try:
        match kind:
            case "xlsx":
                sheet = _from_lines(_workbook_lines(content))
            case "xml":
                sheet = _from_records(enumerate(_feed_items(content), start=1))
            case "text":
                sheet = _from_text(decoded(content))
            case _:
                raise ValueError(f"it is {CALLED[kind]}, no table")
    except (
        UndecodableError,
        ValueError,
        KeyError,
        OSError,
        zipfile.BadZipFile,
        csv.Error,
    ) as error:
        why = " ".join(str(error).split())[:200]
        raise KnowledgeError(
            f"{name} cannot be read as a table ({why}). Save it as .csv (UTF-8) or .xlsx."
        ) from error
    if not sheet.rows:
        raise KnowledgeError(f"{name} has no rows; it needs a header line and a row below it.")
    if len(sheet.rows) > MOST_ROWS:
        raise KnowledgeError(f"{name} has more than {MOST_ROWS} rows; split it.")
    return sheet


def sheet_of_records(records: Iterable[Mapping[str, Any]]) -> Sheet:
    """Rows that came as values, such as those of a database; the first is number 1."""
    return _from_records(enumerate(records, start=1))


def _from_text(text: str) -> Sheet:
    start = text.lstrip()[:1]
    if start in {"[", "{"}:
        return _from_records(_json_records(text))
    lines = text.lstrip("\n").split("\n", 1)[0]
    delimiter = max(",;\t|", key=lines.count)
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    return _from_lines(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _from_lines(lines: Iterable[Sequence[str]]) -> Sheet:
    """The header is the first line with more than one cell; a title above it is left out."""
    numbered = ((n, [cell.strip() for cell in line]) for n, line in enumerate(lines, start=1))
    filled = [(n, line) for n, line in numbered if any(line)]
    is_wide = any(sum(map(bool, line)) > 1 for _, line in filled)
    while is_wide and sum(map(bool, filled[0][1])) < 2:
        filled = filled[1:]
    if not filled:
        return Sheet((), ())
    header = _distinct(filled[0][1])
    rows = [
        SheetRow(n, {name: cell for name, cell in zip(header, line, strict=False) if name})
        for n, line in filled[1:]
    ]
    return Sheet(tuple(name for name in header if name), tuple(rows))


def _distinct(header: Sequence[str]) -> list[str]:
    """Of two columns of one name the first counts."""
    return [name if name not in header[:place] else "" for place, name in enumerate(header)]


def _from_records(records: Iterable[tuple[int, Mapping[str, Any]]]) -> Sheet:
    rows = tuple(SheetRow(n, dict(_cells(record))) for n, record in records if record)
    return Sheet(tuple(dict.fromkeys(name for row in rows for name in row.cells)), rows)


def _cells(record: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Plain values; what lies deeper is named by its path, such as `price.value`."""
    for key, value in record.items():
        name = f"{above}{key}"
        match value:
            case dict():
                yield from _cells(value, f"{name}.") if above.count(".") < _LISTS_DEPTH else ()
            case list():
                yield (
                    name,
                    "|".join(shown(one) for one in value if not isinstance(one, dict | list)),
                )
            case _:
                yield name, shown(value)


def shown(value: Any) -> str:
    """A value as a person would write it into a cell."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return f"{value:.15g}"
        case _:
            return str(value).strip()


def _json_records(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except json.JSONDecodeError:
        lines = [(n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
        if len(lines) < 2:
            raise
        return ((n, _record(json.loads(line), n)) for n, line in lines)
    return ((n, _record(one, n)) for n, one in enumerate(_list_in(value), start=1))


def _record(value: Any, number: int) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"record {number} is no object with names and values")  # noqa: TRY004
    return value


def _list_in(value: Any, depth: int = 0) -> list[Any]:
    """The list of records, which may lie in an envelope such as `{"data": {"products": […]}}`."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and depth < _LISTS_DEPTH:
        inside = [one for one in value.values() if isinstance(one, dict | list)]
        for one in sorted(inside, key=lambda one: isinstance(one, dict)):
            if found := _list_in(one, depth + 1):
                return found
        return [] if depth else [value]
    return []


def _workbook_lines(content: bytes) -> Iterator[list[str]]:
    """The first visible sheet that has anything in it."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        if sum(part.file_size for part in package.infolist()) > _MOST_UNPACKED:
            raise ValueError(f"it unpacks to more than {_MOST_UNPACKED // 1024**2} MB")
    book = load_workbook(io.BytesIO(content), data_only=True, read_only=True)
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            sheet.reset_dimensions()
            lines = [[shown(cell) for cell in line] for line in sheet.iter_rows(values_only=True)]
            if any(map(any, lines)):
                return iter(lines)
    finally:
        book.close()
    return iter(())


def _feed_items(content: bytes) -> Iterator[Mapping[str, str]]:
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, DefusedXmlException) as error:
        raise ValueError(str(error)) from error
    for element in root.iter():
        if _tag(element) in _ITEMS:
            yield {_tag(child): (child.text or child.get("href") or "") for child in element}


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
