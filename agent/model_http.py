"""HTTP clients for model servers: no proxy in front of loopback, no endless answers."""

import ipaddress
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TypedDict
from urllib.parse import urlsplit

import httpx

MAX_ANSWER_BYTES = 16_000_000


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """How long a model call may take: to connect, to its first token, and as a whole."""

    connect_seconds: float = 5.0
    first_token_seconds: float = 60.0
    total_seconds: float = 120.0


class ClientOptions(TypedDict):
    """What an `httpx.AsyncClient` is made with."""

    timeout: httpx.Timeout
    transport: httpx.AsyncBaseTransport
    trust_env: bool


class EndlessAnswerError(httpx.TransportError):
    """A server sent more than any answer can hold."""


class _CappedStream(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async for piece in self._inner:
            read += len(piece)
            if read > MAX_ANSWER_BYTES:
                raise EndlessAnswerError(f"more than {MAX_ANSWER_BYTES} bytes")
            yield piece

    async def aclose(self) -> None:
        await self._inner.aclose()


class CappedTransport(httpx.AsyncBaseTransport):
    """Passes requests on and stops reading an answer that does not end.

    Client libraries collect a line or a body before they look at it, so a server that sends one
    endless line would otherwise fill the memory until the time limit.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request; the answer's body is capped."""
        response = await self._inner.handle_async_request(request)
        if isinstance(response.stream, httpx.AsyncByteStream):
            response.stream = _CappedStream(response.stream)
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


def timeouts(limits: TimeLimits) -> httpx.Timeout:
    """The limits as httpx has them; the total is kept by the caller."""
    return httpx.Timeout(limits.total_seconds, connect=limits.connect_seconds)


def is_loopback(url: str) -> bool:
    """Whether the address is on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def client_options(url: str, limits: TimeLimits) -> ClientOptions:
    """Keyword arguments for an `httpx.AsyncClient` that talks to a model server.

    A proxy from the environment is used for remote servers only: many machines export one without
    exempting loopback, and it cannot reach this machine's own ports.
    """
    return {
        "timeout": timeouts(limits),
        "transport": CappedTransport(httpx.AsyncHTTPTransport()),
        "trust_env": not is_loopback(url),
    }


def model_client(url: str, limits: TimeLimits) -> httpx.AsyncClient:
    """A client for that server."""
    return httpx.AsyncClient(**client_options(url, limits))
