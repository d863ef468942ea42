"""Signing in by another service that vouches for who one is; accounts are made here first."""

import hmac
import secrets

import httpx
from fastapi.responses import RedirectResponse, Response

from console.auditing import Act, record
from console.routing import PREFIX, Ask, Refused, Route
from console.sessions import COOKIE
from console.signing_in import set_cookie
from console.site import Stranger, Vouching

_COOKIE = "digital_human_console_vouched"


async def leave(ask: Ask) -> Response:
    """Off to the other service; a cookie remembers that it was this browser."""
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    try:
        address = await _service(ask).address(_back(ask), state, verifier)
    except (httpx.HTTPError, ValueError, KeyError):
        raise Refused(503, "vouching_away") from None
    answer = RedirectResponse(address, 303, ask.look.headers)
    set_cookie(ask, answer, _COOKIE, f"{state}~{verifier}")
    return answer


async def come_back(ask: Ask) -> Response:
    """Back with a code that is worth an account's name; only to the browser that left."""
    state, _, verifier = ask.request.cookies.get(_COOKIE, "").partition("~")
    given = ask.query.get("state", "")
    if not verifier or not hmac.compare_digest(state.encode(), given.encode()):
        raise Refused(403, "vouched_elsewhere")
    try:
        name = await _service(ask).account(_back(ask), ask.query.get("code", ""), verifier)
    except Stranger:
        raise Refused(403, "not_vouched") from None
    except (httpx.HTTPError, ValueError, KeyError):
        raise Refused(503, "vouching_away") from None
    console, now = ask.console, ask.console.clock()
    operator = await console.accounts.find(name)
    done = "sign_in" if operator else "sign_in.refused"
    async with console.database.writing() as connection:
        await record(connection, Act(name[:64], done, now, ask.address), by="oidc")
    if operator is None:
        raise Refused(403, "no_account")
    answer = ask.moved("/inbox")
    set_cookie(ask, answer, COOKIE, await console.sessions.begin(operator.name, now))
    answer.delete_cookie(_COOKIE, path=PREFIX)
    return answer


def _service(ask: Ask) -> Vouching:
    if ask.console.vouching is None:
        raise Refused(404, "not_found")
    return ask.console.vouching


def _back(ask: Ask) -> str:
    origins = ask.console.origins
    base = origins[0] if origins else str(ask.request.base_url)
    return f"{base.rstrip('/')}{PREFIX}/vouched/back"


ROUTES = (
    Route("GET", "/vouched", "anybody", leave),
    Route("GET", "/vouched/back", "anybody", come_back),
)
