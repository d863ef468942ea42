"""What of the passages found holds: today, and on the day that the question is about."""

from dataclasses import dataclass
from typing import Any

from agent.asked_day import asked_day
from agent.days_notices import on_day
from agent.turn_state import TurnContext
from knowledge.notices import Standing, standings
from tools.artifacts import Evidence

# What it adds to a log-odds of relevance that a notice has its time on the day asked about.
_THAT_DAY = 1.5


@dataclass(frozen=True, slots=True)
class Holding:
    """Why sources, or passages with days of their own, do not hold; which have their time then."""

    standing: dict[str, Standing]
    that_day: frozenset[str]


async def holding(turn: TurnContext, found: Evidence) -> Holding:
    """What of the passages found holds; recorded, since knowledge changes.

    What is still to come holds on a day to come that lies within it.
    """
    sources = dict.fromkeys(hit.source for hit in found.hits)
    names = (*sources, *(hit.id for hit in found.hits))

    async def run() -> dict[str, Any]:
        today = turn.journal.now.astimezone(turn.brand.timezone).date()
        day = asked_day(found.asked or found.query, today)
        known = standings(turn.notices, today, names)
        then = standings(turn.notices, max(day, today), names) if day else known
        told = {
            name: known[name]
            for name in names
            if name in known and (known[name] != "coming" or name in then)
        }
        on = on_day(turn, day) if day and day >= today else frozenset()
        return {"standing": told, "that_day": sorted(on.intersection(names))}

    body = await turn.journal.step("standing", {"sources": list(sources)}, run)
    return Holding(body["standing"], frozenset(body.get("that_day", ())))


def that_day_first(found: Evidence, that_day: frozenset[str]) -> Evidence:
    """What was found; notices that have their time on the day asked about count more."""
    hits = tuple(
        hit.model_copy(update={"relevance": hit.relevance + _THAT_DAY})
        if hit.relevance is not None and (hit.source in that_day or hit.id in that_day)
        else hit
        for hit in found.hits
    )
    return found.model_copy(update={"hits": hits})
