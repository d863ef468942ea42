from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from agent.chat_model import ChatModel
from agent.model import Message, Request
from agent.model_http import TimeLimits
from agent.ollama import OllamaWire
from agent.openai_style import OpenAiWire
from tests.models.fake_server import Act, FakeServer, Style, served

QUICK = TimeLimits(connect_seconds=0.5, first_token_seconds=0.4, total_seconds=0.8)
PATIENT = TimeLimits(connect_seconds=2, first_token_seconds=10, total_seconds=10)

Asked = Callable[..., AbstractAsyncContextManager[tuple[ChatModel, FakeServer]]]


def chat_model(style: Style, url: str, limits: TimeLimits = PATIENT) -> ChatModel:
    """A model at that address, as the factory makes it."""
    if style == "ollama":
        return ChatModel("ollama:m", OllamaWire("m", url, 2048, limits), limits)
    return ChatModel("openai:m", OpenAiWire("m", url, "key-1", limits), limits)


@asynccontextmanager
async def talking(
    style: Style, act: Act, limits: TimeLimits = PATIENT
) -> AsyncIterator[tuple[ChatModel, FakeServer]]:
    """A model and the fake server behind it."""
    async with served(style, act) as server:
        model = chat_model(style, server.url, limits)
        try:
            yield model, server
        finally:
            await model.close()


def ask(text: str = "你好", **options: object) -> Request:
    """A small request."""
    fields: dict[str, object] = {"max_tokens": 50, **options}
    return Request(messages=(Message("system", "你是客服。"), Message("user", text)), **fields)  # type: ignore[arg-type]  # fields come by name


@pytest.fixture(params=["openai", "ollama"])
def style(request: pytest.FixtureRequest) -> Style:
    return request.param  # type: ignore[no-any-return]  # pytest types params as Any
