"""Two evaluations side by side: what got better, what worse, and whether it may be chance."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.figures import flat

Key = tuple[str, str, int]


class CompareError(ValueError):
    """What was given is no report; the message names the file."""


@dataclass(frozen=True, slots=True)
class Change:
    """A run of a case that was judged otherwise: its words, and the faults of the wrong one."""

    id: str
    brand: str
    users: tuple[str, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Of `paired` runs of cases that both reports have: what changed; figures of both, by name."""

    paired: int
    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    figures: dict[str, tuple[float | None, float | None]]

    @property
    def p_value(self) -> float:
        """Of McNemar's exact test: how likely so uneven changes are if nothing changed."""
        return mcnemar(len(self.better), len(self.worse))


def mcnemar(better: int, worse: int) -> float:
    """The two-sided binomial probability of so uneven a split of the discordant pairs."""
    pairs = better + worse
    tail = sum(math.comb(pairs, k) for k in range(min(better, worse) + 1))
    return min(1.0, float(2 * tail / 2**pairs))


def read_report(path: Path) -> dict[str, Any]:
    """A report.json.

    Raises:
        CompareError: there is none, or it is something else.
    """
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CompareError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise CompareError(f"{path}: is no report.json: {error}") from error
    if not isinstance(report, dict) or not _all_results(report.get("results")):
        raise CompareError(f"{path}: is no report.json of `digital-human evaluate`")
    return report


def _all_results(results: Any) -> bool:
    return isinstance(results, list) and all(
        isinstance(r, dict) and isinstance(r.get("turns"), list) and {"id", "right"} <= set(r)
        for r in results
    )


def compared(before: dict[str, Any], after: dict[str, Any]) -> Comparison:
    """The second report against the first, on the runs of cases that both have."""
    old, new = _by_key(before), _by_key(after)
    both = [key for key in old if key in new]
    changed = [key for key in both if old[key]["right"] != new[key]["right"]]
    named = flat(_own(before)), flat(_own(after))
    return Comparison(
        paired=len(both),
        better=tuple(_change(old[key]) for key in changed if new[key]["right"]),
        worse=tuple(_change(new[key]) for key in changed if old[key]["right"]),
        figures={name: (named[0][name], named[1][name]) for name in named[0] if name in named[1]},
    )


def _own(report: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in report.items() if key not in _PARTS}


_PARTS = frozenset({"baselines", "by_brand", "by_file", "by_tag", "results"})


def _by_key(report: dict[str, Any]) -> dict[Key, dict[str, Any]]:
    return {
        (result.get("brand") or report.get("brand", ""), result["id"], result.get("run", 1)): result
        for result in report["results"]
    }


def _change(wrong: dict[str, Any]) -> Change:
    turns: Iterable[dict[str, Any]] = wrong["turns"]
    turns = tuple(turns)
    return Change(
        wrong["id"],
        wrong.get("brand", ""),
        tuple(turn.get("user", "") for turn in turns),
        tuple(fault for turn in turns for fault in turn.get("faults", ())),
    )
