"""Learning when a question is foreign to a brand, from its own questions and from foreign ones.

Own questions are those of the brand's cases that have an answer in its knowledge, and of its
examples that ask the knowledge. Where there are too few of them, headings and written questions
help out, each asked as if what stands beneath it were not there: else they would be far too easy.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.brand import Brand, Language
from knowledge.errors import KnowledgeError
from knowledge.foreignness import Calibration, Signs
from knowledge.passages import Passage
from knowledge.rankings import spread

# So many own questions are enough to do without made-up ones, and so few of all are too few.
_ENOUGH, _FEWEST = 30, 10
_MADE_UP = 120
MOST_READ = 5_000  # passages, from all over, whose headings become questions
_ROUNDS, _PENALTY = 30, 0.1


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question that this knowledge answers; `without` is the passage it was made from, if any."""

    text: str
    without: str | None = None


def own_questions(brand: Brand, passages: Sequence[Passage]) -> tuple[OwnQuestion, ...]:
    """The brand's own questions, each once, in a fixed order."""
    asked = dict.fromkeys((*_of_cases(brand.folder), *_of_examples(brand)))
    own = [OwnQuestion(text) for text in asked]
    if len(own) < _ENOUGH:
        made_up = list(_made_up(passages))
        own += [made_up[place] for place in spread(len(made_up), _MADE_UP)]
    return tuple(own)


def learnt(
    own: Sequence[Signs], foreign: Sequence[Signs], embedder: str, kept: float = 0.98
) -> Calibration:
    """The calibration that keeps this share of own questions.

    Every second foreign question is held back, to tell how many are refused.

    Raises:
        KnowledgeError: there are too few own questions; says what to do.
    """
    if len(own) < _FEWEST:
        raise KnowledgeError(
            f"There are {len(own)} questions of the brand's own and it takes {_FEWEST}: write "
            "cases with `sources` (cases/*.jsonl), or examples that search the knowledge."
        )
    centres = _centres(foreign)
    known, other = _table(own, centres), _table(foreign, centres)
    seen, held = other[0::2], other[1::2]
    weights, bias = _fitted(known, seen)
    scores = np.sort(known @ weights + bias)
    line = float(scores[int(len(scores) * (1 - kept))])
    return Calibration(
        form=2,
        embedder=embedder,
        similarity=round(float(weights[0]), 3),
        coverage=round(float(weights[1]), 3),
        bias=round(line - bias, 3),
        centre_zh=round(centres["zh"], 4),
        centre_en=round(centres["en"], 4),
        kept=kept,
        own=len(own),
        foreign=len(foreign),
        refused=round(float(np.mean(held @ weights + bias < line)), 4),
    )


def plainly_refused(own: Sequence[Signs], foreign: Sequence[Signs], kept: float = 0.98) -> float:
    """Of the same foreign questions, how many a line drawn through the similarity refuses."""
    known = sorted(one.similarity for one in own)
    line = known[int(len(known) * (1 - kept))]
    return float(np.mean([one.similarity < line for one in foreign[1::2]]))


def _fitted(own: NDArray[np.float64], foreign: NDArray[np.float64]) -> tuple[Any, float]:
    """Logistic regression by Newton's method, both sides weighing the same; no weight below 0."""
    both = np.concatenate([own, foreign])
    is_own = np.r_[np.ones(len(own)), np.zeros(len(foreign))]
    weigh = np.where(is_own == 1, 0.5 / len(own), 0.5 / len(foreign)) * len(both)
    mean, scale = both.mean(axis=0), both.std(axis=0) + 1e-9
    x = np.c_[(both - mean) / scale, np.ones(len(both))]
    ridge = _PENALTY * np.diag([1.0, 1.0, 1e-6])
    w = np.zeros(3)
    for _ in range(_ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        slope = x.T @ (weigh * (p - is_own)) + ridge @ w
        bend = (x * (weigh * p * (1 - p))[:, np.newaxis]).T @ x + ridge
        w = w - np.linalg.solve(bend + 1e-9 * np.eye(3), slope)
    weights = np.maximum(w[:2] / scale, 0.0)
    return weights, float(w[2] - weights @ mean)


def _centres(foreign: Sequence[Signs]) -> dict[Language, float]:
    """How near foreign questions come, by their language; of a half of them, as all is learnt."""
    seen = foreign[0::2]
    every = float(np.mean([one.similarity for one in seen]))
    languages: tuple[Language, ...] = ("zh", "en")
    return {
        language: float(np.mean(near)) if near else every
        for language in languages
        for near in [[one.similarity for one in seen if one.language == language]]
    }


def _table(signs: Sequence[Signs], centres: dict[Language, float]) -> NDArray[np.float64]:
    rows = [(one.similarity - centres[one.language], one.coverage) for one in signs]
    return np.array(rows, dtype=np.float64)


def _of_cases(folder: Path) -> Iterator[str]:
    """First turns that must cite a source; later ones may not be understood alone.

    Cases called held… are for measuring, and nothing is learnt from them.
    """
    for path in sorted((folder / "cases").glob("*.jsonl")):
        if path.name.startswith("held"):
            continue
        for line in path.read_text("utf-8").splitlines():
            turn = _first_turn(line)
            expected = turn.get("expect") or {}
            if turn.get("user") and expected.get("sources") and not expected.get("refuses"):
                yield str(turn["user"])


def _first_turn(line: str) -> dict[str, Any]:
    try:
        turns = json.loads(line)["turns"]
        return dict(turns[0])
    except (ValueError, KeyError, TypeError, IndexError):
        return {}  # a mistake in a case is the evaluation's to report


def _of_examples(brand: Brand) -> Iterator[str]:
    for example in brand.examples:
        if [call.tool for call in example.calls] == ["search_knowledge"]:
            yield example.text


def _made_up(passages: Sequence[Passage]) -> Iterator[OwnQuestion]:
    seen = set()
    for passage in passages:
        if passage.heading and passage.kind in {"text", "question_answer"}:
            text = " ".join(passage.heading[-2:])
            if text not in seen:
                seen.add(text)
                yield OwnQuestion(text, passage.id)
