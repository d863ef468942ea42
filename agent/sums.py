"""Adding tallies up: one row for each day, brand and bot, by the database in one pass."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Table, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.lesson_tables import conversation_tallies, corrections, turn_tallies

Key = tuple[str, str, str]
_COUNTED_BY = ("day", "brand", "bot")


@dataclass(frozen=True, slots=True)
class Range:
    """Days, both ends included, in each brand's own time; empty is not asked for."""

    first_day: str
    last_day: str
    brand: str = ""
    bot: str = ""

    def of(self, table: Table, *, by_day: bool = True) -> tuple[ColumnElement[bool], ...]:
        """The conditions on a table; not `by_day`: its rows are found by something else."""
        # An expression is in no index, so that no database goes through all turns of the days.
        day = table.c.day if by_day else table.c.day.concat("")
        own = (day >= self.first_day, day <= self.last_day)
        brand = (table.c.brand == self.brand,) if self.brand else ()
        bot = (table.c.bot == self.bot,) if self.bot else ()
        return (*own, *brand, *bot)

    @classmethod
    def of_day(cls, day: str) -> "Range":
        """One whole day."""
        return cls(day, day)


@dataclass
class Sums:
    """Counts by name, how many turns took how many quarters of a second, persons by reason."""

    counts: dict[str, int] = field(default_factory=dict)
    paces: dict[int, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)

    def add(self, other: "Sums") -> None:
        """Take another's up."""
        _add(self.counts, other.counts)
        _add(self.paces, other.paces)
        _add(self.reasons, other.reasons)

    @property
    def as_json(self) -> dict[str, Any]:
        """As they are stored."""
        return {"counts": self.counts, "paces": self.paces, "reasons": self.reasons}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Sums":
        """As they were stored."""
        paces = {int(pace): count for pace, count in stored["paces"].items()}
        return cls(stored["counts"], paces, stored["reasons"])


async def sums_of(
    connection: AsyncConnection, range_: Range, days: Sequence[str]
) -> dict[Key, Sums]:
    """The sums of these days of a range, from the tallies themselves."""
    found: dict[Key, Sums] = {}
    if not days:
        return found
    for query, table in (
        (_conversations(range_), conversation_tallies),
        (_turns(range_), turn_tallies),
    ):
        rows = (await connection.execute(query.where(table.c.day.in_(days)))).mappings().all()
        _collect(found, rows)
    return found


async def wrong_in(connection: AsyncConnection, range_: Range) -> dict[Key, Sums]:
    """How many turns were marked wrong, which happens long after the day is over."""
    found: dict[Key, Sums] = {}
    _collect(found, (await connection.execute(_wrong(range_))).mappings().all())
    return found


def _collect(found: dict[Key, Sums], rows: Iterable[Any]) -> None:
    for row in rows:
        counted = {name: value for name, value in row.items() if name not in _COUNTED_BY}
        pace, reason = counted.pop("pace", -1), counted.pop("reason", "")
        one = Sums({name: int(value or 0) for name, value in counted.items()})
        if pace >= 0:
            one.paces[pace] = one.counts["turns"]
        if one.counts.get("with_person"):
            one.reasons[reason] = one.counts["with_person"]
        found.setdefault((row["day"], row["brand"], row["bot"]), Sums()).add(one)


def _add(to: dict[Any, int], more: Mapping[Any, int]) -> None:
    for name, count in more.items():
        to[name] = to.get(name, 0) + count


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
        .where(*range_.of(turn_tallies, by_day=False))
        .group_by(*keys)
    )
