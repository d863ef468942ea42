"""Whatever is sent to the web chat and to the payment page, the answer is never a 5xx."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from starlette.testclient import TestClient

from app.paid_notices import HEADER, PaidNotices, signed
from channels.web.feed import MemoryFeed
from channels.web.signing import Visitor, sign_session
from tests.channels.web.front import SESSION_KEY, app_of, site

KEY = b"the provider's key"
BEGUN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


class Hours:
    """A clock on which nobody is ever too fast."""

    def __init__(self) -> None:
        self.now = BEGUN

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=3)
        return self.now


class NoLinks:
    """A payment record in which nothing was issued."""

    async def find(self, token: str) -> None:
        del token


def fuzzed_app() -> tuple[FastAPI, Callable[[], datetime]]:
    clock, closing = Hours(), asyncio.Event()
    # Streams end at once, or a fuzzer would listen for ever.
    closing.set()
    app = app_of(site(MemoryFeed(), clock), closing)
    notices = PaidNotices(KEY, NoLinks(), {}, lambda _: None, clock)  # type: ignore[arg-type]
    app.include_router(notices.routes())
    return app, clock


def examples(few: int) -> settings:
    """A few in the usual run; `pytest tests/channels/web --hypothesis-profile chaos`: many."""
    usual = settings.get_profile("default").max_examples
    chosen = settings().max_examples
    most = few if chosen == usual else chosen
    return settings(max_examples=most, deadline=None, suppress_health_check=list(HealthCheck))


APP, CLOCK = fuzzed_app()
TOKEN = sign_session(SESSION_KEY, "shop", Visitor("w-f", None, BEGUN + timedelta(days=999)))
SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", APP)
# Each by a name of its own: tests that share one are run only once by several processes.
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]
HTTP = TestClient(APP, raise_server_exceptions=True)
PATHS = ("session", "messages", "history", "events", "passages", "payments")
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
@examples(40)
@given(data=st.data())
def test_requests_made_from_the_description_never_break_anything(
    operation: Any, data: st.DataObject
) -> None:
    case = data.draw(operation.as_strategy())
    case.path_parameters = {**(case.path_parameters or {}), "bot": "shop"}
    response = case.call(headers=HEADERS)
    case.validate_response(response, checks=(not_a_server_error,))


@examples(150)
@given(path=st.sampled_from(PATHS), body=st.binary(max_size=300), get=st.booleans())
def test_bodies_of_any_bytes_are_refused_politely(path: str, body: bytes, get: bool) -> None:
    method = "GET" if get else "POST"
    answer = HTTP.request(method, f"/chat/shop/api/{path}", content=body, headers=HEADERS)
    assert answer.status_code < 500


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
FIELDS = st.sampled_from(["id", "kind", "text", "rest", "language", "token", "identity"])


@examples(120)
@given(path=st.sampled_from(PATHS[:2]), body=st.dictionaries(FIELDS, JSON, max_size=6))
def test_json_of_the_wrong_shape_is_refused_politely(path: str, body: Any) -> None:
    answer = HTTP.post(f"/chat/shop/api/{path}", json=_finite(body), headers=HEADERS)
    assert answer.status_code < 500


@examples(60)
@given(path=st.text(max_size=60))
def test_addresses_of_any_letters_are_answered(path: str) -> None:
    from urllib.parse import quote  # noqa: PLC0415

    for prefix in ("/chat/", "/chat/shop/images/", "/chat/shop/assets/", "/demo/"):
        address = prefix + quote(path, safe="/?&=", errors="replace")
        assert HTTP.get(address, follow_redirects=False).status_code < 500


@examples(120)
@given(body=st.binary(max_size=200), header=st.text(max_size=120), genuine=st.booleans())
def test_notices_of_any_bytes_are_refused_politely(body: bytes, header: str, genuine: bool) -> None:
    header = signed(KEY, body, CLOCK()) if genuine else header
    headers = {HEADER.encode(): header.encode("utf-8", "replace").replace(b"\n", b"")}
    answer = HTTP.post("/pay/notices", content=body, headers=headers)
    assert 400 <= answer.status_code < 500


def _finite(value: Any) -> Any:
    """Without infinities, which JSON cannot say, and halves of letters, which UTF-8 cannot."""
    match value:
        case float():
            return value if abs(value) < 1e300 else 0
        case str():
            return value.encode("utf-8", "replace").decode()
        case list():
            return [_finite(one) for one in value]
        case dict():
            return {_finite(key): _finite(one) for key, one in value.items()}
        case _:
            return value
