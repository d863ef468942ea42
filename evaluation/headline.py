"""The figures that are shown first, on the terminal and on the page, and how they are written."""

from collections.abc import Iterable
from typing import Any, Final

from evaluation.figures import flat

HEADLINE: Final[dict[str, str]] = {
    "case_accuracy": "cases right",
    "turn_accuracy": "turns right",
    "call_exact": "calls exact",
    "refusal.precision": "refusal precision",
    "refusal.recall": "refusal recall",
    "refusal.answerable_refused": "answerable but refused",
    "handoff_accuracy": "handover right",
    "retrieval": "source among first five",
    "unsupported_facts": "unsupported facts",
    "wrong_disclosures": "wrong disclosures",
    "crashed": "crashed cases",
    "latency_ms.p50": "turn, median",
    "latency_ms.p95": "turn, 95 % within",
    "latency_ms.first_token_p50": "first word, median",
    "latency_ms.decide_p50": "decision, median",
    "latency_ms.own_p50": "own time, median",
}
_COUNTS = frozenset({"unsupported_facts", "wrong_disclosures", "crashed"})


def cells(name: str, columns: Iterable[dict[str, Any]]) -> list[str]:
    """A figure of each report or baseline, written with its unit; a dash where there is none."""
    return [_written(name, flat(column).get(name)) for column in columns]


def _written(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    if name.startswith("latency_ms."):
        return f"{value:,.0f} ms"
    return str(value) if name in _COUNTS else f"{value:.1%}"
