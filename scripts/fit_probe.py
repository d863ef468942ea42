"""Fit the probe of agent/probing.py and the weights of agent/sureness.py that go with it.

Usage: fit_probe.py [--model NAME] [--add RESULTS_JSONL]... [--write]

scripts/answerable.jsonl has the questions: which lines were found, and whether they answer. `--add`
adds those of results.jsonl files that `digital-human evaluate` wrote. Each is put to the embedded
model, two to three seconds, and what its state was at the places where it is read
(agent/probing.py) is kept in .cache/probe. For each place a logistic regression with a penalty on
the squared weights, both classes weighing the same; the probe is the mean of both. Questions
written in pairs of one form are used at the verdict alone: there the state sees the evidence, at
the start what kind of thing is asked. Every figure printed is of brands that were left out of the
fit. `--write` puts the probe into agent/probes.
"""

import argparse
import asyncio
import hashlib
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from fit_sureness import fitted, ranked
from numpy.typing import NDArray
from rich.progress import track

from agent.answer import judge_request
from agent.chat_model import ChatModel
from agent.embedded import EmbeddedOptions, start_embedded
from agent.grammar import compact_grammar
from agent.model import Request
from agent.model_http import TimeLimits
from agent.openai_style import OpenAiWire
from agent.probing import PLACES, PROBES, Probe, Probing
from agent.prompts import answer_digest, prompts_in
from agent.weights import fetch
from app.settings import Settings

_QUESTIONS = Path(__file__).parent / "answerable.jsonl"
_KEPT = Path(".cache/probe")
# A thousand tokens are a view of nearly all of the state of a model of this size.
_TOKENS = tuple(sorted(random.Random(7).sample(range(1000, 100_000), 1700))[:1024])
_PENALTIES = (30.0, 100.0, 300.0)
_PENALTY = 100.0
_HAN = re.compile(r"[一-鿿]")
_SIGNS = ("similarity", "nearness")
_NAMES_NOTHING = 0.945
Array = NDArray[np.float64]


class Row(NamedTuple):
    """A question with the lines found for it, and whether they answer it.

    `counts`: those written in pairs of one form, harder than what customers ask, count less.
    """

    brand: str
    question: str
    lines: list[str]
    answers: bool
    similarity: float
    nearness: float | None
    counts: float = 1.0


def rows_in(path: Path) -> Iterator[Row]:
    """The questions of a file of questions, or of an evaluation's results.jsonl."""
    for line in path.read_text("utf-8").splitlines():
        kept = json.loads(line)
        if "turns" in kept:
            yield from _rows_of(kept)
        else:
            yield Row(**kept)


def _rows_of(case: dict[str, Any]) -> Iterator[Row]:
    for turn in case["turns"] if not case["system"] else ():
        refused, found = turn["expected_refusal"], turn["source_found"]
        if refused is None or (not refused and not found):
            continue
        for note in turn["model_calls"]:
            if note["purpose"] == "evidence" and note["signs"]:
                signs = [note["signs"][name] for name in _SIGNS]
                yield Row(case["brand"], note["question"], note["lines"], not refused, *signs)


def request_of(row: Row) -> Request:
    """What the model is asked of such a question."""
    language = "zh" if _HAN.search("".join(row.lines)) else "en"
    return judge_request(prompts_in(language), row.question, row.lines)


def states(rows: list[Row], model: str) -> dict[str, Array]:
    """For each place and question the log-probabilities of the tokens, less their mean."""
    requests = [request_of(row) for row in rows]
    kept = [_KEPT / _digest(model, request) for request in requests]
    asked = zip(requests, kept, strict=True)
    new = [(one, file) for one, file in asked if not all(_at(file, p).exists() for p in PLACES)]
    if new:
        _KEPT.mkdir(parents=True, exist_ok=True)
        asyncio.run(_ask(model, new))
    return {place: np.stack([np.load(_at(file, place)) for file in kept]) for place in PLACES}


def _at(kept: Path, place: str) -> Path:
    return kept.with_name(f"{kept.name}-{place}.npy")


def _digest(model: str, request: Request) -> str:
    texts = "\0".join(message.text for message in request.messages)
    return hashlib.sha256(f"{model}\0{texts}\0{_TOKENS}".encode()).hexdigest()[:24]


