"""Signing in by an OpenID provider: a real one in small, on a port of its own."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from console.sessions import COOKIE
from tests.console.house import House, open_house


class Provider(BaseHTTPRequestHandler):
    """Keeps what it was asked, and hands out what it was told to say of whoever comes."""

    server: Any

    def do_GET(self) -> None:
        base = f"http://localhost:{self.server.server_address[1]}"
        if self.path == "/.well-known/openid-configuration":
            names = ("authorization", "token", "userinfo")
            self._say({f"{name}_endpoint": f"{base}/{name}" for name in names})
        elif self.path == "/userinfo" and self.headers["Authorization"] == "Bearer t-1":
            self._say(self.server.who)
        else:
            self.send_error(401)

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        asked = dict(parse_qsl(self.rfile.read(length).decode()))
        digest = hashlib.sha256(asked["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked["code"] == "c-1" and challenge == self.server.challenge:
            self._say({"access_token": "t-1", "token_type": "Bearer"})
        else:
            self._say({"error": "invalid_grant"}, 400)

    def _say(self, body: dict[str, Any], status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def provider() -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    server.who, server.challenge = {}, ""
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory, provider: Any) -> Iterator[House]:
    issuer = f"http://localhost:{provider.server_address[1]}"
    more = {"oidc_issuer": issuer, "oidc_client": "console", "oidc_claim": "account"}
    with open_house(tmp_path_factory.mktemp("company"), **more) as opened:
        yield opened


def left(client, provider) -> str:
    """To the provider, which is told what to expect; the state it will send back."""
    address = urlsplit(client.get("/console/vouched").headers["location"])
    asked = {name: value[0] for name, value in parse_qs(address.query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"].endswith("/console/vouched/back")
    provider.challenge = asked["code_challenge"]
    return asked["state"]


def test_who_has_an_account_here_comes_in(company: House, provider: Any) -> None:
    provider.who = {"account": "Operator"}
    with company.client() as client:
        state = left(client, provider)
        back = client.get(f"/console/vouched/back?code=c-1&state={state}")
        assert back.headers["location"] == "/console/inbox"
        assert client.cookies[COOKIE]
        assert client.get("/console/inbox").status_code == 200


@pytest.mark.parametrize(
    ("who", "code", "state"),
    [
        ({"account": "nobody"}, "c-1", None),
        ({}, "c-1", None),
        ({"account": "operator"}, "c-2", None),
        ({"account": "operator"}, "c-1", "another"),
        ({"account": "operator"}, "c-1", ""),
    ],
)
def test_nobody_else_does(company: House, provider: Any, who, code, state) -> None:
    provider.who = who
    with company.client() as client:
        given = left(client, provider) if state is None else state
        back = client.get(f"/console/vouched/back?code={code}&state={given}")
        assert back.status_code == 403
        assert COOKIE not in client.cookies


def test_without_a_provider_there_is_no_such_door(house: House) -> None:
    with house.client() as client:
        assert client.get("/console/vouched").status_code == 404
