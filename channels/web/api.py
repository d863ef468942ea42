"""The web chat's API: a session, messages in, events out."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel

from agent.channel import Inbound
from agent.streams import ticking
from channels.web.feed import START, parts_of
from channels.web.patience import AWAY, PatientRoute
from channels.web.requests import (
    CommandMessage,
    PressMessage,
    SessionRequest,
    TextMessage,
    body_of,
    parsed_message,
    refused,
)
from channels.web.site import Site, Sites
from channels.web.sse import HEARTBEAT_SECONDS, line_of, view
from channels.web.visitors import MESSAGES, Visitors

_CLAUSE = re.compile(r"[^。！？；;!?\n]+?(?:[。！？；;!?]|\.(?=\s)|$|(?=\n))")
_logger = logging.getLogger(__name__)
HISTORY = 200
MAX_STREAMS = 8
FRESH = {"Cache-Control": "no-store"}


def api_routes(sites: Sites, closing: asyncio.Event) -> APIRouter:
    """Everything under /chat/BOT/api. Streams end when `closing` is set."""
    api = Api(Visitors(sites), closing)
    routes = APIRouter(prefix="/chat/{bot}/api", tags=["web chat"], route_class=PatientRoute)
    message = (TextMessage, PressMessage, CommandMessage)
    for path, endpoint, *body in (
        ("/session", api.session, SessionRequest),
        ("/messages", api.messages, *message),
        ("/history", api.history),
        ("/events", api.events),
        ("/passages", api.passages),
        ("/payments", api.payments),
    ):
        method = "POST" if body else "GET"
        described = _described(*body) if body else None
        routes.add_api_route(
            path, endpoint, methods=[method], response_model=None, openapi_extra=described
        )
    return routes


@dataclass
class Api:
    """The routes. `streams` counts the open pages of each chat."""

    visitors: Visitors
    closing: asyncio.Event
    streams: dict[str, int] = field(default_factory=dict)

    async def session(self, bot: str, request: Request) -> JSONResponse:
        """Begin a session, or go on with the one whose token the page kept."""
        del bot
        return await self.visitors.begin(request)

    async def messages(self, bot: str, request: Request) -> JSONResponse:
        """Take one message; 202 once it is saved, however often it is sent."""
        site, visitor = self.visitors.known(request)
        message = parsed_message(await body_of(request))
        self.visitors.slow_down(site, visitor.chat, MESSAGES)
        inbound = Inbound(
            bot=bot,
            chat=visitor.chat,
            message_id=f"{visitor.chat}:{message.id}",
            at=site.clock(),
            kind=message.kind,
            text=message.text,
            rest="" if isinstance(message, TextMessage) else message.rest,
            customer=visitor.customer,
            language=message.language,
        )
        new = await site.inbox.put(inbound)
        return JSONResponse({"id": str(message.id), "new": new}, 202)

    async def history(self, bot: str, request: Request) -> JSONResponse:
        """The latest events of this chat, and the place to follow on from."""
        site, visitor = self.visitors.known(request)
        past = await site.feed.history(bot, visitor.chat, HISTORY)
        events = [_titled(site, view(event)) for event in past.events]
        found = {"events": events, "place": past.place, "state": past.state}
        return JSONResponse(found, headers=FRESH)

    async def events(self, bot: str, request: Request, after: str = START) -> StreamingResponse:
        """Server-sent events from a place on; a lost connection resumes by Last-Event-ID."""
        site, visitor = self.visitors.known(request)
        place = request.headers.get("last-event-id") or after
        try:
            parts_of(place)
        except ValueError as error:
            raise refused(422, "bad_request", f"after: {error}") from None
        if self.streams.get(visitor.chat, 0) >= MAX_STREAMS:
            raise refused(429, "too_many", "Too many pages are open.", **{"Retry-After": "30"})
        lines = self._lines(site, bot, visitor.chat, place)
        headers = {**FRESH, "X-Accel-Buffering": "no"}
        return StreamingResponse(lines, media_type="text/event-stream", headers=headers)

    async def _lines(self, site: Site, bot: str, chat: str, place: str) -> AsyncIterator[bytes]:
        self.streams[chat] = self.streams.get(chat, 0) + 1
        coming = ticking(site.feed.follow(bot, chat, place), HEARTBEAT_SECONDS, self.closing)
        try:
            yield b"retry: 1000\n\n"
            async for event in coming:
                if event is None:
                    yield b": still here\n\n"
                else:
                    yield line_of(event.place, _titled(site, view(event)))
        except AWAY as error:
            # The page comes back by itself, and is told then what it missed.
            _logger.error("%s: an event stream broke off: %s", bot, error)
        finally:
            await coming.aclose()
            self.streams[chat] -= 1
            if not self.streams[chat]:
                del self.streams[chat]

    async def passages(
        self, bot: str, request: Request, key: str = "", number: int = 0
    ) -> JSONResponse:
        """What a citation of this chat was taken from; nothing else of the knowledge is shown."""
        site, visitor = self.visitors.known(request)
        past = await site.feed.history(bot, visitor.chat, HISTORY)
        reply = next((event for event in past.events if event.key == key), None)
        citations = reply.body.get("citations", []) if reply else []
        if not 0 <= number < len(citations):
            raise refused(404, "unknown_citation", "This chat has no such citation.")
        source, quote = citations[number]["source"], citations[number]["quote"]
        passage = await site.papers.passage(source, quote)
        text = passage.text if passage else quote
        shown = {
            "title": passage.title if passage else site.papers.title(source),
            "heading": list(passage.heading) if passage else [],
            "text": text,
            "said": said_of(text, quote, reply.body.get("text", "") if reply else ""),
            "changed": passage is None,
        }
        return JSONResponse(shown, headers=FRESH)

    async def payments(self, bot: str, request: Request, url: str = "") -> JSONResponse:
        """Whether a payment link can still be paid: live, paid or ended."""
        del bot
        site, _ = self.visitors.known(request)
        state = await site.papers.payment_state(url) if len(url) <= 500 else None
        if state is None:
            raise refused(404, "unknown_link", "There is no such payment link.")
        return JSONResponse({"state": state}, headers=FRESH)


def said_of(text: str, quote: str, answer: str) -> list[str]:
    """The parts of a passage that the answer rests on: its clauses, else the quote."""
    clauses = [clause.strip() for clause in _CLAUSE.findall(text) if len(clause.strip()) > 1]
    said = [clause for clause in clauses if _bare(clause) in _bare(answer)]
    return said or ([quote] if _bare(quote) != _bare(text) else [])


def _bare(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def _titled(site: Site, shown: dict[str, Any]) -> dict[str, Any]:
    """Citations with a name that a customer can read."""
    if not shown.get("citations"):
        return shown
    named = [{**c, "title": site.papers.title(c["source"])} for c in shown["citations"]]
    return {**shown, "citations": named}


def _described(*bodies: type[BaseModel]) -> dict[str, Any]:
    """The body for the OpenAPI description, as the routes read it themselves."""
    schemas = [body.model_json_schema() for body in bodies]
    schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