async def _ask(model: str, new: list[tuple[Request, Path]]) -> None:
    settings = Settings()
    file = Path(model)
    if not model.endswith(".gguf"):
        file = await fetch(model, settings.cache_dir, settings.model_mirror)
    server = await start_embedded(file, EmbeddedOptions(slots=1))
    limits = TimeLimits(5, 120, 180)
    wire = OpenAiWire(model, server.url, server.key, limits, compact_grammar, server.stop)
    chat = ChatModel(model, wire, limits)
    nothing = Probe(_TOKENS, np.zeros((len(PLACES), len(_TOKENS))), 0.0)
    probing = Probing(server.address, server.key, nothing)
    for request, kept in track(new, "asking"):
        written = (await chat.complete(request)).text
        before, verdict, _ = written.partition(request.probe)
        # The later place first: it is in the server's cache as a whole.
        for place, text in (("verdict", before + verdict), ("start", "")):
            told = await probing.logprobs(request, text)
            state = np.array([told[token] for token in _TOKENS])
            np.save(_at(kept, place), state - state.mean())
    await chat.close()


def by_the_others(x: Array, y: Array, rows: list[Row], penalty: float) -> Array:
    """Each question's log-odds by a fit to the questions of the other brands."""
    brands = np.array([row.brand for row in rows])
    counts = np.array([row.counts for row in rows])
    scores = np.zeros(len(y))
    for brand in sorted(set(brands.tolist())):
        own = brands == brand
        weights, bias = fitted(x[~own], y[~own], penalty, counts[~own])
        scores[own] = x[own] @ weights + bias
    return scores


class Fit(NamedTuple):
    """A place's probe: each question's log-odds by the other brands, and weights by all."""

    scores: Array
    weights: Array
    bias: float


def _fit(place: str, rows: list[Row], x: Array) -> Fit:
    y, counts = _sides(rows)
    for penalty in _PENALTIES:
        _tell(f"{place}, penalty {penalty:g}", by_the_others(x, y, rows, penalty), y, counts)
    return Fit(by_the_others(x, y, rows, _PENALTY), *fitted(x, y, _PENALTY, counts))


def _sides(rows: list[Row]) -> tuple[Array, Array]:
    """Which of them are answered, as 1 and 0, and how much each counts."""
    return np.array([float(row.answers) for row in rows]), np.array([row.counts for row in rows])


def main() -> None:
    """Print how well brands are judged by the others', and write what all of them give."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", default="qwen2.5-coder-1.5b")
    parser.add_argument("--add", type=Path, action="append", default=[])
    parser.add_argument("--write", action="store_true")
    told = parser.parse_args()
    everything = [row for path in (_QUESTIONS, *told.add) for row in rows_in(path)]
    rows = [row for row in everything if row.counts == 1]
    print(f"{len(everything)} questions of {len({row.brand for row in everything})} brands")
    seen = states(everything, told.model)
    usual = np.array([row.counts == 1 for row in everything])
    start = _fit("start", rows, seen["start"][usual])
    verdict = _fit("verdict", everything, seen["verdict"])
    y, counts = _sides(rows)
    probe = (start.scores + verdict.scores[usual]) / 2
    _tell("both", probe, y, counts)
    near = [_NAMES_NOTHING if row.nearness is None else row.nearness for row in rows]
    latin = [not (_HAN.search(row.question) and _HAN.search("".join(row.lines))) for row in rows]
    signs = np.column_stack([probe, [row.similarity for row in rows], near, latin])
    scores = by_the_others(signs, y, rows, 3.0)
    _tell("with similarity, nearness and script", scores, y, counts)
    sure = 1 / (1 + np.exp(-scores))
    for threshold in np.linspace(0.3, 0.7, 9):
        refused = [(sure < threshold)[y == side].mean() for side in (0, 1)]
        print(
            f"from {threshold:.2f}: unanswerable refused {refused[0]:.0%}, "
            f"answerable refused {refused[1]:.0%}"
        )
    weights, bias = fitted(signs, y, counts=counts)
    names = ("probe", *_SIGNS, "latin")
    print(f"bias {bias:.2f}", dict(zip(names, weights.round(3).tolist(), strict=True)))
    if told.write:
        _write(Path(told.model.removesuffix(".gguf")).name, start, verdict)


def _tell(name: str, scores: Array, y: Array, counts: Array) -> None:
    usual = counts == 1
    pairs = [f"{ranked(scores[part], y[part]):.3f}" for part in (usual, ~usual) if part.any()]
    print(f"{name}: {', in pairs '.join(pairs)} ranked right")


def _write(model: str, *places: Fit) -> None:
    """Keep the mean of the places' regressions: a row of weights for each, and one bias."""
    weights = np.stack([place.weights for place in places]) / len(places)
    kept = {
        "prompts": {name: answer_digest(name) for name in ("zh", "en")},
        "tokens": _TOKENS,
        "weights": weights.round(5).tolist(),
        "bias": round(sum(place.bias for place in places) / len(places), 4),
    }
    file = PROBES / f"{model}.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(kept, separators=(",", ":")) + "\n", "utf-8")
    print(file)


if __name__ == "__main__":
    main()
