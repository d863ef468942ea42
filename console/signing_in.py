"""Signing in and out, the language, and the console's own files."""

import secrets
from urllib.parse import urlsplit

from fastapi.responses import Response

from agent.database import Database
from console.access import TooManyTriesError
from console.auditing import Act, record
from console.routing import FORM_COOKIE, PREFIX, Ask, Refused, Route
from console.sessions import COOKIE
from console.words import LANGUAGE_COOKIE

FOR_EVER = "public, max-age=31536000, immutable"


async def sign_in_form(ask: Ask) -> Response:
    """The form; it is good for who got it, and nobody else."""
    if ask.session:
        return ask.moved("/inbox")
    return _form(ask, 200, "")


async def sign_in(ask: Ask) -> Response:
    """Begin a session, if the password is right."""
    console, now = ask.console, ask.console.clock()
    name, password = ask.form.get("name", "").strip().lower()[:64], ask.form.get("password", "")
    try:
        operator = await console.accounts.proved(name, password[:200], ask.address, now)
    except TooManyTriesError:
        return _form(ask, 429, "too_many")
    done = "sign_in" if operator else "sign_in.refused"
    await _note(console.database, Act(name, done, now, ask.address))
    if operator is None:
        return _form(ask, 403, "wrong")
    answer = ask.moved(_within(ask.form.get("after", "")))
    set_cookie(ask, answer, COOKIE, await console.sessions.begin(operator.name, now))
    answer.delete_cookie(FORM_COOKIE, path=PREFIX)
    return answer


async def sign_out(ask: Ask) -> Response:
    """End this session."""
    async with ask.acting("sign_out"):
        pass
    await ask.console.sessions.end(ask.request.cookies.get(COOKIE, ""))
    answer = ask.moved("/sign-in")
    answer.delete_cookie(COOKIE, path=PREFIX)
    return answer


async def choose_language(ask: Ask) -> Response:
    """Show everything in this language from now on, in this browser and for this account."""
    chosen = "en" if ask.form.get("language") == "en" else "zh"
    if ask.session:
        await ask.console.accounts.change(ask.operator.name, language=chosen)
    answer = ask.moved(_within(ask.form.get("after", "")))
    answer.set_cookie(LANGUAGE_COOKIE, chosen, max_age=31536000, path=PREFIX, samesite="lax")
    return answer


async def asset(ask: Ask) -> Response:
    """A script or style of ours."""
    assets, name = ask.look.assets, ask.path["name"]
    if ask.path["version"] != assets.version or name not in assets.files:
        raise Refused(404, "not_found")
    content, kind = assets.files[name]
    headers = {"Cache-Control": FOR_EVER, "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type=kind, headers=headers)


async def home(ask: Ask) -> Response:
    """Where one begins."""
    return ask.moved("/inbox")


ROUTES = (
    Route("GET", "", "viewer", home),
    Route("GET", "/", "viewer", home),
    Route("GET", "/sign-in", "anybody", sign_in_form),
    Route("POST", "/sign-in", "anybody", sign_in),
    Route("POST", "/sign-out", "viewer", sign_out),
    Route("POST", "/language", "anybody", choose_language),
    Route("GET", "/assets/{version}/{name}", "anybody", asset),
)


def _form(ask: Ask, status: int, fault: str) -> Response:
    token = ask.request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(32)
    vouching = ask.console.vouching is not None
    after = ask.form.get("after") or ask.query.get("after", "")
    shown = {"fault": fault, "csrf_form": token, "after": _within(after)}
    answer = ask.page(
        "sign_in.html", status, **shown, name=ask.form.get("name", ""), vouching=vouching
    )
    set_cookie(ask, answer, FORM_COOKIE, token)
    return answer


def set_cookie(ask: Ask, answer: Response, name: str, value: str) -> None:
    """A cookie that scripts cannot read and other sites' forms do not send."""
    forwarded = ask.request.headers.get("x-forwarded-proto", "")
    secure = ask.request.url.scheme == "https" or forwarded == "https"
    answer.set_cookie(name, value, path=PREFIX, httponly=True, samesite="lax", secure=secure)


def _within(path: str) -> str:
    """A page of the console, whatever was asked for."""
    parts = urlsplit(path)
    inside = path.startswith("/") and not path.startswith(("//", "/\\", "/sign-"))
    return path if inside and not parts.netloc and not parts.scheme else "/inbox"


async def _note(database: Database, act: Act) -> None:
    async with database.writing() as connection:
        await record(connection, act)
