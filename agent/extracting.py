"""Records where the rules end: a model proposes, code checks that every word of it was written.

The model sees one sentence at a time and names its kind and subject. What the record says is the
sentence itself, or a part of it to the letter: a small model's wording is no fact.
"""

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.extract_checks import is_asked_of, is_value, says_something, without_edges
from agent.model import Completion, Message, Model, Request
from knowledge.brand import Language
from knowledge.folding import fold
from knowledge.lines import Line, TableRow, lines_in, sentences
from knowledge.markup import plain
from knowledge.products import ProductNames
from knowledge.review import Record, RecordKind, trouble_with

_KINDS: tuple[RecordKind, ...] = ("product_fact", "policy", "question_answer")
_SHORTEST, _LONGEST = 12, 300
_FIELDS = ("kind", "subject", "attribute", "value", "question")


@dataclass(frozen=True, slots=True)
class Asked:
    """The language of the texts and the names of the catalogue's products."""

    language: Language
    names: ProductNames


async def records_by_model(
    model: Model, asked: Asked, source: str, text: str, known: Sequence[Record]
) -> AsyncIterator[Record]:
    """A record for each sentence that the rules read none of, as far as one can be had.

    Raises:
        ModelDownError: the model cannot be asked.
    """
    for line in left_over(source, text, known):
        completion = await model.complete(_request(asked.language, line))
        record = _record(completion, model.spec, source, line, asked.names)
        if record and not trouble_with(record):
            yield record


def left_over(source: str, text: str, known: Iterable[Record]) -> tuple[Line, ...]:
    """The sentences of a text that no record quotes."""
    spans = [(record.start, record.end) for record in known if record.source == source]
    return tuple(
        said
        for line in lines_in(source, text)
        if not isinstance(line, TableRow) and not line.is_heading
        for said in sentences(line)
        if _SHORTEST <= len(said.text) <= _LONGEST
        and says_something(said.text)
        and not any(start < said.end and said.start < end for start, end in spans)
    )


def _request(language: Language, line: Line) -> Request:
    prompt = (Path(__file__).parent / "texts" / f"extract.{language}.md").read_text("utf-8")
    above, said = ("标题：", "原文：") if language == "zh" else ("Headings: ", "Sentence: ")
    properties: dict[str, Any] = {name: {"type": "string", "maxLength": 60} for name in _FIELDS}
    properties["kind"] = {"enum": [*_KINDS, "none"]}
    return Request(
        messages=(
            Message("system", prompt.strip()),
            Message("user", f"{above}{' > '.join(line.heading)}\n{said}{plain(line.text)}"),
        ),
        max_tokens=160,
        schema={
            "type": "object",
            "properties": properties,
            "required": list(_FIELDS),
            "additionalProperties": False,
        },
    )


def _record(
    completion: Completion, spec: str, source: str, line: Line, names: ProductNames
) -> Record | None:
    """What the model said, as far as it stands in the sentence or above it."""
    try:
        told = json.loads(completion.text)
    except ValueError:
        return None
    if not isinstance(told, dict) or told.get("kind") not in _KINDS:
        return None
    words = {name: str(told.get(name, "")).strip() for name in _FIELDS}
    fields = _fields(words, line, names)
    if fields is None:
        return None
    return Record(
        kind=words["kind"],
        fields=fields,
        source=source,
        start=line.start,
        end=line.end,
        quote=line.text,
        by=f"model {spec}",
    )


def _fields(words: dict[str, str], line: Line, names: ProductNames) -> dict[str, str] | None:
    """The fields as far as they were written; None for what was not."""
    said = plain(line.text)
    around = " ".join((*line.heading, said))
    subject = words["subject"] if fold(words["subject"]) in fold(around) else ""
    match words["kind"]:
        case "product_fact":
            attribute, value = words["attribute"], without_edges(words["value"])
            # One product of the catalogue, by the name it has in the text.
            one = len(names.named_in(subject)) == 1 if subject else False
            other = fold(attribute) not in fold(subject) and fold(attribute) in fold(around)
            if one and attribute and value and other and is_value(value, attribute, said):
                return {"product": subject, "attribute": attribute, "value": value}
        case "policy":
            # A sentence is no subject of itself.
            apart = subject and fold(subject) not in fold(said)
            about = subject if apart or _is_short(subject, said) else line.heading[-1]
            return {"subject": about, "rule": _without_trail(said)}
        case "question_answer" if is_asked_of(words["question"], around):
            return {"question": words["question"], "answer": _without_trail(said)}
    return None


def _is_short(subject: str, said: str) -> bool:
    return bool(subject) and 2 * len(subject) <= len(said)


def _without_trail(said: str) -> str:
    """A clause of a longer sentence ends in a comma or semicolon, which says nothing."""
    return said.rstrip(" ，,；;、")
