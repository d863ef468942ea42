"""The inbox: all conversations, live."""

from fastapi.responses import Response

from console.routing import Ask, Route


async def inbox(ask: Ask) -> Response:
    """The list."""
    return ask.page("inbox.html")


ROUTES = (Route("GET", "/inbox", "viewer", inbox),)
