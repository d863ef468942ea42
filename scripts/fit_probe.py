"""Fit the probe of agent/probing.py and the weights of agent/sureness.py that go with it.

Usage: fit_probe.py [--model NAME] [--layers N] [--add RESULTS_JSONL]... [--write]

scripts/answerable.jsonl has the questions: which lines were found, and whether they answer. `--add`
adds those of results.jsonl files that `digital-human evaluate` wrote. Each is put to the first
layers of the embedded model, a second or two, and what their state was (agent/probing.py) is kept
in .cache/probe. The probe is a logistic regression with a penalty on the squared weights, both
classes weighing the same. Every figure printed is of brands that were left out of the fit.
`--write` puts the probe into agent/probes.
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
from agent.early_layers import first_layers
from agent.embedded import EmbeddedOptions, start_embedded
from agent.model import Request
from agent.probing import PROBES, Probe, Probing
from agent.prompts import answer_digest, prompts_in
from agent.weights import fetch
from app.settings import Settings

_QUESTIONS = Path(__file__).parent / "answerable.jsonl"
_KEPT = Path(".cache/probe")
# A thousand tokens are a view of nearly all of the state of a model of this size.
_TOKENS = tuple(sorted(random.Random(7).sample(range(1000, 100_000), 1700))[:1024])
# Where the state tells most, of the 28 of the default model: see docs/decisions.md.
_LAYERS = 18
_PENALTIES = (100.0, 300.0, 1000.0)
_PENALTY = 300.0
_HAN = re.compile(r"[一-鿿]")
_SIGNS = ("similarity", "nearness")
_NAMES_NOTHING = 0.945
Array = NDArray[np.float64]


class Row(NamedTuple):
    """A question with the lines found for it, and whether they answer it."""

    brand: str
    question: str
    lines: list[str]
    answers: bool
    similarity: float
    nearness: float | None


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


def states(rows: list[Row], model: str, layers: int) -> Array:
    """For each question the log-probabilities of the tokens, less their mean."""
    requests = [request_of(row) for row in rows]
    kept = [_KEPT / f"{_digest(f'{model} {layers}', request)}.npy" for request in requests]
    asked = zip(requests, kept, strict=True)
    new = [(one, file) for one, file in asked if not file.exists()]
    if new:
        _KEPT.mkdir(parents=True, exist_ok=True)
        asyncio.run(_ask(model, layers, new))
    return np.stack([np.load(file) for file in kept])


def _digest(model: str, request: Request) -> str:
    texts = "\0".join([*(message.text for message in request.messages), request.probe])
    return hashlib.sha256(f"{model}\0{texts}\0{_TOKENS}".encode()).hexdigest()[:24]


async def _ask(model: str, layers: int, new: list[tuple[Request, Path]]) -> None:
    settings = Settings()
    file = Path(model)
    if not model.endswith(".gguf"):
        file = await fetch(model, settings.cache_dir, settings.model_mirror)
    early = first_layers(file, layers, settings.cache_dir / "layers")
    server = await start_embedded(early, EmbeddedOptions(slots=1))
    nothing = Probe(layers, _TOKENS, np.zeros(len(_TOKENS)), 0.0)
    probing = Probing(server.address, server.key, nothing)
    for request, kept in track(new, "asking"):
        told, _ = await probing.logprobs(request)
        np.save(kept, nothing.seen(told))
    await server.stop()


def by_the_others(x: Array, y: Array, brands: Array, penalty: float) -> Array:
    """Each question's log-odds by a fit to the questions of the other brands."""
    scores = np.zeros(len(y))
    for brand in sorted(set(brands.tolist())):
        own = brands == brand
        weights, bias = fitted(x[~own], y[~own], penalty)
        scores[own] = x[own] @ weights + bias
    return scores


class Fit(NamedTuple):
    """A regression: each question's log-odds by the other brands, and weights by all."""

    scores: Array
    weights: Array
    bias: float


def _fit(x: Array, y: Array, brands: Array, penalty: float = _PENALTY) -> Fit:
    return Fit(by_the_others(x, y, brands, penalty), *fitted(x, y, penalty))


def _with_signs(rows: list[Row], probe: Array, y: Array, brands: Array) -> None:
    """Print the weights of agent/sureness.py, and what thresholds give."""
    near = [_NAMES_NOTHING if row.nearness is None else row.nearness for row in rows]
    latin = [not (_HAN.search(row.question) and _HAN.search("".join(row.lines))) for row in rows]
    signs = np.column_stack([probe, [row.similarity for row in rows], near, latin])
    scores = by_the_others(signs, y, brands, 3.0)
    print(f"with similarity, nearness and script: {ranked(scores, y):.3f} ranked right")
    sure = 1 / (1 + np.exp(-scores))
    for threshold in np.linspace(0.3, 0.7, 9):
        refused = [(sure < threshold)[y == side].mean() for side in (0, 1)]
        print(
            f"from {threshold:.2f}: unanswerable refused {refused[0]:.0%}, "
            f"answerable refused {refused[1]:.0%}"
        )
    weights, bias = fitted(signs, y)
    names = ("probe", *_SIGNS, "latin")
    print(f"bias {bias:.2f}", dict(zip(names, weights.round(3).tolist(), strict=True)))


def main() -> None:
    """Print how well brands are judged by the others', and write what all of them give."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", default="qwen2.5-coder-1.5b")
    parser.add_argument("--layers", type=int, default=_LAYERS)
    parser.add_argument("--add", type=Path, action="append", default=[])
    parser.add_argument("--write", action="store_true")
    told = parser.parse_args()
    rows = [row for path in (_QUESTIONS, *told.add) for row in rows_in(path)]
    brands = np.array([row.brand for row in rows])
    print(f"{len(rows)} questions of {len(set(brands.tolist()))} brands")
    seen = states(rows, told.model, told.layers)
    y = np.array([float(row.answers) for row in rows])
    for penalty in _PENALTIES:
        scores = by_the_others(seen, y, brands, penalty)
        print(f"penalty {penalty:g}: {ranked(scores, y):.3f} ranked right")
    probe = _fit(seen, y, brands)
    _with_signs(rows, probe.scores, y, brands)
    if told.write:
        _write(Path(told.model.removesuffix(".gguf")).name, told.layers, probe)


def _write(model: str, layers: int, probe: Fit) -> None:
    kept = {
        "prompts": {name: answer_digest(name) for name in ("zh", "en")},
        "layers": layers,
        "tokens": _TOKENS,
        "weights": probe.weights.round(5).tolist(),
        "bias": round(probe.bias, 4),
    }
    file = PROBES / f"{model}.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(kept, separators=(",", ":")) + "\n", "utf-8")
    print(file)


if __name__ == "__main__":
    main()
