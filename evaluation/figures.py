"""Figures by their dotted names, as gates and comparisons use them: `refusal.recall`."""

import re
from typing import Any

from evaluation.metrics import figures_of

# Not counted as figures: they say what was measured, not how it went.
_PASS_K = re.compile(r"^pass_k\.[1-9]\d*$")


def flat(figures: dict[str, Any], prefix: str = "") -> dict[str, float | None]:
    """All numbers among the figures by name; what is absent for lack of turns is None."""
    named: dict[str, float | None] = {}
    for key, value in figures.items():
        if isinstance(value, dict):
            named |= flat(value, f"{prefix}{key}.")
        elif value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
            named[f"{prefix}{key}"] = value
    return named


def known(name: str) -> bool:
    """Whether reports have a figure of this name."""
    return name in flat(figures_of(())) or bool(_PASS_K.match(name))
