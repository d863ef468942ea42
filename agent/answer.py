"""Answering: what code knows is said by code; knowledge is quoted or worded from evidence."""

import json
from typing import Any

from agent.evidence import Line
from agent.model import Completion, Message, ModelDownError, Request
from agent.prompts import Prompts
from agent.turn_state import Draft, Sentence

MAX_QUOTED = 3


def select_request(prompts: Prompts, question: str, lines: tuple[Line, ...]) -> Request:
    """Ask the model which of the numbered lines answer the question."""
    heads = ("资料：", "问题：") if prompts.language == "zh" else ("Lines:", "Question: ")
    shown = "\n".join(f"[{line.number}] {line.shown}" for line in lines)
    number = {"type": "integer", "enum": [line.number for line in lines]}
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {"lines": {"type": "array", "items": number, "maxItems": MAX_QUOTED}},
        "required": ["lines"],
        "additionalProperties": False,
    }
    return Request(
        messages=(
            Message("system", prompts.answer),
            Message("user", f"{heads[0]}\n{shown}\n{heads[1]}{question}"),
        ),
        max_tokens=24,
        schema=schema,
    )


def selected(completion: Completion, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines that the model named, in its order, each once.

    Raises:
        ModelDownError: the answer is not of the agreed form.
    """
    try:
        numbers = json.loads(completion.text)["lines"]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise ModelDownError("The model did not name lines; use another model.") from error
    by_number = {line.number: line for line in lines}
    wanted = dict.fromkeys(n for n in numbers if isinstance(n, int) and n in by_number)
    return tuple(by_number[n] for n in wanted)[:MAX_QUOTED]


def quoted(lines: tuple[Line, ...]) -> Draft:
    """Say the lines as they stand."""
    return Draft(
        tuple(Sentence(_closed(line.said), line.hit.source, line.hit.text) for line in lines),
        unanswered=not lines,
    )


def _closed(text: str) -> str:
    """A full stop where the passage has none."""
    if text and text[-1] not in "。.!！?？…；;~～)）":
        return f"{text}。" if any("一" <= char <= "鿿" for char in text) else f"{text}."
    return text
