"""No request body beyond a limit is kept, let alone parsed."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BYTES = 1_048_576
# What follows a refusal is read and thrown away: a connection that is closed over unread
# bytes is reset, and the client may then never see the refusal (RFC 9112, section 9.6).
DISCARDED_BYTES = 8 * MAX_BYTES
DISCARD_SECONDS = 5.0


class _TooLongError(Exception):
    """More came than was announced or allowed."""


class BodyLimit:
    """ASGI middleware: 413 as soon as a body is too long, announced or not."""

    def __init__(self, app: ASGIApp, most: int = MAX_BYTES) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(receive, self._most)
        begun = refused = False

        async def lingering(message: Message) -> None:
            nonlocal begun, refused
            if message["type"] == "http.response.start":
                begun = True
                refused = message["status"] >= 400 and _has_body(scope)
            ends = message["type"] == "http.response.body" and not message.get("more_body")
            if not (refused and ends):
                await send(message)
                return
            await send({**message, "more_body": True})
            await body.discard()
            await send({"type": "http.response.body", "body": b""})

        if _announced(scope) > self._most:
            await _refuse(lingering)
            return
        try:
            await self._app(scope, body.receive, lingering)
        except _TooLongError:
            if not begun:
                await _refuse(lingering)


class _Body:
    """A request's body as it comes in, counted."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._read = 0
        self._more = True

    async def receive(self) -> Message:
        """The next piece.

        Raises:
            _TooLongError: it goes beyond the limit.
        """
        message = await self._next()
        if self._read > self._most:
            raise _TooLongError
        return message

    async def discard(self) -> None:
        """Read on to the end, within bounds of bytes and time, and keep nothing."""
        try:
            async with asyncio.timeout(DISCARD_SECONDS):
                while self._more and self._read <= DISCARDED_BYTES:
                    await self._next()
        except TimeoutError:
            return

    async def _next(self) -> Message:
        message = await self._receive()
        self._read += len(message.get("body", b""))
        self._more = message["type"] == "http.request" and message.get("more_body", False)
        return message


def _announced(scope: Scope) -> int:
    """The length in bytes by the request's head; what is no length counts as too long."""
    value = dict(scope["headers"]).get(b"content-length", b"0")
    return int(value) if value.isdigit() and len(value) < 16 else MAX_BYTES + 1


def _has_body(scope: Scope) -> bool:
    names = {name for name, _ in scope["headers"]}
    return b"transfer-encoding" in names or _announced(scope) > 0


async def _refuse(send: Send) -> None:
    said = b"The request is too long."
    headers = [
        (b"content-type", b"text/plain"),
        (b"content-length", str(len(said)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": said})
