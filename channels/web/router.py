"""All routes of the web chats, to be mounted by the server."""

import asyncio

from fastapi import APIRouter

from channels.web.api import api_routes
from channels.web.pages import page_routes
from channels.web.site import Sites


def router(sites: Sites, closing: asyncio.Event) -> APIRouter:
    """Pages, widget and API of these web chats. Set `closing` so that open streams end."""
    routes = APIRouter()
    routes.include_router(api_routes(sites, closing))
    routes.include_router(page_routes(sites))
    return routes
