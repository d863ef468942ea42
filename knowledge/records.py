"""JSON files: records as tables, everything else as an outline."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from knowledge.grid import table_text

_DEEPEST = 5


def json_text(text: str) -> str:
    """Lists of records become tables, objects become headings and `name: value` lines.

    One document, or one a line.

    Raises:
        ValueError: it is no JSON, or nested deeper than anybody reads.
    """
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2:
            raise
        value = [json.loads(line) for line in lines]
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return "\n\n".join(filter(None, _parts(value, 1)))


def _parts(value: Any, level: int) -> Iterator[str]:
    if level > _DEEPEST:
        raise ValueError("it is nested too deeply")
    match value:
        case dict():
            yield from _fields(value, level)
        case list() if value and all(_is_row(one) for one in value):
            yield _table(value)
        case list():
            yield "\n".join(f"- {_shown(one)}" for one in value if not _is_nested(one))
            for one in filter(_is_nested, value):
                yield from _parts(one, level + 1)
        case _:
            yield _shown(value)


def _fields(fields: Mapping[str, Any], level: int) -> Iterator[str]:
    """What is plain first, then a heading for each thing with an inside."""
    plain = {name: one for name, one in fields.items() if not _is_nested(one)}
    yield "\n\n".join(f"{name}: {_shown(one)}" for name, one in plain.items())
    for name, one in fields.items():
        if _is_nested(one):
            yield f"{'#' * level} {name}"
            yield from _parts(one, level + 1)


def _is_nested(value: Any) -> bool:
    return isinstance(value, dict | list)


def _is_row(value: Any) -> bool:
    """A record without further records in it; a list of plain values fits into a cell."""
    return isinstance(value, dict) and all(
        not isinstance(one, dict) and not (isinstance(one, list) and any(map(_is_nested, one)))
        for one in value.values()
    )


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return table_text([names, *([_shown(row.get(name)) for name in names] for row in rows)])


def _shown(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case list():
            return "、".join(map(_shown, value))
        case float():
            return f"{value:.15g}"
        case _:
            return str(value)
