"""Knowledge gaps: questions that were refused, in groups that ask for the same.

Leader clustering (Hartigan, 1975): a question joins the group whose centre is nearest, if it is
near enough, and else leads a new one. One pass, so that each question is looked at once, when it
comes; what it costs grows with the groups of its brand, not with all questions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.database import Database
from agent.lesson_tables import gap_groups as groups
from agent.lesson_tables import gap_questions as questions
from agent.lesson_tables import turn_tallies
from knowledge.embed import EmbeddedE5, Embedder

Vector = NDArray[np.float32]
_BATCH = 64
# E5's cosines lie close together; those of other models do not. See scripts/bench_gaps.py.
_NEAR_E5, _NEAR = 0.9, 0.8


@dataclass(frozen=True, slots=True)
class Gap:
    """A group of questions; `text` is the one that came first."""

    number: int
    brand: str
    text: str
    size: int
    state: str
    last_at: datetime
    settled_by: str | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class GapQuestion:
    """One question that was refused, and where."""

    conversation: str
    turn: int
    text: str
    at: datetime


@dataclass(frozen=True)
class Gaps:
    """The gaps of a database."""

    database: Database
    embedder: Embedder
    clock: Callable[[], datetime]

    async def catch_up(self, most: int = 1000) -> int:
        """Put questions that no group has yet into one, the oldest first; how many."""
        done = 0
        while done < most:
            rows = await self._new(min(_BATCH, most - done))
            if not rows:
                break
            # As questions, which is how this model is asked whether two texts mean the same.
            vectors = np.stack([await self.embedder.query(row["question"]) for row in rows])
            async with self.database.writing() as connection:
                for brand in {row["brand"] for row in rows}:
                    shelf = await self._shelf(connection, brand)
                    taken = await _taken(connection, rows)
                    own = [
                        place
                        for place, row in enumerate(rows)
                        if row["brand"] == brand and (row["conversation"], row["turn"]) not in taken
                    ]
                    await shelf.take([rows[place] for place in own], vectors[own])
            done += len(rows)
        return done

    async def most_frequent(
        self, brand: str = "", state: str = "open", limit: int = 50
    ) -> tuple[Gap, ...]:
        """The groups, the largest first."""
        c = groups.c
        query = select(c.number, c.brand, c.text, c.size, c.state, c.last_at)
        query = query.add_columns(c.settled_by, c.settled_at).where(c.state == state)
        if brand:
            query = query.where(c.brand == brand)
        ordered = query.order_by(c.size.desc(), c.last_at.desc()).limit(limit)
        async with self.database.reading() as connection:
            rows = (await connection.execute(ordered)).mappings().all()
        return tuple(Gap(**row) for row in rows)

    async def find(self, number: int) -> Gap | None:
        """A group."""
        c = groups.c
        columns = [c[name] for name in Gap.__slots__]
        async with self.database.reading() as connection:
            query = select(*columns).where(c.number == number)
            row = (await connection.execute(query)).mappings().first()
        return Gap(**row) if row else None

    async def group_of(self, conversation: str, turn: int) -> int | None:
        """The group that a turn's question is in."""
        own = (questions.c.conversation == conversation, questions.c.turn == turn)
        async with self.database.reading() as connection:
            number: int | None = await connection.scalar(select(questions.c.number).where(*own))
            return number

    async def questions(
        self, numbers: Sequence[int], each: int = 3
    ) -> dict[int, list[GapQuestion]]:
        """The latest questions of each group."""
        c = questions.c
        place = func.row_number().over(partition_by=c.number, order_by=c.at.desc()).label("place")
        ranked = select(questions, place).where(c.number.in_(numbers)).subquery()
        query = select(ranked).where(ranked.c.place <= each).order_by(ranked.c.at.desc())
        async with self.database.reading() as connection:
            rows = (await connection.execute(query)).mappings().all()
        found: dict[int, list[GapQuestion]] = {}
        for row in rows:
            one = GapQuestion(row["conversation"], row["turn"], row["text"], row["at"])
            found.setdefault(row["number"], []).append(one)
        return found

    async def settle(
        self, connection: AsyncConnection, number: int, state: str, operator: str
    ) -> None:
        """It is `answered`, or `dismissed` as none of ours; a later question opens it again."""
        changing = update(groups).where(groups.c.number == number)
        await connection.execute(
            changing.values(state=state, settled_by=operator, settled_at=self.clock())
        )

    async def _new(self, most: int) -> Sequence[Any]:
        t, q = turn_tallies.c, questions.c
        same = and_(q.conversation == t.conversation, q.turn == t.turn)
        query = (
            select(t.conversation, t.turn, t.brand, t.question, t.at)
            .outerjoin(questions, same)
            .where(t.refused.is_(True), q.number.is_(None), t.question != "")
            .order_by(t.at)
            .limit(most)
        )
        async with self.database.reading() as connection:
            return (await connection.execute(query)).mappings().all()

    async def _shelf(self, connection: AsyncConnection, brand: str) -> "_Shelf":
        query = select(groups).where(
            groups.c.brand == brand, groups.c.embedder == self.embedder.name
        )
        rows = (await connection.execute(query.with_for_update())).mappings().all()
        near = _NEAR_E5 if self.embedder.name == EmbeddedE5.name else _NEAR
        centres = [np.frombuffer(row["centre"], np.float32) for row in rows]
        known = [dict(row) for row in rows]
        return _Shelf(connection, brand, self.embedder.name, near, known, centres)


