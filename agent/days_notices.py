"""A notice that has its time on the day asked about is among what was found, if it says anything.

"Can I get a coffee on the boat today" is nearer to all that is said of boats and buying than to
the notice that the galley is closed this month.
"""

from collections.abc import Awaitable
from datetime import date

from agent.asked_day import asked_day
from agent.outcomes import Given
from agent.turn_state import TurnContext
from knowledge.notices import standings
from tools.artifacts import Evidence
from tools.help_tools import evidence_hit

# So far down the passages found may lie, and so many more are taken.
_DEPTH, _MOST = 24, 2


async def with_days_notices(search: Awaitable[Given], turn: TurnContext) -> Given:
    """What a search gives, and the nearest passages of notices for the day asked about."""
    text, found = await search
    if not isinstance(found, Evidence):
        return text, found
    today = turn.journal.now.astimezone(turn.brand.timezone).date()
    day = asked_day(found.asked or found.query, today)
    names = on_day(turn, day) if day and day >= today else frozenset()
    if not names:
        return text, found
    deeper = await turn.tools.knowledge.search(found.query, limit=_DEPTH)
    there = {hit.id for hit in found.hits}
    more = [
        evidence_hit(hit)
        for hit in deeper.hits
        if hit.passage.id not in there and {hit.passage.source, hit.passage.id} & names
    ][:_MOST]
    if not more:
        return text, found
    hits = (*found.hits, *more)
    return text, found.model_copy(update={"hits": hits, "closeness": deeper.closeness})


def on_day(turn: TurnContext, day: date) -> frozenset[str]:
    """The notices that begin and end, and have their time on that day: by source, or passage."""
    timed = {n.source for n in turn.notices if n.starts and n.ends and n.starts <= day <= n.ends}
    return frozenset(timed - standings(turn.notices, day, timed).keys()) if timed else frozenset()
