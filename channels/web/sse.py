"""Server-sent events: how what happens in a chat travels to its page."""

import json
from typing import Any

from channels.web.feed import Event

HEARTBEAT_SECONDS = 15.0


def view(event: Event) -> dict[str, Any]:
    """An event as the page gets it, in the stream and in the history alike."""
    shown: dict[str, Any] = {"type": event.type, **event.body}
    if event.key:
        shown |= {"key": event.key, "place": event.place}
    if event.at is not None:
        shown["at"] = event.at.isoformat()
    return shown


def line_of(place: str, shown: dict[str, Any]) -> bytes:
    """One event on the wire; only what is stored moves the place a lost connection resumes from."""
    named = f"id: {place}\n" if place else ""
    return f"{named}data: {json.dumps(shown, ensure_ascii=False)}\n\n".encode()
