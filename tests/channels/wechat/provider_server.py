"""A fake provider on a port of this machine, for processes that are not ours to look into."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.channels.wechat.provider import DroppedError, Provider


class ProviderSite:
    """ASGI around a provider: a lost answer is a connection that breaks off without one."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        query, body = dict(request.query_params), await request.body()
        try:
            answer = await self._provider.serve(request.method, request.url.path, query, body)
        except (DroppedError, ConnectionRefusedError):
            return
        if isinstance(answer, str):
            await Response(answer, 502)(scope, receive, send)
            return
        content = json.dumps(answer, ensure_ascii=False)
        await Response(content, media_type="application/json")(scope, receive, send)


@asynccontextmanager
async def served(app: object) -> AsyncIterator[str]:
    """Serve an ASGI app on a free port; its address."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1
        )  # type: ignore[arg-type]
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve([door]))
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving
