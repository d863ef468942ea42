"""How a page is added to the console: routes are values, and each says who may call it.

    ROUTES = (
        Route("GET", "/gaps", "viewer", gaps),
        Route("POST", "/gaps/{number}/answer", "editor", answer_gap),
    )

    async def gaps(ask: Ask) -> Response:
        return ask.page("gaps.html", gaps=await ...)

Put the tuple into `console.router.TABLES` and, for an entry in the side bar, a line into
`console.navigation.PLACES`. The contract:

* `may` is a role (each may do what the lesser ones may) or "anybody". There is no default.
* Before an endpoint runs, the session, the role, and for POST the Origin and the CSRF token have
  been checked. A form has `{{ csrf_field() }}` in it; htmx sends the token by itself.
* An endpoint gets an `Ask`: `ask.console`, `ask.operator`, `ask.path["number"]`, `ask.query`,
  `ask.form`. It answers with `ask.page(template, **values)`, `ask.part(template, **values)` (no
  layout, for htmx), `ask.moved(path)`, or raises `Refused(404, "not_found")`.
* What changes something is done in `async with ask.acting("name.of.act", conversation) as act:`,
  which is one transaction with the audit's line in it (`act.connection`, `act.details`).
* Words stand in console/texts/*.toml, both languages: `{{ t("gaps.title") }}`. A file is an area.
* Times are shown in the time zone of `brand` if the page is given one (a brand or its id), else
  in that of pages about several brands (`Console.zone`).
* Templates extend "layout.html" (blocks: title, main, aside). Nothing inline: no style=, no
  script, no on…= attributes; the policy in `console.pages` forbids them. Styles are in
  static/*.css: every file there is linked from the layout, in the order of their names.
"""

import hmac
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, Literal
from urllib.parse import parse_qsl, quote, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access import Operator, Role
from console.auditing import Act, record
from console.pages import Look
from console.sessions import COOKIE, Session
from console.site import Console
from console.words import preferred
from knowledge.brand import Brand, Language

PREFIX = "/console"
May = Literal["anybody"] | Role
_MAX_FORM_BYTES = 256 * 1024
_logger = logging.getLogger(__name__)


class Refused(Exception):
    """The answer is no; `code` names a text of the area `refused`."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


@dataclass
class Acting:
    """Something being done: `connection` for the change, `details` for the audit."""

    connection: AsyncConnection
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ask:
    """One request, checked. `operator` is there on every route that "anybody" may not call."""

    console: Console
    request: Request
    look: Look
    session: Session | None
    language: Language
    form: Mapping[str, str]

    @property
    def operator(self) -> Operator:
        """Who asks."""
        if self.session is None:
            raise Refused(401, "sign_in")
        return self.session.operator

    @property
    def path(self) -> Mapping[str, str]:
        """The variable parts of the address."""
        return self.request.path_params

    @property
    def query(self) -> Mapping[str, str]:
        """What stands behind the question mark."""
        return self.request.query_params

    @property
    def address(self) -> str:
        """Where the request comes from."""
        return self.request.client.host if self.request.client else ""

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """A whole page."""
        html = self.look.render(template, self._values(values))
        return HTMLResponse(html, status, headers=self.look.headers)

    def part(self, template: str, **values: Any) -> Response:
        """A piece of a page, for htmx to put in its place."""
        return self.page(template, **values)

    def moved(self, path: str) -> Response:
        """Go on with another page of the console; also from an htmx request."""
        headers = {**self.look.headers}
        if "hx-request" in self.request.headers:
            return Response(None, 204, {**headers, "HX-Redirect": PREFIX + path})
        return RedirectResponse(PREFIX + path, 303, headers)

    @asynccontextmanager
    async def acting(self, name: str, conversation: str | None = None) -> AsyncIterator[Acting]:
        """One transaction in which something is done, with its line in the audit."""
        at = self.console.clock()
        async with self.console.database.writing() as connection:
            doing = Acting(connection)
            yield doing
            act = Act(self.operator.name, name, at, self.address, conversation)
            await record(connection, act, **doing.details)

    def _values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        session = self.session
        return {
            "zone": self._zone(values.get("brand")),
            **values,
            "ask": self,
            "operator": session.operator if session else None,
            "csrf": session.csrf if session else "",
            "language": self.language,
            "here": self.request.url.path.removeprefix(PREFIX),
            "now": self.console.clock(),
        }

    def _zone(self, brand: Brand | str | None) -> tzinfo:
        """Whose time it is on a page: its brand's, or that of pages about several."""
        if isinstance(brand, Brand):
            return brand.timezone
        return self.console.zone_of(brand or "")


