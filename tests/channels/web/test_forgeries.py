"""Signatures: whatever is tried, nobody becomes somebody else, and nothing breaks."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from channels.web.feed import MemoryFeed
from channels.web.signing import (
    BadSignatureError,
    Visitor,
    sign_identity,
    sign_session,
    verified_customer,
    verified_visitor,
)
from tests.channels.web.front import SECRET, SESSION_KEY, app_of, site

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
KEY = SECRET.encode()
GENUINE = sign_identity(KEY, "shop", "u-1001", NOW + timedelta(hours=1))
VISITOR = Visitor("w-mine", "u-1001", NOW + timedelta(days=1))
TOKEN = sign_session(SESSION_KEY, "shop", VISITOR)


@pytest.fixture(scope="module")
def http() -> Iterator[TestClient]:
    now = [NOW]

    def clock() -> datetime:
        now[0] += timedelta(seconds=2)
        return now[0]

    with TestClient(app_of(site(MemoryFeed(), clock))) as client:
        yield client


def changed(genuine: str, letters: str) -> Iterator[str]:
    """Every place of it with other letters."""
    for place, letter in enumerate(genuine):
        for other in letters:
            if other != letter:
                yield genuine[:place] + other + genuine[place + 1 :]


def forged_identities() -> list[str]:
    later = NOW + timedelta(hours=1)
    forged = [sign_identity(f"key {n}".encode(), "shop", "u-1001", later) for n in range(300)]
    forged += [sign_identity(KEY, f"shop{n}", "u-1001", later) for n in range(100)]
    forged += [sign_identity(KEY, "shop", "u-1001", NOW - timedelta(hours=n)) for n in range(100)]
    forged += [GENUINE[:length] for length in range(1, len(GENUINE))]
    customer, expiry, mac = GENUINE.rsplit(".", 2)
    forged += [f"{name}.{expiry}.{mac}" for name in ("u-1002", "", "u-1001\nshop", "u-1001.", "ü")]
    forged += [
        f"{customer}.{time}.{mac}" for time in ("", "-1", "1e9", "９９９", "9" * 400, "0x7f")
    ]
    forged += [GENUINE + "0", GENUINE.upper(), f" {GENUINE}", "\ud800", "\x00", "." * 300]
    forged += changed(GENUINE, "0123456789abcdef.ZYXW")
    return list(dict.fromkeys(forged))[:2000]


def test_none_of_two_thousand_forged_identities_names_a_customer() -> None:
    forged = forged_identities()
    assert len(set(forged)) == 2000
    for one in forged:
        with pytest.raises(BadSignatureError):
            verified_customer(KEY, "shop", one, NOW)


def test_over_http_a_forged_identity_is_a_401(http: TestClient) -> None:
    forged = [one for one in forged_identities()[::8] if one.isprintable()]
    statuses = {
        http.post("/chat/shop/api/session", json={"identity": one}).status_code for one in forged
    }
    assert statuses == {401}
    assert http.post("/chat/shop/api/session", json={"identity": GENUINE}).json()["signed_in"]


def test_two_thousand_forged_tokens_open_no_chat(http: TestClient) -> None:
    body, _, mac = TOKEN.partition(".")
    other = base64.urlsafe_b64encode(json.dumps(["w-theirs", None, 1999999999]).encode()).decode()
    forged = [f"{other.rstrip('=')}.{mac}", f"{body}.{'0' * 64}", mac, body, ".", TOKEN * 9]
    forged += [sign_session(f"key {n}".encode(), "shop", VISITOR) for n in range(200)]
    forged += [sign_session(SESSION_KEY, f"bot{n}", VISITOR) for n in range(100)]
    forged = (forged + list(changed(TOKEN, "0123456789abcdefXYZ_-.")))[:2000]
    for one in forged:
        with pytest.raises(BadSignatureError):
            verified_visitor(SESSION_KEY, "shop", one)
    headers = [{"Authorization": f"Bearer {one}"} for one in forged[::8]]
    statuses = {http.get("/chat/shop/api/history", headers=one).status_code for one in headers}
    assert (len(set(forged)), statuses) == (2000, {401})
    genuine = {"Authorization": f"Bearer {TOKEN}"}
    assert http.get("/chat/shop/api/history", headers=genuine).status_code == 200


def test_an_identity_without_a_configured_secret_is_refused() -> None:
    with pytest.raises(BadSignatureError) as caught:
        verified_customer(None, "shop", GENUINE, NOW)
    assert caught.value.code == "no_identity"


@given(st.text(max_size=400))
def test_any_text_is_refused_as_an_identity_and_as_a_token(text: str) -> None:
    with pytest.raises(BadSignatureError):
        verified_customer(KEY, "shop", text, NOW)
    with pytest.raises(BadSignatureError):
        verified_visitor(SESSION_KEY, "shop", text)


@given(st.from_regex(r"[^\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff]{1,64}", fullmatch=True))
def test_a_customer_is_recognised_by_what_was_signed_for_him(customer: str) -> None:
    identity = sign_identity(KEY, "shop", customer, NOW + timedelta(hours=1))
    assert verified_customer(KEY, "shop", identity, NOW) == customer


def test_the_example_in_the_docs_makes_an_identity_that_holds() -> None:
    page = Path("docs/web-chat.md").read_text("utf-8")
    example: dict[str, Any] = {}
    exec(page.partition("```python\n")[2].partition("```")[0], example)
    identity = example["identity"](SECRET, "shop", "u-1001")
    now = datetime.fromtimestamp(int(identity.split(".")[1]) - 3600, tz=UTC)
    assert verified_customer(KEY, "shop", identity, now) == "u-1001"
