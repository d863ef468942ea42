"""Signing in: by a right password, not too often, and out again."""

import re

import pytest

from console.sessions import COOKIE
from tests.console.house import PASSWORD, House


@pytest.fixture
def opened(house: House):
    """A browser that has the form, and the form's token."""
    with house.client(Origin=house.url) as client:
        page = client.get("/console/sign-in").text
        yield client, re.search(r'name="csrf" value="([^"]+)"', page).group(1)


def test_the_right_password_begins_a_session_that_signing_out_ends(opened) -> None:
    client, token = opened
    sent = {"csrf": token, "name": "Editor", "password": PASSWORD, "after": "/inbox?state=waiting"}
    answer = client.post("/console/sign-in", data=sent)
    assert answer.headers["location"] == "/console/inbox?state=waiting"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert client.get("/console/inbox").status_code == 200
    csrf = re.search(r'name="csrf" value="([^"]+)"', client.get("/console/inbox").text).group(1)
    kept = client.cookies[COOKIE]
    client.post("/console/sign-out", data={"csrf": csrf})
    client.cookies.set(COOKIE, kept)
    assert client.get("/console/inbox").status_code == 401


def test_wrong_passwords_lock_the_name_for_a_while_and_both_answers_read_the_same(opened) -> None:
    client, token = opened
    sent = {"csrf": token, "password": "not the password"}
    wrong = client.post("/console/sign-in", data={**sent, "name": "viewer"})
    nobody = client.post("/console/sign-in", data={**sent, "name": "nobody"})
    assert wrong.status_code == nobody.status_code == 403
    assert wrong.text.replace("viewer", "") == nobody.text.replace("nobody", "")
    for _ in range(4):
        client.post("/console/sign-in", data={**sent, "name": "viewer"})
    right = client.post(
        "/console/sign-in", data={"csrf": token, "name": "viewer", "password": PASSWORD}
    )
    assert right.status_code == 429


@pytest.mark.parametrize(
    "after", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1"]
)
def test_one_is_not_sent_elsewhere_after_signing_in(opened, after) -> None:
    client, token = opened
    sent = {"csrf": token, "name": "admin", "password": PASSWORD, "after": after}
    answer = client.post("/console/sign-in", data=sent)
    assert answer.headers["location"] == "/console/inbox"


def test_no_page_may_run_or_load_what_is_not_ours(house: House) -> None:
    policy = house.get("admin", "/inbox").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
