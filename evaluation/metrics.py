"""The figures of an evaluation, as report.json has them; docs/evaluation.md defines each."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from evaluation.results import CaseResult, TurnResult


def figures_of(results: Sequence[CaseResult]) -> dict[str, Any]:
    """The figures of these results."""
    turns = [turn for result in results for turn in result.turns]
    distinct = {(result.brand, result.id): len(result.turns) for result in results}
    return {
        "cases": len(distinct),
        "turns": sum(distinct.values()),
        "runs": max((result.run for result in results), default=0),
        "case_accuracy": share(result.right for result in results),
        "turn_accuracy": share(turn.right for turn in turns),
        "pass_k": pass_hat_k(results),
        "call_exact": share(t.calls_right for t in turns if t.calls_right is not None),
        "refusal": _refusal(turns),
        "unsupported_facts": sum(len(turn.unsupported) for turn in turns),
        "wrong_disclosures": sum(turn.disclosed for turn in turns),
        "retrieval": share(t.source_found for t in turns if t.source_found is not None),
        "handoff_accuracy": share(
            turn.handoff_right for turn in turns if turn.expected_handoff is not None
        ),
        "crashed": sum(result.crashed for result in results),
        "latency_ms": _latency(turns),
    }


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
    runs: dict[tuple[str, str], list[bool]] = {}
    for result in results:
        runs.setdefault((result.brand, result.id), []).append(result.right)
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
        "unanswerable_refused": share(refused for refused, expected in judged if expected),
        "answerable_refused": share(refused for refused, expected in judged if not expected),
    }


def _latency(turns: Sequence[TurnResult]) -> dict[str, float | None]:
    """Over warm turns: the first one of a process loads and reads what later ones do not."""
    turns = [turn for turn in turns if not turn.cold]
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
