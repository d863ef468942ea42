"""The figures of an evaluation, as report.json has them; docs/evaluation.md defines each."""

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from evaluation.results import CaseResult, TurnResult


def report_of(
    results: Sequence[CaseResult], *, model: str, brand: str, interrupted: bool = False
) -> dict[str, Any]:
    """The report of these results, ready for JSON. Figures without any turn to rest on are None."""
    turns = [turn for result in results for turn in result.turns]
    distinct = {result.id: len(result.turns) for result in results}
    return {
        "model": model,
        "brand": brand,
        "cases": len(distinct),
        "turns": sum(distinct.values()),
        "runs": max((result.run for result in results), default=0),
        "interrupted": interrupted,
        "case_accuracy": share(result.right for result in results),
        "turn_accuracy": share(turn.right for turn in turns),
        "pass_k": pass_hat_k(results),
        "by_tag": _by_tag(results),
        "call_exact": share(t.calls_right for t in turns if t.calls_right is not None),
        "refusal": _refusal(turns),
        "unsupported_facts": sum(len(turn.unsupported) for turn in turns),
        "handoff_accuracy": share(
            turn.handoff_right for turn in turns if turn.expected_handoff is not None
        ),
        "crashed": sum(result.crashed for result in results),
        "latency_ms": _latency(turns),
        "results": [_result(result) for result in results],
    }


def write_report(report: dict[str, Any], folder: Path) -> Path:
    """Write report.json into the folder, all of it or nothing; hands back its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path, unfinished = folder / "report.json", folder / "report.json.part"
    unfinished.write_text(
        json.dumps(report, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8"
    )
    return unfinished.replace(path)


def share(rights: Iterable[object]) -> float | None:
    """The share of true ones, to four places; None of nothing."""
    judged = [bool(right) for right in rights]
    return round(sum(judged) / len(judged), 4) if judged else None


def percentile(values: Iterable[float], per_cent: int) -> float | None:
    """The nearest-rank percentile: the smallest value that `per_cent` of all do not exceed."""
    ordered = sorted(values)
    if not ordered:
        return None
    return round(ordered[max(0, math.ceil(len(ordered) * per_cent / 100) - 1)], 1)


def pass_hat_k(results: Iterable[CaseResult]) -> dict[str, float]:
    """For each k up to the number of runs: the chance that k runs of a case are all right.

    The unbiased estimate C(c, k) / C(n, k) of n runs with c right, averaged over the cases that
    were run at least k times.
    """
    runs: dict[str, list[bool]] = {}
    for result in results:
        runs.setdefault(result.id, []).append(result.right)
    estimates: dict[str, float] = {}
    for k in range(1, max(map(len, runs.values()), default=0) + 1):
        chances = [
            math.comb(sum(rights), k) / math.comb(len(rights), k)
            for rights in runs.values()
            if len(rights) >= k
        ]
        estimates[str(k)] = round(sum(chances) / len(chances), 4)
    return estimates


def _refusal(turns: Iterable[TurnResult]) -> dict[str, float | None]:
    """Over the turns whose case says whether to refuse; a crash refuses nothing."""
    judged = [
        (turn.refused, turn.expected_refusal) for turn in turns if turn.expected_refusal is not None
    ]
    return {
        "precision": share(expected for refused, expected in judged if refused),
        "recall": share(refused for refused, expected in judged if expected),
    }


def _by_tag(results: Iterable[CaseResult]) -> dict[str, dict[str, float | int | None]]:
    rights: dict[str, list[bool]] = {}
    ids: dict[str, set[str]] = {}
    for result in results:
        for tag in result.tags or ("untagged",):
            rights.setdefault(tag, []).append(result.right)
            ids.setdefault(tag, set()).add(result.id)
    return {
        tag: {"cases": len(ids[tag]), "case_accuracy": share(rights[tag])} for tag in sorted(rights)
    }


def _latency(turns: Sequence[TurnResult]) -> dict[str, float | None]:
    timings = [turn.reply.timings for turn in turns if turn.reply]
    decided = [
        float(call["total_ms"])
        for turn in turns
        for call in turn.model_calls
        if call.get("purpose") == "decide" and "total_ms" in call
    ]
    return {
        "p50": percentile((timing.total_ms for timing in timings), 50),
        "p95": percentile((timing.total_ms for timing in timings), 95),
        "first_token_p50": percentile((timing.first_token_ms for timing in timings), 50),
        "own_p50": percentile((timing.own_ms for timing in timings), 50),
        "decide_p50": percentile(decided, 50),
    }


def _result(result: CaseResult) -> dict[str, Any]:
    kept = {"user", "right", "faults", "reply", "unsupported"}
    return {
        "id": result.id,
        "run": result.run,
        "tags": list(result.tags),
        "right": result.right,
        "turns": [turn.model_dump(mode="json", include=kept) for turn in result.turns],
    }
