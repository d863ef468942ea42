"""A model server that misbehaves on demand, over real HTTP, with a ledger of what it was asked."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

Style = Literal["openai", "ollama"]
Frames = AsyncIterator[bytes]
Act = Callable[["FakeServer"], Frames]

CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n"


@dataclass
class FakeServer:
    """Answers every request by `act`. `asked` are the bodies, `left` counts clients that left."""

    style: Style
    act: Act
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    left: int = 0
    port: int = 0
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    busy: set[asyncio.Task[None] | None] = field(default_factory=set)

    @property
    def url(self) -> str:
        root = f"http://127.0.0.1:{self.port}"
        return f"{root}/v1" if self.style == "openai" else root

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.busy.add(asyncio.current_task())
        try:
            await self._read(reader)
            async for piece in self.act(self):
                writer.write(piece)
                await writer.drain()
                if reader.at_eof() or self.closing.is_set():
                    self.left += 1
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            self.left += 1
        finally:
            writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.headers.append(head)
        length = next(
            int(line.split(":")[1])
            for line in head.splitlines()
            if line.lower().startswith("content-length")
        )
        self.asked.append(json.loads(await reader.readexactly(length)))

    def frame(self, text: str, **extra: Any) -> bytes:
        """One piece of an answer."""
        if self.style == "ollama":
            message = {"role": "assistant", "content": text, **extra}
            return chunk(json.dumps({"model": "m", "message": message, "done": False}) + "\n")
        return self._event({"delta": {"content": text, **extra}, "finish_reason": None})

    def end(self, reason: str, *, prompt_tokens: int = 40) -> bytes:
        """The last piece, and what closes the stream."""
        if self.style == "ollama":
            last = {"model": "m", "message": {"role": "assistant", "content": ""}, "done": True}
            counts = {"done_reason": reason, "prompt_eval_count": prompt_tokens, "eval_count": 3}
            return chunk(json.dumps(last | counts) + "\n") + b"0\r\n\r\n"
        usage = {"prompt_tokens": prompt_tokens, "completion_tokens": 3, "total_tokens": 43}
        counted = chunk("data: " + json.dumps(self._envelope([]) | {"usage": usage}) + "\n\n")
        last = self._event({"delta": {}, "finish_reason": reason})
        return last + counted + chunk("data: [DONE]\n\n") + b"0\r\n\r\n"

    def call(self, name: str, args: str, place: int = 0) -> bytes:
        """A native tool call; OpenAI-style servers send its arguments in pieces."""
        if self.style == "ollama":
            function = {"name": name, "arguments": json.loads(args)}
            return self.frame("", tool_calls=[{"function": function}])
        half = len(args) // 2
        begun = {"index": place, "id": f"c{place}", "type": "function"}
        return self.frame(
            "", tool_calls=[begun | {"function": {"name": name, "arguments": args[:half]}}]
        ) + self.frame("", tool_calls=[{"index": place, "function": {"arguments": args[half:]}}])

    @property
    def opening(self) -> bytes:
        return CHUNKED % (
            b"text/event-stream" if self.style == "openai" else b"application/x-ndjson"
        )

    def _event(self, choice: dict[str, Any]) -> bytes:
        return chunk("data: " + json.dumps(self._envelope([{"index": 0, **choice}])) + "\n\n")

    def _envelope(self, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "id": "x",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "m",
            "choices": choices,
        }


def chunk(text: str) -> bytes:
    raw = text.encode()
    return b"%x\r\n%s\r\n" % (len(raw), raw)


def says(*pieces: str, reason: str = "stop", prompt_tokens: int = 40) -> Act:
    async def act(server: FakeServer) -> Frames:
        yield server.opening
        for piece in pieces:
            yield server.frame(piece)
        yield server.end(reason, prompt_tokens=prompt_tokens)

    return act


def calls(*wanted: tuple[str, str]) -> Act:
    async def act(server: FakeServer) -> Frames:
        yield server.opening
        for place, (name, args) in enumerate(wanted):
            yield server.call(name, args, place)
        yield server.end("tool_calls" if server.style == "openai" else "stop")

    return act


def answers(status: int, body: str, kind: str = "application/json") -> Act:
    async def act(server: FakeServer) -> Frames:
        raw = body.encode()
        yield (
            f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(raw)}\r\n\r\n"
        ).encode() + raw

    return act


async def hangs(server: FakeServer) -> Frames:
    await server.closing.wait()
    yield b""


async def hangs_after_a_word(server: FakeServer) -> Frames:
    yield server.opening + server.frame("你好")
    await server.closing.wait()


async def trickles(server: FakeServer) -> Frames:
    yield server.opening
    while True:
        yield server.frame("慢")
        await asyncio.sleep(0.02)


async def never_stops(server: FakeServer) -> Frames:
    yield server.opening
    while True:
        yield server.frame("长" * 500)


async def sends_one_endless_line(server: FakeServer) -> Frames:
    yield server.opening + chunk("data: ")
    while True:
        yield chunk("x" * 500_000)


async def is_cut(server: FakeServer) -> Frames:
    yield server.opening + server.frame("你好，您的订")


async def ends_without_a_reason(server: FakeServer) -> Frames:
    yield server.opening + server.frame("你好，您的订") + b"0\r\n\r\n"


async def talks_nonsense(server: FakeServer) -> Frames:
    line = 'data: {"choices": [{"delta\n\n' if server.style == "openai" else '{"message": {\n'
    yield server.opening + chunk(line) + b"0\r\n\r\n"


async def sends_another_shape(server: FakeServer) -> Frames:
    line = 'data: {"choices": 7}\n\n' if server.style == "openai" else "[1, 2]\n"
    yield server.opening + chunk(line) + b"0\r\n\r\n"


async def fails_half_way(server: FakeServer) -> Frames:
    yield server.opening + server.frame("你好")
    if server.style == "openai":
        yield chunk('data: {"error": {"message": "out of memory", "code": 500}}\n\n')
    else:
        yield chunk('{"error": "out of memory"}\n')
    yield b"0\r\n\r\n"


@asynccontextmanager
async def served(style: Style, act: Act) -> AsyncIterator[FakeServer]:
    """The server, on a port of its own, for as long as the block lasts."""
    fake = FakeServer(style, act)
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    fake.port = server.sockets[0].getsockname()[1]
    try:
        yield fake
    finally:
        fake.closing.set()
        server.close()
        await asyncio.gather(*filter(None, fake.busy))
