"""Speaking to Ollama, which cuts prompts, waits for ever and thinks aloud unless told not to."""

from contextlib import aclosing
from typing import Any, cast

import httpx
from langchain_core.messages import AIMessageChunk
from langchain_ollama import ChatOllama
from ollama import ResponseError

from agent.chat_model import Chunks, detail, langchain_messages
from agent.model import ModelDownError, PromptTooLongError, Request
from agent.model_http import EndlessAnswerError, TimeLimits, client_options
from agent.prompt_size import fewest_tokens, most_tokens

# Loading a model takes longer than answering: keep it between two customers.
_KEEP_ALIVE = "30m"
_NOT_THERE = "Ollama does not answer at {url}: run `ollama serve`, or set DIGITAL_HUMAN_OLLAMA_URL."
# The first kind that fits counts.
_ADVICE: tuple[tuple[type[Exception], str], ...] = (
    (ResponseError, "Ollama at {url} failed: look at its log."),
    (httpx.ConnectError, _NOT_THERE),
    (httpx.ConnectTimeout, _NOT_THERE),
    (ConnectionError, _NOT_THERE),
    (EndlessAnswerError, "Ollama at {url} sends without end: restart it."),
    (httpx.HTTPError, "Ollama at {url} broke off: look at its log."),
    (Exception, "What answers at {url} is not Ollama: check DIGITAL_HUMAN_OLLAMA_URL."),
)


class OllamaWire:
    """A `Wire` over ChatOllama."""

    def __init__(self, name: str, url: str, context_tokens: int, limits: TimeLimits) -> None:
        self._name = name
        self._url = url
        self._context_tokens = context_tokens
        http = client_options(url, limits)
        self._transport = http["transport"]
        self._chat = ChatOllama(
            model=name,
            base_url=url,
            num_ctx=context_tokens,
            reasoning=False,
            keep_alive=_KEEP_ALIVE,
            async_client_kwargs=dict(http),
        )

    async def stream(self, request: Request) -> Chunks:
        """The answer, piece by piece."""
        self._check_room(request)
        chat = self._chat.bind_tools(list(request.tools)) if request.tools else self._chat
        options = {
            "num_ctx": self._context_tokens,
            "num_predict": request.max_tokens,
            "temperature": request.temperature,
            "seed": request.seed,
        }
        extra: dict[str, Any] = {"format": request.schema} if request.schema else {}
        if request.top_logprobs:
            extra |= {"logprobs": True, "top_logprobs": request.top_logprobs}
        pieces = chat.astream(langchain_messages(request), options=options, **extra)
        async with aclosing(cast("Chunks", pieces)) as chunks:
            async for chunk in chunks:
                self._check_read(chunk, request)
                yield chunk

    def explained(self, error: Exception) -> ModelDownError | PromptTooLongError:
        """What went wrong and what to do, in one line."""
        advice = next(text for kind, text in _ADVICE if isinstance(error, kind))
        if isinstance(error, ResponseError) and error.status_code == httpx.codes.NOT_FOUND:
            advice = "Ollama has no model {name!r}: run `ollama pull {name}`."
        told = advice.format(url=self._url, name=self._name)
        return ModelDownError(f"{told} ({detail(error)})")

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.aclose()

    def _check_room(self, request: Request) -> None:
        most = most_tokens(request)
        if most + request.max_tokens > self._context_tokens:
            raise PromptTooLongError(
                f"The prompt may have {most} tokens and its answer {request.max_tokens}, but "
                f"{self._name} was given a context of {self._context_tokens}. "
                "Raise DIGITAL_HUMAN_CONTEXT_TOKENS."
            )

    def _check_read(self, chunk: AIMessageChunk, request: Request) -> None:
        """A prompt that was cut shows only in the count of tokens that were read.

        Cut to the window we asked for, the count fills it; cut to a smaller one that the model
        has, the count is less than the text can have.
        """
        read = chunk.usage_metadata["input_tokens"] if chunk.usage_metadata else 0
        fewest = fewest_tokens(request)
        # Old versions leave the count out when the whole prompt was cached.
        if 0 < read < fewest or read > self._context_tokens - request.max_tokens:
            raise PromptTooLongError(
                f"Ollama read {read} tokens of a prompt that has {fewest} or more, in a context "
                f"of {self._context_tokens}: {self._name} did not get it whole. Shorten the "
                "prompt, raise DIGITAL_HUMAN_CONTEXT_TOKENS, or use a model with a larger context."
            )