async def _taken(connection: AsyncConnection, rows: Sequence[Any]) -> set[tuple[str, int]]:
    """Those of the turns that somebody else put into a group meanwhile."""
    c = questions.c
    query = select(c.conversation, c.turn).where(
        c.conversation.in_({row["conversation"] for row in rows})
    )
    return {(row.conversation, row.turn) for row in await connection.execute(query)}


async def forget_leaders(connection: AsyncConnection) -> None:
    """Groups whose questions were deleted go too; others are called by a question they have."""
    own = select(questions.c.text).where(questions.c.number == groups.c.number)
    await connection.execute(delete(groups).where(~own.exists()))
    gone = groups.c.text.not_in(own)
    first = own.order_by(questions.c.at).limit(1).scalar_subquery()
    await connection.execute(update(groups).where(gone).values(text=first))


@dataclass
class _Shelf:
    """One brand's groups while questions are put into them."""

    connection: AsyncConnection
    brand: str
    embedder: str
    near: float
    known: list[dict[str, Any]]
    centres: list[Vector]

    async def take(self, rows: Sequence[Any], vectors: Vector) -> None:
        """Put each question into its group, and write both."""
        changed: set[int] = set()
        for row, vector in zip(rows, vectors, strict=True):
            place = self._nearest(vector)
            if place is None:
                place = await self._lead(row, vector)
            else:
                self._join(place, row, vector)
            changed.add(place)
            one = {"conversation": row["conversation"], "turn": row["turn"], "at": row["at"]}
            own = {"number": self.known[place]["number"], "text": row["question"]}
            await self.connection.execute(insert(questions).values({**one, **own}))
        for place in changed:
            await self._write(place)

    def _nearest(self, vector: Vector) -> int | None:
        if not self.centres:
            return None
        sums = np.stack(self.centres)
        cosines = sums @ vector / np.linalg.norm(sums, axis=1)
        place = int(np.argmax(cosines))
        return place if cosines[place] >= self.near else None

    def _join(self, place: int, row: Any, vector: Vector) -> None:
        group = self.known[place]
        self.centres[place] = self.centres[place] + vector
        group["size"] += 1
        group["last_at"] = max(group["last_at"], row["at"])
        if group["settled_at"] and row["at"] > group["settled_at"]:
            group["state"] = "open"

    async def _lead(self, row: Any, vector: Vector) -> int:
        group = {
            "brand": self.brand,
            "text": row["question"],
            "centre": vector.tobytes(),
            "embedder": self.embedder,
            "size": 1,
            "state": "open",
            "last_at": row["at"],
            "settled_by": None,
            "settled_at": None,
        }
        number = await self.connection.scalar(
            insert(groups).values(group).returning(groups.c.number)
        )
        self.known.append({**group, "number": number})
        self.centres.append(vector)
        return len(self.known) - 1

    async def _write(self, place: int) -> None:
        group = self.known[place]
        kept = {name: group[name] for name in ("size", "state", "last_at")}
        changing = update(groups).where(groups.c.number == group["number"])
        centre = self.centres[place].astype(np.float32).tobytes()
        await self.connection.execute(changing.values(**kept, centre=centre))
