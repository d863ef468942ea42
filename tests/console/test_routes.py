"""Every route of the console x everybody who may not call it."""

import re
from datetime import timedelta

import pytest

from app.wiring import real_time
from console.access import ROLES
from console.router import TABLES
from console.routing import Guarded
from console.sessions import COOKIE, Sessions
from tests.console.house import House

ROUTES = [route for table in TABLES for route in table]
CHANGING = [route for route in ROUTES if route.method == "POST"]
CLOSED = [route for route in ROUTES if route.may != "anybody"]


def address(path: str) -> str:
    return "/console" + re.sub(r"\{[^}]*\}", "1", path)


def name(route) -> str:
    return f"{route.method} {route.path}"


def test_every_route_under_console_is_guarded_and_says_who_may_call_it(house: House) -> None:
    """One that was mounted past the guard, or declares nothing, fails here."""
    mounted = [route for route in flat(house.app.routes) if route.path.startswith("/console")]
    assert len(mounted) == len(ROUTES)
    for route in mounted:
        guard = getattr(route.endpoint, "__self__", None)
        assert isinstance(guard, Guarded), route.path
        assert guard.route.may in {"anybody", *ROLES}, route.path


def flat(routes):
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from flat(inner.routes)
        elif hasattr(route, "path"):
            yield route


def test_only_signing_in_and_files_are_open_to_anybody() -> None:
    opened = {name(route) for route in ROUTES if route.may == "anybody"}
    assert opened == {
        "GET /sign-in",
        "POST /sign-in",
        "POST /language",
        "GET /vouched",
        "GET /vouched/back",
        "GET /assets/{version}/{name}",
    }


@pytest.mark.parametrize("route", CLOSED, ids=name)
def test_nobody_without_a_session_gets_in(house: House, route) -> None:
    with house.client(Origin=house.url, Accept="text/html") as client:
        answer = client.request(
            route.method,
            address(route.path),
            data={"csrf": "x"} if route.method == "POST" else None,
        )
    assert refused(answer)


@pytest.mark.parametrize("route", CLOSED, ids=name)
def test_nobody_with_an_ended_session_gets_in(house: House, route) -> None:
    sessions = Sessions(house.service.around.database, hours=1)
    token = house.do(sessions.begin("admin", real_time() - timedelta(hours=2)))
    with house.client(Origin=house.url) as client:
        client.cookies.set(COOKIE, token)
        answer = client.request(route.method, address(route.path))
    assert refused(answer)


@pytest.mark.parametrize("route", [r for r in CLOSED if r.may != "viewer"], ids=name)
def test_a_lesser_role_is_refused(house: House, route) -> None:
    lesser = ROLES[ROLES.index(route.may) - 1]
    headers = {"Origin": house.url, "X-CSRF-Token": house.csrf(lesser)}
    with house.client(lesser, **headers) as client:
        assert client.request(route.method, address(route.path)).status_code == 403


@pytest.mark.parametrize("route", CHANGING, ids=name)
@pytest.mark.parametrize("token", [None, "wrong"])
def test_a_change_without_the_csrf_token_is_refused(house: House, route, token) -> None:
    headers = {"Origin": house.url} | ({"X-CSRF-Token": token} if token else {})
    with house.client("admin", **headers) as client:
        assert client.post(address(route.path)).status_code == 403


@pytest.mark.parametrize("route", CHANGING, ids=name)
@pytest.mark.parametrize("origin", [None, "null", "https://elsewhere.example", "http://127.0.0.1"])
def test_a_change_asked_for_from_elsewhere_is_refused(house: House, route, origin) -> None:
    headers = {"X-CSRF-Token": house.csrf("admin")} | ({"Origin": origin} if origin else {})
    with house.client("admin", **headers) as client:
        assert client.post(address(route.path)).status_code == 403


def refused(answer) -> bool:
    to_sign_in = answer.status_code == 303 and "/sign-in" in answer.headers["location"]
    return answer.status_code in {401, 403} or to_sign_in


def test_a_refused_form_is_a_whole_page_for_browsers_and_a_line_for_htmx(house: House) -> None:
    form = {"csrf": house.csrf("operator")}
    path = "/console/conversations/nobody/hand-back"
    with house.client("operator", Origin=house.url, Accept="text/html") as browser:
        page = browser.post(path, data=form)
        part = browser.post(path, data=form, headers={"HX-Request": "true"})
    assert page.status_code == part.status_code >= 400
    assert "</html>" in page.text
    assert "</html>" not in part.text
    with house.client(Origin=house.url, Accept="text/html") as stranger:
        sent = stranger.post(path, data=form)
    assert (sent.status_code, sent.headers["location"]) == (303, "/console/sign-in?after=")


def test_a_deletion_that_does_not_fit_says_so_in_its_form(house: House) -> None:
    form = {"csrf": house.csrf("admin"), "brand": "lamps", "customer": "u-7", "again": "u-8"}
    with house.client("admin", Origin=house.url, Accept="text/html") as browser:
        page = browser.post("/console/erasing", data=form)
    assert page.status_code == 422
    assert "两次输入的顾客编号不一样" in page.text
    assert 'value="u-7"' in page.text
