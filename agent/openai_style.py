"""Speaking to an OpenAI-style server: vLLM, SGLang, llama-server, and our own embedded one."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any, cast

import httpx
from langchain_openai import ChatOpenAI
from openai import APIError, APIStatusError
from pydantic import SecretStr

from agent.chat_model import Chunks, detail, langchain_messages
from agent.model import ModelDownError, PromptTooLongError, Request
from agent.model_http import EndlessAnswerError, TimeLimits, model_client

Constraint = Callable[[dict[str, Any]], dict[str, Any]]

# In the words of llama.cpp, OpenAI, vLLM and SGLang.
_TOO_LONG_WORDS = (
    "available context size",
    "context_length_exceeded",
    "maximum context length",
    "longer than the model's context length",
)
_STATUS_ADVICE = {
    401: "The model server at {url} wants a key: set DIGITAL_HUMAN_OPENAI_KEY.",
    403: "The model server at {url} refuses this key: check DIGITAL_HUMAN_OPENAI_KEY.",
    404: "There is no model {name!r} at {url}: check the name and DIGITAL_HUMAN_OPENAI_URL.",
    429: "The model server at {url} is busy: try again later.",
}
_NOT_THERE = "No model server answers at {url}: start it, or set DIGITAL_HUMAN_OPENAI_URL."
# The first kind that fits counts.
_ADVICE: tuple[tuple[type[Exception], str], ...] = (
    (httpx.ConnectError, _NOT_THERE),
    (httpx.ConnectTimeout, _NOT_THERE),
    (httpx.TimeoutException, "The model server at {url} does not answer: is it overloaded?"),
    (EndlessAnswerError, "The model server at {url} sends without end: restart it."),
    (httpx.TransportError, "The model server at {url} broke off: look at its log."),
    (APIError, "The model server at {url} failed: look at its log."),
    (Exception, "What answers at {url} is no model server: check DIGITAL_HUMAN_OPENAI_URL."),
)


def strict_response_format(schema: dict[str, Any]) -> dict[str, Any]:
    """The request field by which OpenAI-style servers are held to a JSON Schema."""
    named = {"name": "answer", "schema": schema, "strict": True}
    return {"response_format": {"type": "json_schema", "json_schema": named}}


async def _nothing() -> None:
    return None


class OpenAiWire:
    """A `Wire` over ChatOpenAI."""

    def __init__(
        self,
        name: str,
        url: str,
        key: str,
        limits: TimeLimits,
        constraint: Constraint = strict_response_format,
        on_close: Callable[[], Awaitable[None]] = _nothing,
    ) -> None:
        self._name = name
        self._url = url
        self._constraint = constraint
        self._on_close = on_close
        self._client = model_client(url, limits)
        self._chat = ChatOpenAI(
            model=name,
            base_url=url,
            api_key=SecretStr(key or "none"),
            http_async_client=self._client,
            max_retries=0,
            stream_usage=True,
            stream_chunk_timeout=None,
        )

    async def stream(self, request: Request) -> Chunks:
        """The answer, piece by piece."""
        chat = self._chat.bind_tools(list(request.tools)) if request.tools else self._chat
        pieces = chat.astream(
            langchain_messages(request),
            temperature=request.temperature,
            extra_body=self._body(request),
        )
        async with aclosing(cast("Chunks", pieces)) as chunks:
            async for chunk in chunks:
                yield chunk

    def explained(self, error: Exception) -> ModelDownError | PromptTooLongError:
        """What went wrong and what to do, in one line."""
        if _is_too_long(error):
            return PromptTooLongError(
                f"The prompt does not fit the context of {self._name}: {detail(error)}. "
                "Shorten it, or raise DIGITAL_HUMAN_CONTEXT_TOKENS or the server's own limit."
            )
        cause = _cause(error)
        advice = next(text for kind, text in _ADVICE if isinstance(cause, kind))
        if isinstance(error, APIStatusError):
            advice = _STATUS_ADVICE.get(error.status_code, advice)
        told = advice.format(url=self._url, name=self._name)
        return ModelDownError(f"{told} ({detail(cause)})")

    async def close(self) -> None:
        """Close the connections, then whatever served them."""
        await self._client.aclose()
        await self._on_close()

    def _body(self, request: Request) -> dict[str, Any]:
        # `max_tokens` goes here because ChatOpenAI would rename it to a field that only newer
        # servers know, and `response_format` because ChatOpenAI would then parse the answer itself.
        body: dict[str, Any] = {"max_tokens": request.max_tokens, "seed": request.seed}
        if request.schema is not None:
            body |= self._constraint(request.schema)
        if request.top_logprobs:
            body |= {"logprobs": True, "top_logprobs": request.top_logprobs}
        if "qwen3" in self._name.lower():
            # Thinking costs seconds and is thrown away; only hybrid models know this switch.
            body["chat_template_kwargs"] = {"enable_thinking": False}
        return body


def _is_too_long(error: Exception) -> bool:
    return any(words in str(error).lower() for words in _TOO_LONG_WORDS)


def _cause(error: Exception) -> Exception:
    """What the connection said, where the OpenAI client has wrapped it into words of its own."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, httpx.HTTPError):
        cause = cause.__cause__
    return cause or error
