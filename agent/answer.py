"""Answering: the model, or its state, says whether lines answer; code speaks the lines."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agent.evidence import Line
from agent.model import Completion, Message, ModelDownError, Request
from agent.prompts import Prompts
from agent.turn_state import Draft, Sentence
from knowledge.brand import Language

MAX_CHOSEN = 2
# So many lines are said in one go.
_RUNNING = 2
_TOP_LOGPROBS = 10
# Where the server tells no probabilities: about as sure as small models are on average.
_PLAIN_ODDS = 1.0
# Beyond this a model is only more talkative, not more often right.
_LARGEST_ODDS = 4.0


@dataclass(frozen=True, slots=True)
class _Words:
    """How question, lines and verdict are called in the prompt of a language."""

    lines: str
    question: str
    chosen: str
    verdict: str
    stated: str
    missing: str


_WORDS: dict[Language, _Words] = {
    # Not yes and no: a small model writes "no" where the lines say that something cannot be done.
    "zh": _Words("资料：", "问题：", "资料", "答案", "写明", "没提"),
    "en": _Words("Lines:", "Question: ", "lines", "answer", "stated", "missing"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The lines that fit best, and the log-odds that they answer the question.

    `odds` by the model's word, `probe` by its state, where that can be looked at.
    """

    lines: tuple[Line, ...]
    odds: float
    probe: float | None = None


def judge_request(prompts: Prompts, question: str, lines: Sequence[str]) -> Request:
    """Ask the model which of these lines fit best, by number, and whether the answer is there."""
    words = _WORDS[prompts.language]
    numbers = range(1, len(lines) + 1)
    shown = "\n".join(f"[{place}] {line}" for place, line in zip(numbers, lines, strict=True))
    number = {"type": "integer", "enum": list(numbers)}
    properties: dict[str, Any] = {
        words.chosen: {"type": "array", "items": number, "minItems": 1, "maxItems": MAX_CHOSEN},
        words.verdict: {"enum": [words.stated, words.missing]},
    }
    return Request(
        messages=(
            Message("system", prompts.answer),
            Message("user", f"{words.lines}\n{shown}\n{words.question}{question}"),
        ),
        max_tokens=40,
        schema={
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        },
        top_logprobs=_TOP_LOGPROBS,
        probe=f'{{"{words.verdict}":"',
    )


def judged(completion: Completion, lines: tuple[Line, ...], language: Language) -> Verdict:
    """The model's verdict.

    Raises:
        ModelDownError: the answer is not of the agreed form.
    """
    words = _WORDS[language]
    try:
        value = json.loads(completion.text)
        numbers, said = value[words.chosen], value[words.verdict]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise ModelDownError("The model did not name lines; use another model.") from error
    by_number = {line.number: line for line in lines}
    wanted = dict.fromkeys(n for n in numbers if isinstance(n, int) and n in by_number)
    chosen = tuple(by_number[n] for n in wanted)[:MAX_CHOSEN]
    plain = _PLAIN_ODDS if said == words.stated else -_PLAIN_ODDS
    return Verdict(chosen, _odds(completion, words, plain), completion.probe)


def _odds(completion: Completion, words: _Words, plain: float) -> float:
    """log P(stated) - log P(missing) at the verdict; `plain` if no probability is told."""
    written = ""
    for token in completion.tokens:
        before, written = written, written + token.text
        opened = f'"{words.verdict}":"'
        if opened in before.replace(" ", "") and token.likeliest:
            floor = min(token.likeliest.values()) - 1
            sides = [
                max((p for t, p in token.likeliest.items() if _begins(t, word)), default=floor)
                for word in (words.stated, words.missing)
            ]
            return max(-_LARGEST_ODDS, min(_LARGEST_ODDS, sides[0] - sides[1]))
    return plain


def _begins(text: str, word: str) -> bool:
    return bool(text) and (word.startswith(text) or text.startswith(word))


def quoted(lines: tuple[Line, ...]) -> Draft:
    """Say the lines as they stand; a heading over several that follow each other is said once.

    More than two stand on lines of their own.
    """
    leads = ("", *(line.lead for line in lines))
    apart = "\n" if len(lines) > _RUNNING else ""
    said = [
        _closed(f"{'' if line.lead == before else line.lead}{line.said.strip()}")
        for before, line in zip(leads, lines, strict=False)
    ]
    return Draft(
        tuple(
            Sentence(f"{apart if place else ''}{text}", line.hit.source, line.hit.text)
            for place, (text, line) in enumerate(zip(said, lines, strict=True))
        ),
        unanswered=not lines,
    )


def _closed(text: str) -> str:
    """A full stop where the passage has none."""
    if text and text[-1] not in "。.!！?？…；;~～)）":
        return f"{text}。" if any("一" <= char <= "鿿" for char in text) else f"{text}."
    return text
