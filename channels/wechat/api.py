"""Calling WeChat's servers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from agent.channel import TryAgainError, UnsureError
from channels.wechat.errors import RefusalError
from channels.wechat.tokens import Tokens

LIMITS: Final = httpx.Timeout(10.0, connect=5.0)

TOKEN_GONE: Final = frozenset({40001, 40014, 42001})


@dataclass(frozen=True)
class Api:
    """One account's line to WeChat."""

    http: httpx.AsyncClient = field(repr=False)
    base: str
    tokens: Tokens

    async def tell(self, path: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """Call once, something that must not happen twice.

        Raises:
            RefusalError: WeChat said no.
            DeliveryError: TryAgainError if it was certainly not received, else UnsureError.
        """
        return await self._with_token(path, content=_json(content))

    async def ask(self, path: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """Call something that may be repeated.

        Raises:
            RefusalError: WeChat said no.
            TryAgainError: WeChat was not reached, or did not answer.
        """
        try:
            return await self.tell(path, content)
        except UnsureError as error:
            raise TryAgainError(str(error)) from error

    async def upload(self, picture: bytes, name: str) -> str:
        """Put a picture into the account's temporary media, three days from now; its media id.

        Raises:
            RefusalError: WeChat said no.
            TryAgainError: WeChat was not reached, or did not answer.
        """
        files = {"media": (name, picture, _type_of(name))}
        try:
            answer = await self._with_token("/cgi-bin/media/upload?type=image", files=files)
        except UnsureError as error:
            raise TryAgainError(str(error)) from error
        return said(answer, "media_id")

    async def _with_token(self, path: str, **what: Any) -> dict[str, Any]:
        token = await self.tokens.current()
        try:
            return await called(self.http, "POST", self._url(path, token), **what)
        except RefusalError as refusal:
            if refusal.code not in TOKEN_GONE:
                raise
        token = await self.tokens.renewed(token)
        return await called(self.http, "POST", self._url(path, token), **what)

    def _url(self, path: str, token: str) -> str:
        return f"{self.base}{path}{'&' if '?' in path else '?'}access_token={token}"


async def called(http: httpx.AsyncClient, method: str, url: str, **what: Any) -> dict[str, Any]:
    """One call. No error says the address: the token stands in it.

    Raises:
        RefusalError: WeChat said no.
        DeliveryError: TryAgainError if it was certainly not received, else UnsureError.
    """
    try:
        answer = await http.request(method, url, timeout=LIMITS, follow_redirects=False, **what)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise TryAgainError(f"WeChat cannot be reached ({type(error).__name__})") from None
    except httpx.HTTPError as error:
        raise UnsureError(f"no answer from WeChat ({type(error).__name__})") from None
    if answer.status_code in {429, 503}:
        raise TryAgainError(f"WeChat answered {answer.status_code}", after_seconds=5.0)
    return _content(answer)


def said(answer: Mapping[str, Any], name: str) -> str:
    """What an answer must hold.

    Raises:
        TryAgainError: it is not there.
    """
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise TryAgainError(f"WeChat's answer holds no {name}")
    return value


def token_in(answer: Mapping[str, Any]) -> tuple[str, float]:
    """A token and the seconds it is good for.

    Raises:
        TryAgainError: it is not there.
    """
    seconds = answer.get("expires_in")
    return said(answer, "access_token"), float(seconds) if isinstance(seconds, int) else 0.0


def _content(answer: httpx.Response) -> dict[str, Any]:
    try:
        content = json.loads(answer.content) if answer.status_code == httpx.codes.OK else None
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise UnsureError(f"no proper answer from WeChat (HTTP {answer.status_code})")
    code = content.get("errcode", 0)
    if code:
        words = str(content.get("errmsg", ""))
        raise RefusalError(code if isinstance(code, int) else -1, words)
    return content


def _json(content: Mapping[str, Any]) -> bytes:
    # WeChat shows \u escapes to the customer as they are.
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")


def _type_of(name: str) -> str:
    return "image/png" if name.lower().endswith(".png") else "image/jpeg"
