"""A Bot API server that keeps a ledger: what was asked, what came of it, what a chat shows.

It behaves as Telegram documents: updates are forgotten when a higher offset is asked for, a second
getUpdates ends the first with 409, a webhook is called again until it answers 2xx, and what does
not fit is refused. `spoil` makes the next calls of a method go wrong in a named way.
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.channels.telegram.ledger import TOKEN, Call, Dropped, Params, Refused
from tests.channels.telegram.updates_queue import Updates

_STRANGE = {"html": b"<html>busy</html>", "odd": b'{"ok": true, "result": {}}'}


@dataclass
class BotApi(Updates):
    """The server. `calls` is the ledger; `unknown` are methods that this server does not have."""

    calls: list[Call] = field(default_factory=list)
    spoiled: dict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    unknown: set[str] = field(default_factory=set)
    held: list[Call] = field(default_factory=list)
    release: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    busy: set[asyncio.Task[None] | None] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def spoil(self, method: str, *ways: str) -> None:
        """The next calls go wrong: 429:N, 500, 502, drop (not done), lose (done, not told),
        forbidden, migrate:ID, bad:WORDS, hang, html, odd.
        """
        self.spoiled[method].extend(ways)

    def slow(self, method: str) -> None:
        """The next call of the method takes effect only when `let_go` is called."""
        self.spoil(method, "slow")

    def let_go(self) -> None:
        self.release.set()

    def made(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.busy.add(asyncio.current_task())
        try:
            while await self._exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.split("\r\n")
        headers = {
            k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines if line)
        }
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        target = urlsplit(first.split(" ")[1])
        _, bot, method = target.path.split("/")
        params = dict(parse_qsl(target.query)) | _params(headers.get("content-type", ""), body)
        call = Call(method, params)
        self.calls.append(call)
        way = self.spoiled[method].popleft() if self.spoiled[method] else ""
        code, answer = await self._answer(bot, call, way, reader)
        if code == 0:
            return False
        call.answered = code
        writer.write(
            f"HTTP/1.1 {code} X\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(answer)}\r\n\r\n".encode()
            + answer
        )
        await writer.drain()
        return True

    async def _answer(
        self, bot: str, call: Call, way: str, reader: asyncio.StreamReader
    ) -> tuple[int, bytes]:
        try:
            result = await self._carry_out(bot, call, way, reader)
            call.done = True
            if way == "lose":
                return 0, b""
            right = json.dumps({"ok": True, "result": result}).encode()
            return 200, _STRANGE.get(way, right)
        except Dropped:
            return 0, b""
        except Refused as error:
            told = {"ok": False, "error_code": error.code, "description": error.description}
            if error.parameters:
                told["parameters"] = error.parameters
            return error.code, json.dumps(told).encode()

    async def _carry_out(self, bot: str, call: Call, way: str, reader: asyncio.StreamReader) -> Any:
        if bot != f"bot{TOKEN}":
            raise Refused(401, "Unauthorized")
        if way == "slow":
            self.held.append(call)
            await self.release.wait()
        await self._spoil(way)
        handler = getattr(self, f"_{call.method}", None)
        if handler is None or call.method in self.unknown:
            raise Refused(404, "Not Found")
        result = handler(call.params)
        return await self._unless_gone(result, reader) if asyncio.iscoroutine(result) else result

    async def _spoil(self, way: str) -> None:
        name, _, rest = way.partition(":")
        match name:
            case "429":
                raise Refused(429, f"Too Many Requests: retry after {rest}", retry_after=int(rest))
            case "500" | "502":
                raise Refused(int(name), "Internal Server Error")
            case "drop":
                raise Dropped
            case "forbidden":
                raise Refused(403, "Forbidden: bot was blocked by the user")
            case "migrate":
                description = "Bad Request: group chat was upgraded to a supergroup chat"
                raise Refused(400, description, migrate_to_chat_id=int(rest))
            case "bad":
                raise Refused(400, f"Bad Request: {rest}")
            case "hang":
                await self.closing.wait()
                raise Dropped

    async def _unless_gone(self, work: Any, reader: asyncio.StreamReader) -> Any:
        """A long poll ends when the one who asked hangs up."""
        task = asyncio.ensure_future(work)
        gone = asyncio.ensure_future(reader.read(1))
        stop = asyncio.ensure_future(self.closing.wait())
        done, pending = await asyncio.wait({task, gone, stop}, return_when=asyncio.FIRST_COMPLETED)
        for one in pending:
            one.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        if task not in done:
            raise Dropped
        return task.result()


def _params(kind: str, body: bytes) -> Params:
    if kind.startswith("multipart/"):
        whole = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
        found: Params = {}
        for part in whole.iter_parts():
            name = part.get_param("name", header="content-disposition")
            raw = part.get_payload(decode=True)
            found[str(name)] = raw if part.get_filename() else raw.decode()
        return found
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


@asynccontextmanager
async def bot_api() -> AsyncIterator[BotApi]:
    """The server, on a port of its own, for as long as the block lasts."""
    fake = BotApi()
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    fake.port = server.sockets[0].getsockname()[1]
    try:
        yield fake
    finally:
        fake.closing.set()
        server.close()
        for task in filter(None, fake.busy):
            task.cancel()
        await asyncio.gather(*filter(None, fake.busy), return_exceptions=True)
