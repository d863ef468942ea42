"""Who asks: sessions begun, kept and checked, for each web chat."""

import secrets
from dataclasses import dataclass, field

from fastapi import HTTPException, Request
from fastapi.responses import JSONResponse

from channels.web.requests import Pace, SessionRequest, body_of, parsed, refused
from channels.web.signing import (
    ANONYMOUS_LIFE,
    SIGNED_IN_LIFE,
    BadSignatureError,
    Visitor,
    sign_session,
    verified_customer,
    verified_visitor,
)
from channels.web.site import Site, Sites

# By address: generous, as a whole office or an undeclared proxy may share one.
SESSIONS = (100, 300.0)
MESSAGES = (12, 30.0)


@dataclass
class Visitors:
    """The door of all web chats; it remembers nothing but who asks too often."""

    sites: Sites
    paces: dict[tuple[str, float], Pace] = field(default_factory=dict)

    def site(self, request: Request) -> Site:
        """The web chat that a request is about."""
        site = self.sites.get(request.path_params["bot"])
        if site is None:
            raise refused(404, "unknown_bot", "There is no web chat of this name.")
        return site

    async def begin(self, request: Request) -> JSONResponse:
        """Begin a session, or go on with the one whose token the page kept."""
        site = self.site(request)
        asked = parsed(SessionRequest, await body_of(request))
        self.slow_down(site, request.client.host if request.client else "", SESSIONS)
        customer = self._customer(site, asked.identity) if asked.identity else None
        chat = self._chat_before(site, asked.token, customer)
        life = SIGNED_IN_LIFE if customer else ANONYMOUS_LIFE
        visitor = Visitor(chat or new_chat(), customer, site.clock() + life)
        token = sign_session(site.session_key, site.bot.name, visitor)
        begun = {"token": token, "signed_in": bool(customer), "resumed": bool(chat)}
        return JSONResponse(begun, headers={"Cache-Control": "no-store"})

    def known(self, request: Request) -> tuple[Site, Visitor]:
        """The visitor, by the token of his session."""
        site = self.site(request)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise _no_session()
        try:
            visitor = verified_visitor(site.session_key, site.bot.name, token.strip())
        except BadSignatureError:
            raise _no_session() from None
        if visitor.expires_at <= site.clock():
            raise _no_session()
        return site, visitor

    def slow_down(self, site: Site, who: str, pace: tuple[int, float]) -> None:
        """Refuse who asks more often than a person would."""
        known = self.paces.setdefault((site.bot.name, pace[1]), Pace(*pace, clock=site.clock))
        known.check(who)

    def _customer(self, site: Site, identity: str) -> str:
        try:
            return verified_customer(site.identity_key, site.bot.name, identity, site.clock())
        except BadSignatureError as error:
            raise refused(401, error.code, str(error)) from None

    def _chat_before(self, site: Site, token: str | None, customer: str | None) -> str | None:
        """The chat this very person had before; None for a new one."""
        if not token:
            return None
        try:
            before = verified_visitor(site.session_key, site.bot.name, token)
        except BadSignatureError:
            return None
        # Who is signed in proves it anew each time, so his chat may outlive its token.
        lapsed = customer is None and before.expires_at <= site.clock()
        return None if lapsed or before.customer != customer else before.chat


def new_chat() -> str:
    """An id nobody can guess."""
    return f"w-{secrets.token_urlsafe(18)}"


def _no_session() -> HTTPException:
    headers = {"WWW-Authenticate": "Bearer"}
    return refused(401, "no_session", "Begin a session first.", **headers)
