"""The review file: what was found in the shop's texts, for a person to accept or reject.

One JSON object a line, as `knowledge extract` writes it:

    {"kind": "product_fact", "fields": {"product": "玫瑰精华液", "attribute": "保质期",
     "value": "36", "unit": "个月"}, "source": "knowledge/products.md", "start": 120, "end": 131,
     "quote": "保质期：36 个月", "accept": null, "by": "rules"}

`accept` is what the person changes: true takes the record up, false drops it (also one taken up
before), null leaves it undecided. `quote` is the characters from `start` to `end` of the source's
text. `by` says who found it: `rules`, `model NAME`, or `log` of a chat log that was mined.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from knowledge.brand_edit import write_whole
from knowledge.errors import KnowledgeError

RecordKind = Literal["product_fact", "question_answer", "policy", "table_row", "opening_hours"]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]

# Needed fields, and those that may be left out; a table's row has its own headers.
FIELDS: Mapping[RecordKind, tuple[frozenset[str], frozenset[str]]] = {
    "product_fact": (frozenset({"product", "attribute", "value"}), frozenset({"unit"})),
    "question_answer": (frozenset({"question", "answer"}), frozenset()),
    "policy": (
        frozenset({"subject", "rule"}),
        frozenset({"conditions", "exceptions", "valid_from", "valid_until"}),
    ),
    "opening_hours": (frozenset({"place", "opens", "closes"}), frozenset({"days"})),
}
KINDS: tuple[RecordKind, ...] = get_args(RecordKind)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_AFTERNOON = re.compile(r"下午|晚|傍晚|p\.?m", re.IGNORECASE)
_DAYS = ("valid_from", "valid_until")
_ABOUT = frozenset({"product", "place", "subject"})


class Record(BaseModel):
    """One typed record with the exact words it was read from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: RecordKind
    fields: dict[str, Text] = Field(min_length=1)
    source: Text
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    quote: Text
    accept: bool | None = None
    by: Text

    @property
    def identity(self) -> tuple[object, ...]:
        """Two records with the same are one."""
        return (self.kind, self.source, *sorted(self.fields.items()))


def trouble_with(record: Record) -> str:
    """Why a record will not do, in words for an editor; empty if it will."""
    if record.kind in FIELDS:
        needed, optional = FIELDS[record.kind]
        if missing := sorted(needed - record.fields.keys()):
            return f"a {record.kind} needs {', '.join(missing)}"
        if unknown := sorted(record.fields.keys() - needed - optional):
            return f"a {record.kind} has no {', '.join(unknown)}"
    for name in _DAYS:
        if name in record.fields and not _is_day(record.fields[name]):
            return f"{name} is no day such as 2026-12-31"
    if invented := sorted(numbers_missing(record)):
        return f"{', '.join(invented)} does not stand in the quote"
    return ""


def numbers_missing(record: Record) -> frozenset[str]:
    """Numbers of the fields that the quoted words do not have.

    What a record is about may have its number in the heading above: `精华液 30ml`.
    """
    there = numbers_in(record.quote)
    if _AFTERNOON.search(record.quote):
        there |= {str(int(n) + 12) for n in there if n.isdigit() and int(n) < 12}
    said = " ".join(value for name, value in record.fields.items() if name not in _ABOUT)
    return frozenset(numbers_in(said) - there - {"0"})


def numbers_in(text: str) -> set[str]:
    """Every number of a text in one spelling: `１,299.00` and `1299` are the same."""
    found = _NUMBER.findall(unicodedata.normalize("NFKC", text))
    return {_plain(part) for number in found for part in _parts(number)}


def _parts(number: str) -> list[str]:
    """`1,299.50` is one number; `9,10` and `1.2.3` are several."""
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?", number):
        return [number.replace(",", "")]
    return re.findall(r"\d+", number)


def _plain(number: str) -> str:
    whole, _, decimals = number.partition(".")
    decimals = decimals.rstrip("0")
    return f"{whole.lstrip('0') or '0'}{'.' if decimals else ''}{decimals}"


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def read_review(text: str, name: str) -> tuple[tuple[int, Record], ...]:
    """The records of a review file, each with the number of its line.

    Raises:
        KnowledgeError: a line is no such record; names the line and what is wrong.
    """
    records = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            records.append((number, Record.model_validate_json(line)))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(step) for step in first["loc"])
            what = f"{where}: {first['msg']}" if where else first["msg"]
            raise KnowledgeError(f"{name}, line {number}: {what}.") from error
    return tuple(records)


def write_new_review(records: Iterable[Record], path: Path) -> None:
    """Write a review file, whole or not at all.

    Raises:
        KnowledgeError: there is one already: somebody's decisions may be in it.
    """
    if path.exists():
        raise KnowledgeError(f"{path} is there already; give another name, or accept it first.")
    write_whole(path, "".join(f"{line_of(record)}\n" for record in records))


def line_of(record: Record) -> str:
    """The record as a line of a review file."""
    return json.dumps(record.model_dump(mode="json"), ensure_ascii=False)
