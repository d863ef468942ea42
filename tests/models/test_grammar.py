"""The grammar says what the schema says, without white space."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.grammar import UnknownSchemaError, compact_grammar, grammar

SCHEMA: dict[str, Any] = {
    "anyOf": [
        {
            "type": "object",
            "properties": {
                "calls": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 3,
                    "items": {
                        "type": "object",
                        "properties": {
                            "tool": {"const": "search"},
                            "查询": {"type": "string", "maxLength": 8, "description": "What."},
                        },
                        "required": ["tool", "查询"],
                        "additionalProperties": False,
                    },
                },
                "lines": {"type": "array", "items": {"type": "integer", "enum": [1, 2, 30]}},
                "sure": {"type": "boolean"},
                "score": {"type": "number"},
            },
            "required": ["calls", "lines", "sure", "score"],
            "additionalProperties": False,
        },
        {"const": 'say "no" \\ \n'},
    ]
}


def pattern(schema: dict[str, Any]) -> re.Pattern[str]:
    """The grammar as a regular expression: it never refers to itself."""
    root, character = grammar(schema).removeprefix("root ::= ").strip().split("\nchar ::= ")
    literal = r'"(?:[^"\\]|\\.)*"'

    def written(text: str) -> str:
        parts = re.split(rf"({literal}|\[(?:[^\]\\]|\\.)*\]|char|\s+)", text)
        return "".join(_regex(part) for part in parts)

    def _regex(part: str) -> str:
        if part.startswith('"'):
            return "(?:" + re.escape(re.sub(r"\\(.)", r"\1", part[1:-1])) + ")"
        if part == "char":
            return f"(?:{written(character)})"
        return part if part.startswith("[") else part.strip()

    return re.compile(written(root))


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


calls = st.builds(lambda query: {"tool": "search", "查询": query}, st.text(max_size=8))
values = st.builds(
    lambda *parts: dict(zip(("calls", "lines", "sure", "score"), parts, strict=True)),
    st.lists(calls, min_size=1, max_size=3),
    st.lists(st.sampled_from([1, 2, 30]), max_size=4),
    st.booleans(),
    st.integers(-99, 99) | st.sampled_from([0.5, -1.25]),
)


@given(values)
def test_every_value_of_the_schema_can_be_said_compactly_and_only_so(
    value: dict[str, Any],
) -> None:
    wanted = pattern(SCHEMA)
    assert wanted.fullmatch(compact(value).replace("\x7f", "\\u007f"))
    assert not wanted.fullmatch(json.dumps(value, ensure_ascii=False))
    assert not wanted.fullmatch(json.dumps(value, indent=1))


@pytest.mark.parametrize(
    "change",
    [
        {"calls": []},
        {"calls": [{"tool": "search", "查询": "x"}] * 4},
        {"calls": [{"tool": "other", "查询": "x"}]},
        {"calls": [{"tool": "search", "查询": "一二三四五六七八九"}]},
        {"calls": [{"tool": "search"}]},
        {"lines": [3]},
        {"lines": ["1"]},
        {"sure": None},
        {"score": "1"},
        {"more": 1},
    ],
)
def test_nothing_else_can_be_said(change: dict[str, Any]) -> None:
    right = {"calls": [{"tool": "search", "查询": "x"}], "lines": [], "sure": True, "score": 1}
    assert pattern(SCHEMA).fullmatch(compact(right))
    assert not pattern(SCHEMA).fullmatch(compact(right | change))


def test_quotes_and_backslashes_in_a_constant_survive() -> None:
    assert pattern(SCHEMA).fullmatch(compact('say "no" \\ \n'))


UNKNOWN: list[dict[str, Any]] = [
    {},
    {"type": "object", "properties": {"a": {"type": "string"}}},
    {"type": "string", "pattern": "^a"},
    {"type": "string", "maxLength": 5000},
    {"type": "integer", "minimum": 3},
    {"type": ["string", "null"]},
    {"type": "array"},
    {"$ref": "#/$defs/x", "$defs": {"x": {"type": "null"}}},
    {"anyOf": [{"type": "null"}], "type": "string"},
]


@pytest.mark.parametrize("schema", UNKNOWN)
def test_what_cannot_be_translated_is_left_to_the_server(schema: dict[str, Any]) -> None:
    with pytest.raises(UnknownSchemaError):
        grammar(schema)
    assert compact_grammar(schema)["response_format"]["json_schema"]["schema"] == schema


def test_an_empty_list_can_be_the_only_one() -> None:
    only = pattern({"type": "array", "items": {"type": "null"}, "maxItems": 0})
    assert only.fullmatch("[]")
    assert not only.fullmatch("[null]")
