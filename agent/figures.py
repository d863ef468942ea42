"""What the tallies add up to: by day, by brand, by bot.

The database adds up in one pass over an index that holds all it needs; what is left, a few rows
for each day, brand and bot, is put together here.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, RowMapping, Table, case, func, select

from agent.database import Database
from agent.lesson_tables import conversation_tallies, corrections, turn_tallies
from agent.tallies import PACE_MS

By = Literal["day", "brand", "bot"]
BYS: tuple[By, ...] = get_args(By)


@dataclass(frozen=True, slots=True)
class Range:
    """Days, both ends included, in each brand's own time; empty is not asked for."""

    first_day: str
    last_day: str
    brand: str = ""
    bot: str = ""

    def of(self, table: Table) -> tuple[ColumnElement[bool], ...]:
        """The conditions on a table of tallies."""
        own = (table.c.day >= self.first_day, table.c.day <= self.last_day)
        brand = (table.c.brand == self.brand,) if self.brand else ()
        bot = (table.c.bot == self.bot,) if self.bot else ()
        return (*own, *brand, *bot)


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


@dataclass
class _Adding:
    """Counts that grow, and how many turns took each quarter of a second."""

    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    paces: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def figures(self) -> Figures:
        """What they came to."""
        p50, p95 = (_percentile(self.paces, part) for part in (0.5, 0.95))
        return Figures(**self.counts, p50_ms=p50, p95_ms=p95)


async def dashboard(database: Database, range_: Range) -> Dashboard:
    """The figures of a range."""
    total = _Adding()
    groups: dict[By, dict[str, _Adding]] = {by: defaultdict(_Adding) for by in BYS}
    reasons: dict[str, int] = defaultdict(int)
    for row in await _rows(database, range_):
        counted = dict(row)
        keys = {by: str(counted.pop(by)) for by in BYS}
        pace, reason = counted.pop("pace", -1), counted.pop("reason", "")
        for adding in (total, *(groups[by][keys[by]] for by in BYS)):
            _add(adding, counted, pace)
        if counted.get("with_person"):
            reasons[reason] += counted["with_person"]
    return Dashboard(
        total.figures,
        {by: {key: one.figures for key, one in sorted(groups[by].items())} for by in BYS},
        dict(sorted(reasons.items(), key=lambda pair: -pair[1])),
    )


async def _rows(database: Database, range_: Range) -> list[RowMapping]:
    rows: list[RowMapping] = []
    async with database.reading() as connection:
        for query in (_conversations(range_), _turns(range_), _wrong(range_)):
            rows += (await connection.execute(query)).mappings().all()
    return rows


def _add(adding: _Adding, counted: Mapping[str, Any], pace: int) -> None:
    for name, count in counted.items():
        adding.counts[name] += int(count or 0)
    if pace >= 0:
        adding.paces[pace] += int(counted["turns"])


def _conversations(range_: Range) -> Any:
    c = conversation_tallies.c
    keys = (c.day, c.brand, c.bot, c.reason)
    return (
        select(
            *keys,
            func.count().label("conversations"),
            func.sum(case((c.person, 1), else_=0)).label("with_person"),
            func.sum(c.links).label("links"),
            func.sum(c.paid).label("paid"),
        )
        .where(*range_.of(conversation_tallies))
        .group_by(*keys)
    )


def _turns(range_: Range) -> Any:
    c = turn_tallies.c
    keys = (c.day, c.brand, c.bot, c.pace)
    return (
        select(
            *keys,
            func.count().label("turns"),
            func.sum(case((c.refused, 1), else_=0)).label("refused"),
            func.sum(case((c.failed, 1), else_=0)).label("failed"),
            func.sum(c.model_errors).label("model_errors"),
            func.sum(case((c.thumb == 1, 1), else_=0)).label("up"),
            func.sum(case((c.thumb == -1, 1), else_=0)).label("down"),
        )
        .where(*range_.of(turn_tallies))
        .group_by(*keys)
    )


def _wrong(range_: Range) -> Any:
    """Turns marked wrong, each once however many corrections it has."""
    marked = select(corrections.c.conversation, corrections.c.turn).distinct().subquery()
    c = turn_tallies.c
    keys = (c.day, c.brand, c.bot)
    return (
        select(*keys, func.count().label("wrong"))
        .join(marked, (marked.c.conversation == c.conversation) & (marked.c.turn == c.turn))
        .where(*range_.of(turn_tallies))
        .group_by(*keys)
    )


def _percentile(paces: Mapping[int, int], part: float) -> int | None:
    """The middle of the quarter second that so many turns do not exceed."""
    wanted = part * sum(paces.values())
    seen = 0
    for pace, count in sorted(paces.items()):
        seen += count
        if seen >= wanted:
            return pace * PACE_MS + PACE_MS // 2
    return None
