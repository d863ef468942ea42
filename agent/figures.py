"""What the tallies add up to: by day, by brand, by bot."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from agent.database import Database
from agent.day_sums import stored_sums
from agent.sums import Range, Sums, wrong_in
from agent.tallies import PACE_MS

By = Literal["day", "brand", "bot"]
# In the order of a key of sums.
BYS: tuple[By, ...] = get_args(By)


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of one day, brand or bot; times in milliseconds, None where there was no reply."""

    conversations: int = 0
    with_person: int = 0
    turns: int = 0
    refused: int = 0
    failed: int = 0
    model_errors: int = 0
    up: int = 0
    down: int = 0
    wrong: int = 0
    links: int = 0
    paid: int = 0
    p50_ms: int | None = None
    p95_ms: int | None = None


def share(part: int, whole: int) -> float | None:
    """A part of a whole; None of nothing."""
    return part / whole if whole else None


@dataclass(frozen=True)
class Dashboard:
    """Figures of a range: all of it, by each kind of group, and why persons were called."""

    total: Figures
    groups: Mapping[By, Mapping[str, Figures]]
    reasons: Mapping[str, int]


async def dashboard(database: Database, range_: Range) -> Dashboard:
    """The figures of a range."""
    async with database.reading() as connection:
        parts = (await stored_sums(connection, range_), await wrong_in(connection, range_))
    total = Sums()
    groups: dict[By, dict[str, Sums]] = {by: defaultdict(Sums) for by in BYS}
    for key, one in (pair for part in parts for pair in part.items()):
        for adding in (total, *(groups[by][name] for by, name in zip(BYS, key, strict=True))):
            adding.add(one)
    return Dashboard(
        _figures(total),
        {by: {key: _figures(one) for key, one in sorted(groups[by].items())} for by in BYS},
        dict(sorted(total.reasons.items(), key=lambda pair: -pair[1])),
    )


def _figures(sums: Sums) -> Figures:
    p50, p95 = (_percentile(sums.paces, part) for part in (0.5, 0.95))
    return Figures(**sums.counts, p50_ms=p50, p95_ms=p95)


def _percentile(paces: Mapping[int, int], part: float) -> int | None:
    """The middle of the quarter second that so many turns do not exceed."""
    wanted = part * sum(paces.values())
    seen = 0
    for pace, count in sorted(paces.items()):
        seen += count
        if seen >= wanted:
            return pace * PACE_MS + PACE_MS // 2
    return None
