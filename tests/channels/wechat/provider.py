"""What both fake providers have: a clock, tokens, media, faults to come, and HTTP around them."""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
_FILE_NAME = re.compile(rb'filename="([^"]*)"')


class RefusedError(Exception):
    """The provider says no, with a code."""

    def __init__(self, code: int, words: str = "no") -> None:
        super().__init__(words)
        self.code = code


class DroppedError(Exception):
    """The provider has done it, and its answer is lost."""


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, **for_so_long: float) -> None:
        self.now += timedelta(**for_so_long)


@dataclass(frozen=True)
class Delivered:
    """A message that a customer has on his screen."""

    to: str
    kind: str
    content: Any
    message_id: str
    at: datetime


@dataclass
class Provider:
    """Append-only ledgers: `delivered`, `asked` (paths), `uploads`. Faults are used up in order.

    A fault is an error code, or one of refuse (no connection), drop (done, answer lost), html.
    """

    clock: Clock = field(default_factory=Clock)
    delivered: list[Delivered] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    uploads: list[str] = field(default_factory=list)
    faults: list[tuple[str, int | str]] = field(default_factory=list)
    token: str = ""
    token_until: datetime = NOW
    media: dict[str, datetime] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: count(1))

    def fail(self, path: str, *faults: int | str) -> None:
        self.faults += [(path, fault) for fault in faults]

    def new_token(self) -> str:
        """Somebody makes a new token: the one before is worth nothing from now on."""
        self.token = f"token-{next(self.numbers)}"
        self.token_until = self.clock() + timedelta(seconds=7200)
        return self.token

    def stable_token(self) -> dict[str, Any]:
        if not self.token or self.clock() >= self.token_until:
            self.new_token()
        left = (self.token_until - self.clock()).total_seconds()
        return {"access_token": self.token, "expires_in": int(left)}

    def check_token(self, query: Mapping[str, str]) -> None:
        if query.get("access_token") != self.token:
            raise RefusedError(40001, "invalid credential, access_token is invalid")
        if self.clock() >= self.token_until:
            raise RefusedError(42001, "access_token expired")

    def upload(self, body: bytes) -> dict[str, Any]:
        found = _FILE_NAME.search(body)
        if not found or b'name="media"' not in body:
            raise RefusedError(41005, "media data missing")
        media = f"media-{next(self.numbers)}"
        self.media[media] = self.clock() + timedelta(days=3)
        self.uploads.append(found[1].decode())
        return {"type": "image", "media_id": media, "created_at": 1}

    def check_media(self, media: str) -> None:
        if self.media.get(media, NOW - timedelta(days=1)) <= self.clock():
            raise RefusedError(40007, "invalid media_id")

    async def serve(self, method: str, path: str, query: Mapping[str, str], body: bytes) -> Any:
        """One request. Faults for the path come first; a dropped one is carried out, too."""
        self.asked.append(path)
        fault = self._fault(path)
        if fault == "refuse":
            raise ConnectionRefusedError
        if fault == "html":
            return "<html>gateway</html>"
        if isinstance(fault, int):
            return {"errcode": fault, "errmsg": "fault"}
        try:
            answer = {"errcode": 0, "errmsg": "ok", **await self.answer(method, path, query, body)}
        except RefusedError as refused:
            answer = {"errcode": refused.code, "errmsg": str(refused)}
        if fault == "drop":
            raise DroppedError
        return answer

    async def answer(
        self, method: str, path: str, query: Mapping[str, str], body: bytes
    ) -> dict[str, Any]:
        raise NotImplementedError

    def _fault(self, path: str) -> int | str | None:
        for place, (where, fault) in enumerate(self.faults):
            if where == path:
                del self.faults[place]
                return fault
        return None


@dataclass
class Line(httpx.AsyncBaseTransport):
    """HTTP to a provider in this process."""

    provider: Provider
    headers_seen: list[httpx.Headers] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        await asyncio.sleep(0)
        self.headers_seen.append(request.headers)
        query = dict(request.url.params)
        try:
            answer = await self.provider.serve(request.method, request.url.path, query, body)
        except ConnectionRefusedError as error:
            raise httpx.ConnectError("refused") from error
        except DroppedError as error:
            raise httpx.ReadTimeout("dropped") from error
        if isinstance(answer, str):
            return httpx.Response(502, text=answer)
        return httpx.Response(200, content=json.dumps(answer, ensure_ascii=False).encode())