Endpoint = Callable[[Ask], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """One address and who may call it."""

    method: Literal["GET", "POST"]
    path: str
    may: May
    endpoint: Endpoint


@dataclass(frozen=True)
class Guarded:
    """A route with its guard in front; what FastAPI calls."""

    route: Route
    console: Console
    look: Look

    async def __call__(self, request: Request) -> Response:
        """Check, then answer; a refusal is a page too."""
        ask = Ask(self.console, request, self.look, None, preferred(request), {})
        try:
            ask = await self._checked(request)
            return await self.route.endpoint(ask)
        except Refused as refused:
            return self._refusal(ask, refused)
        except (SQLAlchemyError, OSError) as error:
            _logger.error("%s: the database is away: %s", request.url.path, error)
            return self._refusal(ask, Refused(503, "away"))

    async def _checked(self, request: Request) -> Ask:
        console, may = self.console, self.route.may
        token = request.cookies.get(COOKIE, "")
        session = await console.sessions.find(token, console.clock()) if token else None
        language = preferred(request, session.operator.language if session else None)
        form: Mapping[str, str] = {}
        if may != "anybody" and session is None:
            raise Refused(401, "sign_in")
        if self.route.method == "POST":
            self._check_origin(request)
            form = await form_of(request)
            self._check_csrf(request, session, form)
        if may != "anybody" and session and not session.operator.may(may):
            raise Refused(403, "role")
        return Ask(console, request, self.look, session, language, form)

    def _check_origin(self, request: Request) -> None:
        """A change is only asked for by our own pages."""
        origin = request.headers.get("origin", "")
        own = urlsplit(origin).netloc == request.headers.get("host", "")
        if not origin or not (own or origin in self.console.origins):
            raise Refused(403, "origin")

    def _check_csrf(
        self, request: Request, session: Session | None, form: Mapping[str, str]
    ) -> None:
        """Who is not signed in yet proves by a cookie of its own that he was shown the form."""
        wanted = session.csrf if session else request.cookies.get(FORM_COOKIE, "")
        given = request.headers.get("x-csrf-token") or form.get("csrf", "")
        if not wanted or not hmac.compare_digest(wanted.encode(), given.encode()):
            raise Refused(403, "csrf")

    def _refusal(self, ask: Ask, refused: Refused) -> Response:
        request = ask.request
        wants_html = "text/html" in request.headers.get("accept", "")
        page = wants_html and "hx-request" not in request.headers
        if refused.status == 401 and page and self.route.path != "/sign-in":
            changes = self.route.method != "GET"
            after = "" if changes else request.url.path.removeprefix(PREFIX)
            return ask.moved(f"/sign-in?after={quote(after)}")
        template = "refused.html" if page else "refused_part.html"
        return ask.page(template, refused.status, code=refused.code)


FORM_COOKIE = "digital_human_console_form"


def guarded(routes: Iterable[Route], console: Console, look: Look) -> APIRouter:
    """All routes under /console, each behind its guard."""
    router = APIRouter(prefix=PREFIX, include_in_schema=False)
    for route in routes:
        endpoint = Guarded(route, console, look)
        router.add_api_route(
            route.path,
            endpoint.__call__,
            methods=[route.method],
            response_model=None,
            name=f"{route.method} {route.path}",
        )
    return router


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form; of several with one name the last."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MAX_FORM_BYTES:
            raise Refused(413, "too_large")
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=200))
    except ValueError:
        raise Refused(422, "form") from None
