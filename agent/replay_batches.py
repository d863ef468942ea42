"""Replays of many conversations: kept as they come, so that a batch can stop and go on."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, case, func, insert, select, update

from agent.database import Database
from agent.lesson_tables import replay_batches as batches
from agent.lesson_tables import replay_results as results
from agent.lesson_tables import turn_tallies
from agent.verdicts import Outcome, worst

_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Selection:
    """Which conversations: those with such a turn, the latest first."""

    brand: str = ""
    bot: str = ""
    first_day: str = ""
    last_day: str = ""
    refused: bool = False
    unhelpful: bool = False
    words: str = ""
    limit: int = 1000

    def query(self) -> Select[Any]:
        """Their ids."""
        turn = turn_tallies.c
        query = select(turn.conversation).group_by(turn.conversation)
        wanted = [
            (turn.brand == self.brand, self.brand),
            (turn.bot == self.bot, self.bot),
            (turn.day >= self.first_day, self.first_day),
            (turn.day <= self.last_day, self.last_day),
            (turn.refused.is_(True), self.refused),
            (turn.thumb == -1, self.unhelpful),
            (turn.question.contains(self.words, autoescape=True), self.words),
        ]
        query = query.where(*(condition for condition, given in wanted if given))
        return query.order_by(func.max(turn.at).desc()).limit(self.limit)


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it stands: `counts` by outcome, `waiting` among them."""

    number: int
    brand: str
    title: str
    change: Mapping[str, Any]
    state: str
    total: int
    operator: str
    created_at: datetime
    ended_at: datetime | None
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def done(self) -> int:
        """How many conversations were replayed."""
        return self.total - self.counts.get("waiting", 0)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one conversation: each turn's number, outcome and both replies."""

    conversation: str
    outcome: str
    turns: tuple[Mapping[str, Any], ...] = ()


# Replays one conversation and hands back what became of each turn.
Replaying = Callable[[Batch, str], Awaitable[Sequence[tuple[Outcome, Mapping[str, Any]]]]]


@dataclass(frozen=True)
class ReplayBatches:
    """The batches of a database."""

    database: Database
    clock: Callable[[], datetime]

    async def select(self, selection: Selection) -> tuple[str, ...]:
        """The ids of the conversations that fit."""
        async with self.database.reading() as connection:
            return tuple((await connection.scalars(selection.query())).all())

    async def begin(
        self, ids: Sequence[str], brand: str, title: str, change: Mapping[str, Any], operator: str
    ) -> int:
        """Put a batch down to be run; its number.

        Raises:
            ValueError: there is nothing to replay.
        """
        ids = tuple(dict.fromkeys(ids))
        if not ids:
            raise ValueError("No conversation fits; there is nothing to replay.")
        row = {
            "brand": brand,
            "title": title[:200],
            "change": json.dumps(change, ensure_ascii=False),
            "state": "waiting",
            "total": len(ids),
            "operator": operator,
            "created_at": self.clock(),
        }
        async with self.database.writing() as connection:
            number: int = await connection.scalar(
                insert(batches).values(row).returning(batches.c.number)
            )
            for start in range(0, len(ids), _ROWS_AT_ONCE):
                rows = [
                    {"batch": number, "conversation": one, "outcome": "waiting", "turns": "[]"}
                    for one in ids[start : start + _ROWS_AT_ONCE]
                ]
                await connection.execute(insert(results), rows)
        return number

    async def find(self, number: int) -> Batch | None:
        """A batch with its counts."""
        found = await self._found(select(batches).where(batches.c.number == number))
        return found[0] if found else None

    async def latest(self, limit: int = 30) -> tuple[Batch, ...]:
        """The last ones, newest first."""
        return await self._found(select(batches).order_by(batches.c.number.desc()).limit(limit))

    async def waiting(self) -> Batch | None:
        """The oldest that is not done."""
        query = select(batches).where(batches.c.state == "waiting").order_by(batches.c.number)
        found = await self._found(query.limit(1))
        return found[0] if found else None

    async def results(
        self, number: int, outcome: str = "", limit: int = 50, after: int = 0
    ) -> tuple[Result, ...]:
        """What became of its conversations, those for the worse first."""
        query = select(results).where(results.c.batch == number, results.c.outcome != "waiting")
        if outcome:
            query = query.where(results.c.outcome == outcome)
        place = case({"worse": 0, "better": 1, "changed": 2}, value=results.c.outcome, else_=3)
        ordered = query.order_by(place, results.c.conversation)
        async with self.database.reading() as connection:
            rows = (await connection.execute(ordered.limit(limit).offset(after))).mappings().all()
        return tuple(
            Result(row["conversation"], row["outcome"], tuple(json.loads(row["turns"])))
            for row in rows
        )

    async def cancel(self, number: int) -> bool:
        """Let it be; what was replayed stays. Whether there was anything to stop."""
        return await self._set_state(number, "waiting", "cancelled")

    async def resume(self, number: int) -> bool:
        """Go on with what is left of a cancelled batch."""
        return await self._set_state(number, "cancelled", "waiting")

    async def run(
        self,
        number: int,
        replaying: Replaying,
        progress: Callable[[Batch], None] = lambda _: None,
    ) -> Batch | None:
        """Replay what is left of a batch until it is done, or cancelled by anybody."""
        while (batch := await self.find(number)) is not None:
            progress(batch)
            if batch.state != "waiting":
                return batch
            conversation = await self._next(number)
            if conversation is None:
                await self._set_state(number, "waiting", "done")
                continue
            turns = await replaying(batch, conversation)
            await self._keep(number, conversation, turns)
        return None

    async def _next(self, number: int) -> str | None:
        query = select(results.c.conversation).where(
            results.c.batch == number, results.c.outcome == "waiting"
        )
        async with self.database.reading() as connection:
            found: str | None = await connection.scalar(query.limit(1))
            return found

    async def _keep(
        self,
        number: int,
        conversation: str,
        turns: Sequence[tuple[Outcome, Mapping[str, Any]]],
    ) -> None:
        kept = [{**body, "outcome": outcome} for outcome, body in turns]
        keeping = update(results).where(
            results.c.batch == number, results.c.conversation == conversation
        )
        async with self.database.writing() as connection:
            await connection.execute(
                keeping.values(
                    outcome=worst([outcome for outcome, _ in turns]),
                    turns=json.dumps(kept, ensure_ascii=False),
                )
            )

    async def _set_state(self, number: int, before: str, after: str) -> bool:
        ended = None if after == "waiting" else self.clock()
        changing = update(batches).where(batches.c.number == number, batches.c.state == before)
        async with self.database.writing() as connection:
            changed = await connection.execute(changing.values(state=after, ended_at=ended))
        return bool(changed.rowcount)

    async def _found(self, query: Select[Any]) -> tuple[Batch, ...]:
        async with self.database.reading() as connection:
            rows = (await connection.execute(query)).mappings().all()
            numbers = [row["number"] for row in rows]
            counting = (
                select(results.c.batch, results.c.outcome, func.count())
                .where(results.c.batch.in_(numbers))
                .group_by(results.c.batch, results.c.outcome)
            )
            counted = (await connection.execute(counting)).all()
        return tuple(
            _batch(row, {outcome: n for batch, outcome, n in counted if batch == row["number"]})
            for row in rows
        )


def _batch(row: RowMapping, counts: Mapping[str, int]) -> Batch:
    values = {**row, "change": json.loads(row["change"]), "counts": counts}
    return Batch(**values)
