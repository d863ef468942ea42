"""Fit the weights of agent/sureness.py on what an evaluation recorded.

Usage: fit_sureness.py RESULTS_JSONL... Each is a results.jsonl that `digital-human evaluate` wrote
for development cases. A searched question counts as answerable here if it should be answered and
a source that answers it was among the first five; as unanswerable if it should be refused.
Logistic regression with a small penalty on the squared weights, both classes weighing the same;
the last table leaves one brand out at a time.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_NAMES = ("odds", "similarity", "nearness", "foreign")
_PENALTY, _ROUNDS, _EXACT = 3.0, 50, 1e-6
_HAN = re.compile(r"[一-鿿]")
Array = NDArray[np.float64]


def samples(path: Path) -> list[tuple[str, bool, list[float]]]:
    """Brand, whether the passages answer, and the signs, of each turn with one question."""
    found = []
    for line in path.read_text("utf-8").splitlines():
        case = json.loads(line)
        for turn in case["turns"] if not case["system"] else ():
            notes = [n for n in turn["model_calls"] if n["purpose"] == "evidence" and n["signs"]]
            if any(n["purpose"] == "restate" for n in turn["model_calls"]):
                notes = notes[:1]  # the second look's come after it
            texts = [n["hits"] for n in turn["model_calls"] if n["purpose"] == "found"]
            refused = turn["expected_refusal"]
            if refused is None or len(notes) != 1 or not texts or turn["source_found"] is False:
                continue
            signs = {**notes[0]["signs"], "foreign": _foreign(turn["user"], texts[0])}
            found.append((case["brand"], not refused, [signs[name] for name in _NAMES]))
    return found


def _foreign(asked: str, hits: list[dict[str, Any]]) -> float:
    chinese = bool(_HAN.search(asked))
    return float(all(chinese != bool(_HAN.search(hit["text"])) for hit in hits))


def fitted(
    x: Array, y: Array, penalty: float = _PENALTY, counts: Array | None = None
) -> tuple[Array, float]:
    """Weights and bias; each sample `counts` as often as said, once if nothing is."""
    counts = np.ones(len(y)) if counts is None else counts
    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-9
    z = np.column_stack([(x - mean) / scale, np.ones(len(y))])
    both = [max(1.0, float(counts[y == side].sum())) for side in (0, 1)]
    weigh = counts * len(y) / (2 * np.where(y == 1, both[1], both[0]))
    held_back = np.diag([*[penalty] * x.shape[1], 0.0])
    found = np.zeros(z.shape[1])
    for _ in range(_ROUNDS):  # Newton's method
        likely = 1 / (1 + np.exp(-(z @ found)))
        slope = z.T @ (weigh * (likely - y)) + held_back @ found
        bend = (z.T * (weigh * likely * (1 - likely))) @ z + held_back
        step = np.linalg.solve(bend, slope)
        found -= step
        if np.abs(step).max() < _EXACT:
            break
    weights, bias = found[:-1] / scale, float(found[-1])
    return weights, bias - float(weights @ mean)


def ranked(scores: Array, y: Array) -> float:
    """The chance that an answerable question scores above an unanswerable one."""
    above = scores[y == 1][:, None] - scores[y == 0][None, :]
    return float(((above > 0) + 0.5 * (above == 0)).mean())


def main(paths: list[str]) -> None:
    """Print the weights, what thresholds give, and each brand judged by the others' weights."""
    rows = [row for path in paths for row in samples(Path(path))]
    brands = np.array([row[0] for row in rows])
    y = np.array([float(row[1]) for row in rows])
    x = np.array([row[2] for row in rows])
    weights, bias = fitted(x, y)
    print(f"{len(rows)} questions, {int(y.sum())} answerable; bias {bias:.2f}")
    print(dict(zip(_NAMES, weights.round(3).tolist(), strict=True)))
    scores = 1 / (1 + np.exp(-(x @ weights + bias)))
    for threshold in np.linspace(0.2, 0.7, 11):
        refused = scores < threshold
        print(
            f"from {threshold:.2f}: unanswerable refused {refused[y == 0].mean():.0%}, "
            f"answerable refused {refused[y == 1].mean():.0%}"
        )
    for brand in sorted(set(brands)):
        own = brands == brand
        if 0 < y[own].sum() < own.sum() and 0 < y[~own].sum() < (~own).sum():
            w, b = fitted(x[~own], y[~own])
            print(f"{brand}, by the others: {ranked(x[own] @ w + b, y[own]):.3f} ranked right")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: fit_sureness.py RESULTS_JSONL...")
    main(sys.argv[1:])
