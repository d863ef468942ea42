"""Reading examples.jsonl and checking the form of cases/*.jsonl, line by line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic import ValidationError as SchemaError

from knowledge.brand import BrandError, Example, ExampleCall, ToolName
from knowledge.brand_rows import read_text
from knowledge.brand_toml import complaint

# What each tool may be called with; the tools' own schemas are compared with this in a test.
TOOL_ARGUMENTS: dict[ToolName, dict[str, type]] = {
    "lookup_order": {"order_id": str},
    "list_orders": {},
    "verify_order": {"order_id": str, "phone_tail": str},
    "show_product_images": {"product": str},
    "create_payment_link": {"order_id": str, "product": str, "quantity": int},
    "search_knowledge": {"query": str},
    "hand_off_to_human": {"reason": str},
}
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


Line = TypeVar("Line", bound=_Line)


class _CallLine(_Line):
    tool: ToolName
    args: dict[str, str | int]


class _ExampleLine(_Line):
    text: Words
    calls: list[_CallLine]


class _PaymentLine(_Line):
    amount: str | None = None
    order_id: str | None = None


class _ExpectLine(_Line):
    calls: list[_CallLine] | None = None
    says: list[str | list[str]] | None = None
    never_says: list[str | list[str]] | None = None
    sources: list[str] | None = None
    refuses: bool | None = None
    handoff: bool | None = None
    images: list[str] | None = None
    payment: _PaymentLine | None = None


class _TurnLine(_Line):
    user: str
    paraphrases: Annotated[list[Words], Field(default_factory=list)]
    expect: _ExpectLine = _ExpectLine()


class _CaseLine(_Line):
    id: Words
    turns: Annotated[list[_TurnLine], Field(min_length=1)]
    customer: str | None = None
    tags: Annotated[list[str], Field(default_factory=list)]


def _parsed(folder: Path, name: str, kind: type[Line]) -> Iterator[tuple[str, Line]]:
    """Each line that is not blank, checked, with the words that say where it stands."""
    for number, raw in enumerate(read_text(folder, name).split("\n"), start=1):
        if not raw.strip():
            continue
        where = f"{name}, line {number}"
        try:
            yield where, kind.model_validate(json.loads(raw))
        except SchemaError as error:
            raise BrandError(f"{where}, {complaint(error)}") from None
        except (ValueError, RecursionError) as error:
            raise BrandError(f"{where}: expected a JSON object, found: {error}") from None


def read_examples(folder: Path) -> tuple[Example, ...]:
    """The labelled sentences of examples.jsonl; none if there is no such file.

    Raises:
        BrandError: a line is not as it should be.
    """
    name = "examples.jsonl"
    if not (folder / name).exists():
        return ()
    examples = []
    for where, line in _parsed(folder, name, _ExampleLine):
        for call in line.calls:
            _check_arguments(where, call)
        calls = tuple(ExampleCall(call.tool, dict(call.args)) for call in line.calls)
        examples.append(Example(line.text, calls))
    return tuple(examples)


def _check_arguments(where: str, call: _CallLine) -> None:
    known = TOOL_ARGUMENTS[call.tool]
    for name, value in call.args.items():
        if name not in known:
            raise BrandError(
                f"{where}, calls: expected {call.tool} with {' '.join(known) or 'no arguments'}, "
                f"found {name!r}"
            )
        if type(value) is not known[name]:
            raise BrandError(
                f"{where}, calls: expected {name} of {call.tool} as {known[name].__name__}, "
                f"found {value!r}"
            )


def check_cases(folder: Path) -> None:
    """Make sure every file of cases/ has the form of a case file.

    Raises:
        BrandError: a line is not as it should be, or an id is used twice.
    """
    first: dict[str, str] = {}
    for path in sorted((folder / "cases").glob("*.jsonl")):
        for where, case in _parsed(folder, f"cases/{path.name}", _CaseLine):
            for call in _expected_calls(case):
                _check_arguments(where, call)
            if case.id in first:
                raise BrandError(
                    f"{where}, id: expected one no other case has, found {case.id!r} again "
                    f"(first in {first[case.id]})"
                )
            first[case.id] = where


def _expected_calls(case: _CaseLine) -> Iterator[_CallLine]:
    for turn in case.turns:
        yield from turn.expect.calls or ()
