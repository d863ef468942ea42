"""The inbox: all conversations of all brands and channels, live."""

from typing import Any

from fastapi.responses import Response
from sqlalchemy import func, select

from agent.delivery_tables import conversations
from agent.wakeups import WORK
from console.filters import Filter
from console.listing import STATES, counts, page_of
from console.live import live
from console.routing import PREFIX, Ask, Route
from console.tables import presence


async def inbox(ask: Ask) -> Response:
    """The page with its first conversations."""
    return ask.page("inbox.html", **await _listed(ask))


async def inbox_list(ask: Ask) -> Response:
    """The list alone, as the filters are set now."""
    listed = await _listed(ask)
    wanted: Filter = listed["wanted"]
    answer = ask.part("inbox_list.html", **listed)
    if not wanted.after:
        answer.headers["HX-Replace-Url"] = f"{PREFIX}/inbox?{wanted.link()}"
    return answer


async def inbox_events(ask: Ask) -> Response:
    """Says when any conversation has changed."""
    database = ask.console.database

    async def fingerprint() -> str:
        async with database.reading() as connection:
            last = await connection.scalar(select(func.max(conversations.c.updated_at)))
            here = await connection.scalar(select(func.count()).select_from(presence))
        return f"{last} {here}"

    return live(ask, WORK, fingerprint)


async def _listed(ask: Ask) -> dict[str, Any]:
    console, wanted = ask.console, Filter.of(ask.query)
    zone = console.zone_of(wanted.brand)
    page = await page_of(console.database, wanted, console.clock(), zone)
    return {
        "wanted": wanted,
        "brand": wanted.brand,
        "page": page,
        "counts": await counts(console.database),
        "states": STATES,
        "brands": {name: desk.agent.brand.name for name, desk in console.brands.items()},
        "bots": console.bots,
    }


ROUTES = (
    Route("GET", "/inbox", "viewer", inbox),
    Route("GET", "/inbox/list", "viewer", inbox_list),
    Route("GET", "/inbox/events", "viewer", inbox_events),
)
