"""Corrections: a reply that somebody marked wrong, what is wrong with it, and the right answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.database import Database
from agent.delivery_tables import conversations
from agent.lesson_tables import corrections
from agent.log import Event, append_beside

Fault = Literal[
    "invented",
    "incomplete",
    "outdated",
    "wrong_tool",
    "should_refuse",
    "should_not_refuse",
    "tone",
]
FAULTS: tuple[Fault, ...] = get_args(Fault)
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Correction:
    """What was wrong in a turn. `case`, `snippet`, `example`, `sample`: what became of it."""

    number: int
    conversation: str
    turn: int
    brand: str
    fault: Fault
    question: str
    wrong: str
    right: str
    note: str
    operator: str
    at: datetime
    case: str = ""
    snippet: str = ""
    example: bool = False
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Marked:
    """What an operator says about a turn."""

    turn: int
    fault: str
    right: str
    note: str = ""


class CorrectionError(ValueError):
    """A correction will not do; the message says why."""


async def mark(
    connection: AsyncConnection,
    events: Sequence[Event],
    marked: Marked,
    operator: str,
    at: datetime,
) -> int:
    """Write a correction down, in the log and as a row, in one transaction; its number.

    Raises:
        CorrectionError: there is no such turn or fault, or the right answer is missing.
    """
    own = {event.kind: event.body for event in events if event.turn == marked.turn}
    if "message" not in own or "reply" not in own:
        raise CorrectionError("no_turn")
    if marked.fault not in FAULTS:
        raise CorrectionError("no_fault")
    right = marked.right.strip()[:_LONGEST]
    if not right and marked.fault != "should_refuse":
        raise CorrectionError("no_answer")
    conversation = events[0].conversation
    about = {
        "turn": marked.turn,
        "fault": marked.fault,
        "right": right,
        "note": marked.note.strip()[:_LONGEST],
        "operator": operator,
    }
    # Held, so that no turn counts on from the same event meanwhile.
    query = select(conversations.c.fence).where(conversations.c.id == conversation)
    await connection.execute(query.with_for_update())
    row = {
        **about,
        "conversation": conversation,
        "brand": own["message"]["brand"],
        "question": own["message"]["text"],
        "wrong": own["reply"]["text"],
        "at": at,
        "case": "",
        "snippet": "",
        "example": False,
        "sample": False,
    }
    number: int = await connection.scalar(
        insert(corrections).values(row).returning(corrections.c.number)
    )
    await append_beside(connection, conversation, "correction", at, {**about, "number": number})
    return number


async def note_outcome(connection: AsyncConnection, number: int, **outcome: str | bool) -> None:
    """Remember what became of a correction: `case`, `snippet`, `example` or `sample`."""
    changing = update(corrections).where(corrections.c.number == number)
    await connection.execute(changing.values(outcome))


async def find_correction(database: Database, number: int) -> Correction | None:
    """One correction."""
    found = await _found(database, corrections.c.number == number)
    return found[0] if found else None


async def corrections_of(database: Database, conversation: str) -> tuple[Correction, ...]:
    """Those of a conversation, newest first."""
    return await _found(database, corrections.c.conversation == conversation)


async def latest_corrections(
    database: Database, brand: str = "", fault: str = "", limit: int = 200
) -> tuple[Correction, ...]:
    """The last ones, newest first."""
    wanted = [(corrections.c.brand == brand, brand), (corrections.c.fault == fault, fault)]
    return await _found(database, *(one for one, given in wanted if given), limit=limit)


async def _found(database: Database, *which: Any, limit: int = 1000) -> tuple[Correction, ...]:
    query = select(corrections).where(*which).order_by(corrections.c.number.desc()).limit(limit)
    async with database.reading() as connection:
        rows = (await connection.execute(query)).mappings().all()
    return tuple(Correction(**row) for row in rows)
