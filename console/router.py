"""All routes of the console, to be mounted by the server."""

from fastapi import APIRouter

from console import (
    administration,
    answering,
    batches,
    conversation,
    correcting,
    dashboard,
    exporting,
    gaps,
    inbox,
    lesson_steps,
    notes,
    rehearsing,
    selling,
    signing_in,
    vouched,
)
from console.pages import Look
from console.routing import Route, guarded
from console.site import Console

# Each page's module with its routes; what is not in here is not served.
TABLES: tuple[tuple[Route, ...], ...] = (
    signing_in.ROUTES,
    vouched.ROUTES,
    inbox.ROUTES,
    conversation.ROUTES,
    answering.ROUTES,
    selling.ROUTES,
    notes.ROUTES,
    exporting.ROUTES,
    administration.ROUTES,
    correcting.ROUTES,
    lesson_steps.ROUTES,
    gaps.ROUTES,
    dashboard.ROUTES,
    rehearsing.ROUTES,
    batches.ROUTES,
)


def router(console: Console) -> APIRouter:
    """The console as it is served under /console."""
    routes = [route for table in TABLES for route in table]
    return guarded(routes, console, Look.load())
