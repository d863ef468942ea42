"""The report of an evaluation: its figures, in all and by brand, file and tag, and its results."""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from evaluation.metrics import figures_of, share
from evaluation.results import CaseResult


def report_of(
    results: Sequence[CaseResult],
    *,
    model: str,
    brand: str,
    interrupted: bool = False,
    remembered: int = 0,
) -> dict[str, Any]:
    """The report of these results, ready for JSON. Figures without any turn to rest on are None.

    Results of baselines have figures of their own, under `baselines`; all else is the agent's.
    Of answers that were `remembered` nobody knows how long they took: times are None then.
    """
    own = [result for result in results if not result.system]
    others = grouped((result for result in results if result.system), lambda r: r.system)
    report = {
        "model": model,
        "brand": brand,
        "interrupted": interrupted,
        "remembered": remembered,
        **figures_of(own),
        "by_tag": _by_tag(own),
        **breakdown(own),
        "baselines": {
            name: {**_unclocked(figures_of(theirs)), "by_tag": _by_tag(theirs), **breakdown(theirs)}
            for name, theirs in others.items()
        },
        "results": [_result(result) for result in own],
    }
    return _timeless(report) if remembered else report


def _timeless(value: dict[str, Any]) -> dict[str, Any]:
    """The same figures without any times."""
    return {
        name: dict.fromkeys(part)
        if name == "latency_ms"
        else _timeless(part)
        if isinstance(part, dict)
        else part
        for name, part in value.items()
    }


def _unclocked(figures: dict[str, Any]) -> dict[str, Any]:
    """A baseline does not tell its own time from the model's."""
    return {**figures, "latency_ms": {**figures["latency_ms"], "own_p50": None}}


def breakdown(results: Sequence[CaseResult]) -> dict[str, Any]:
    """Figures per brand, per brand and case file, and per file name averaged over the brands."""
    brands = grouped(results, _brand)
    files = grouped(results, _file)
    return {
        "by_brand": {
            brand: {
                **figures_of(own),
                "files": {
                    file: figures_of(cases) for file, cases in grouped(own, _file).items() if file
                },
            }
            for brand, own in brands.items()
            if brand
        },
        "by_file": {
            file: {
                **figures_of(own),
                "mean_over_brands": mean(
                    share(result.right for result in cases)
                    for cases in grouped(own, _brand).values()
                ),
            }
            for file, own in files.items()
            if file
        },
    }


def _file(result: CaseResult) -> str:
    return result.file


def _brand(result: CaseResult) -> str:
    return result.brand


def grouped(
    results: Iterable[CaseResult], key: Callable[[CaseResult], str]
) -> dict[str, list[CaseResult]]:
    """The results by that key, in order of first appearance."""
    groups: dict[str, list[CaseResult]] = {}
    for result in results:
        groups.setdefault(key(result), []).append(result)
    return groups


def mean(values: Iterable[float | None]) -> float | None:
    """The mean of those that are there, to four places."""
    there = [value for value in values if value is not None]
    return round(sum(there) / len(there), 4) if there else None


def write_report(report: dict[str, Any], folder: Path) -> Path:
    """Write report.json into the folder, all of it or nothing; hands back its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path, unfinished = folder / "report.json", folder / "report.json.part"
    unfinished.write_text(
        json.dumps(report, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8"
    )
    return unfinished.replace(path)


def _by_tag(results: Iterable[CaseResult]) -> dict[str, dict[str, float | int | None]]:
    rights: dict[str, list[bool]] = {}
    ids: dict[str, set[tuple[str, str]]] = {}
    for result in results:
        for tag in result.tags or ("untagged",):
            rights.setdefault(tag, []).append(result.right)
            ids.setdefault(tag, set()).add((result.brand, result.id))
    return {
        tag: {"cases": len(ids[tag]), "case_accuracy": share(rights[tag])} for tag in sorted(rights)
    }


def _result(result: CaseResult) -> dict[str, Any]:
    kept = {"user", "right", "faults", "reply", "unsupported", "disclosed"}
    return {
        "id": result.id,
        "brand": result.brand,
        "file": result.file,
        "run": result.run,
        "tags": list(result.tags),
        "right": result.right,
        "turns": [turn.model_dump(mode="json", include=kept) for turn in result.turns],
    }
