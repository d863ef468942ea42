"""What the tallies add up to: by day, by brand, by bot; all of it added up by the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import ColumnElement, Table, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.database import Database
from agent.lesson_tables import conversation_tallies, corrections, turn_tallies
from agent.tallies import PACE_MS

By = Literal["day", "brand", "bot"]


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

    @property
    def resolved(self) -> float | None:
        """The share of conversations that no person was needed for."""
        return share(self.conversations - self.with_person, self.conversations)


def share(part: int, whole: int) -> float | None:
    """A part of a whole; None of nothing."""
    return part / whole if whole else None


@dataclass(frozen=True)
class Dashboard:
    """Figures of a range: all of it, by whatever was asked, and why persons were called."""

    total: Figures
    groups: Mapping[str, Figures]
    reasons: Mapping[str, int]


async def dashboard(database: Database, range_: Range, by: By) -> Dashboard:
    """The figures of a range."""
    async with database.reading() as connection:
        groups = await _groups(connection, range_, by)
        total = (await _groups(connection, range_, None)).get("", Figures())
        reasons = await _reasons(connection, range_)
    return Dashboard(total, dict(sorted(groups.items())), reasons)


async def _groups(connection: AsyncConnection, range_: Range, by: By | None) -> dict[str, Figures]:
    groups: dict[str, Figures] = {}
    for counted in (_conversations(range_, by), _turns(range_, by), _wrong(range_, by)):
        for row in (await connection.execute(counted)).mappings().all():
            counts = {name: int(n or 0) for name, n in row.items() if name != "key"}
            groups[row["key"]] = replace(groups.get(row["key"], Figures()), **counts)
    paces: dict[str, list[tuple[int, int]]] = {}
    for key, pace, count in (await connection.execute(_paces(range_, by))).all():
        paces.setdefault(key, []).append((pace, count))
    for key, counted_paces in paces.items():
        p50, p95 = (_percentile(counted_paces, share_) for share_ in (0.5, 0.95))
        groups[key] = replace(groups[key], p50_ms=p50, p95_ms=p95)
    return groups


def _keys(table: Table, by: By | None) -> list[Any]:
    return [table.c[by]] if by else []


def _key(table: Table, by: By | None) -> Any:
    return (table.c[by] if by else func.min("")).label("key")


def _conversations(range_: Range, by: By | None) -> Any:
    c = conversation_tallies.c
    return (
        select(
            _key(conversation_tallies, by),
            func.count().label("conversations"),
            func.sum(case((c.person, 1), else_=0)).label("with_person"),
            func.sum(c.links).label("links"),
            func.sum(c.paid).label("paid"),
        )
        .where(*range_.of(conversation_tallies))
        .group_by(*_keys(conversation_tallies, by))
        .having(func.count() > 0)
    )


def _turns(range_: Range, by: By | None) -> Any:
    c = turn_tallies.c
    return (
        select(
            _key(turn_tallies, by),
            func.count().label("turns"),
            func.sum(case((c.refused, 1), else_=0)).label("refused"),
            func.sum(case((c.failed, 1), else_=0)).label("failed"),
            func.sum(c.model_errors).label("model_errors"),
            func.sum(case((c.thumb == 1, 1), else_=0)).label("up"),
            func.sum(case((c.thumb == -1, 1), else_=0)).label("down"),
        )
        .where(*range_.of(turn_tallies))
        .group_by(*_keys(turn_tallies, by))
        .having(func.count() > 0)
    )


def _wrong(range_: Range, by: By | None) -> Any:
    """Turns marked wrong, each once however many corrections it has."""
    marked = select(corrections.c.conversation, corrections.c.turn).distinct().subquery()
    c = turn_tallies.c
    return (
        select(_key(turn_tallies, by), func.count().label("wrong"))
        .join(marked, (marked.c.conversation == c.conversation) & (marked.c.turn == c.turn))
        .where(*range_.of(turn_tallies))
        .group_by(*_keys(turn_tallies, by))
        .having(func.count() > 0)
    )


def _paces(range_: Range, by: By | None) -> Any:
    c = turn_tallies.c
    key = (c[by],) if by else ()
    return (
        select(_key(turn_tallies, by), c.pace, func.count())
        .where(*range_.of(turn_tallies), c.pace >= 0)
        .group_by(*key, c.pace)
        .order_by(c.pace)
    )


def _percentile(paces: Sequence[tuple[int, int]], part: float) -> int:
    """The middle of the quarter second that so many turns do not exceed."""
    wanted = part * sum(count for _, count in paces)
    seen = 0
    for pace, count in paces:
        seen += count
        if seen >= wanted:
            return pace * PACE_MS + PACE_MS // 2
    return 0


async def _reasons(connection: AsyncConnection, range_: Range) -> dict[str, int]:
    c = conversation_tallies.c
    count = func.count()
    query = (
        select(c.reason, count)
        .where(*range_.of(conversation_tallies), c.person.is_(True))
        .group_by(c.reason)
        .order_by(count.desc())
    )
    return {row[0]: row[1] for row in (await connection.execute(query)).all()}
