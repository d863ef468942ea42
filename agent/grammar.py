"""A JSON Schema as a llama.cpp grammar that leaves no room for white space.

llama.cpp's own translation allows line breaks and indentation, on which small models spend up to
half of a short answer. Its other engine (llguidance) can forbid them, for 80 MB of memory and a
second at the first request.
"""

import json
from typing import Any

_MOST_REPEATED = 1000
_LEAVES = {
    "integer": '("-"? ("0" | [1-9] [0-9]{0,15}))',
    "number": '("-"? ("0" | [1-9] [0-9]{0,15}) ("." [0-9]{1,15})?)',
    "boolean": '("true" | "false")',
    "null": '"null"',
}
_CHARACTER = r'char ::= [^"\\\x7F\x00-\x1F] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{4})'
_KNOWN = {
    "object": {"type", "properties", "required", "additionalProperties"},
    "array": {"type", "items", "minItems", "maxItems"},
    "string": {"type", "minLength", "maxLength"},
}
_NOTES = {"title", "description", "default"}


class UnknownSchemaError(ValueError):
    """The schema uses a keyword that this translation does not know."""


def compact_grammar(schema: dict[str, Any]) -> dict[str, Any]:
    """The request fields that hold llama.cpp to a JSON Schema, without white space if we can."""
    try:
        return {"grammar": grammar(schema)}
    except UnknownSchemaError:
        named = {"name": "answer", "schema": schema, "strict": True}
        return {"response_format": {"type": "json_schema", "json_schema": named}}


def grammar(schema: dict[str, Any]) -> str:
    """The schema in llama.cpp's GBNF.

    Raises:
        UnknownSchemaError: it would allow something else than the schema does.
    """
    return f"root ::= {_value(schema)}\n{_CHARACTER}\n"


def _value(schema: dict[str, Any]) -> str:
    match {key: value for key, value in schema.items() if key not in _NOTES}:
        case {"const": value}:
            return _one_of([value])
        case {"enum": values}:
            return _one_of(values)
        case {"anyOf": options, **others} if not others:
            return f"({' | '.join(_value(option) for option in options)})"
        case plain:
            return _typed(str(plain.get("type")), plain)


def _typed(kind: str, schema: dict[str, Any]) -> str:
    if set(schema) == {"type"} and kind in _LEAVES:
        return _LEAVES[kind]
    if kind not in _KNOWN or not set(schema) <= _KNOWN[kind]:
        raise UnknownSchemaError(f"no grammar for {sorted(schema)} of {kind}")
    if kind == "object":
        return _object(schema)
    return _array(schema) if kind == "array" else _string(schema)


def _one_of(values: list[Any]) -> str:
    written = (json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in values)
    return f"({' | '.join(_quoted(text) for text in written)})"


def _object(schema: dict[str, Any]) -> str:
    properties = schema.get("properties", {})
    if set(schema.get("required", ())) != set(properties):
        raise UnknownSchemaError("no grammar for optional properties")
    members = (
        f"{_quoted(json.dumps(name, ensure_ascii=False) + ':')} {_value(value)}"
        for name, value in properties.items()
    )
    inside = ' "," '.join(members)
    return f'("{{" {inside} "}}")'


def _array(schema: dict[str, Any]) -> str:
    if "items" not in schema:
        raise UnknownSchemaError("no grammar for arrays of anything")
    least, most = int(schema.get("minItems", 0)), schema.get("maxItems")
    if most == 0:
        return '"[]"'
    item = _value(schema["items"])
    more = f'("," {item}){_times(max(least - 1, 0), None if most is None else most - 1)}'
    return f'("[" {item} {more} "]")' if least else f'("[" ({item} {more})? "]")'


def _string(schema: dict[str, Any]) -> str:
    return rf'("\"" char{_times(schema.get("minLength", 0), schema.get("maxLength"))} "\"")'


def _times(least: int, most: int | None) -> str:
    if max(least, most or 0) > _MOST_REPEATED:
        raise UnknownSchemaError(f"no grammar for more than {_MOST_REPEATED} repetitions")
    return f"{{{least},{'' if most is None else most}}}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
