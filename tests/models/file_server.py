"""A file server that misbehaves on demand, over real HTTP, with a ledger of what it was asked."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class FileServer:
    """Serves `content` under any path; `asked` are path and range of every request.

    `status` answers instead of the file; `breaks_after` cuts each answer after so many bytes;
    `hangs_after` stops sending there; `fails_after_requests` answers so many, then 503;
    `knows_ranges` False sends the whole file every time.
    """

    content: bytes
    status: int = 200
    breaks_after: int | None = None
    hangs_after: int | None = None
    fails_after_requests: int | None = None
    knows_ranges: bool = True
    lies_about_range: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    busy: set[asyncio.Task[None] | None] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.busy.add(asyncio.current_task())
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        wanted = re.search(r"(?im)^range: *bytes=(\d+)-", head)
        self.asked.append((head.split()[1], wanted[1] if wanted else ""))
        try:
            writer.write(self._answer(int(wanted[1]) if wanted else None))
            await writer.drain()
            if self.hangs_after is not None:
                await self.closing.wait()
        except ConnectionError:
            return
        finally:
            writer.close()

    def _answer(self, start: int | None) -> bytes:
        if self.fails_after_requests is not None and len(self.asked) > self.fails_after_requests:
            return b"HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n"
        if self.status != 200:
            return f"HTTP/1.1 {self.status} X\r\nContent-Length: 0\r\n\r\n".encode()
        total = len(self.content)
        body, line = self.content, "200 OK\r\n"
        if start is not None and self.knows_ranges:
            body = self.content[start:]
            said = 0 if self.lies_about_range else start
            line = f"206 Partial\r\nContent-Range: bytes {said}-{total - 1}/{total}\r\n"
        head = f"HTTP/1.1 {line}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        cut = self.breaks_after if self.hangs_after is None else self.hangs_after
        return head.encode() + body[:cut]


@asynccontextmanager
async def serving(content: bytes, **options: object) -> AsyncIterator[FileServer]:
    """The server, on a port of its own, for as long as the block lasts."""
    files = FileServer(content, **options)  # type: ignore[arg-type]  # fields come by name
    server = await asyncio.start_server(files.serve, "127.0.0.1", 0)
    files.port = server.sockets[0].getsockname()[1]
    try:
        yield files
    finally:
        files.closing.set()
        server.close()
        await asyncio.gather(*filter(None, files.busy))
