"""A served model, held to time limits."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Protocol

from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    SystemMessage,
)

from agent.heard import Heard
from agent.model import Completion, ModelDownError, OnText, PromptTooLongError, Request
from agent.model_http import TimeLimits
from agent.probing import Probing
from agent.warmth import Warmth

Chunks = AsyncGenerator[AIMessageChunk, None]

_ROLES: dict[str, type[BaseMessage]] = {
    "system": SystemMessage,
    "user": HumanMessage,
    "assistant": AIMessage,
}


class Wire(Protocol):
    """How one kind of server is spoken to."""

    def stream(self, request: Request) -> Chunks:
        """The answer, piece by piece; the last pieces carry the finish reason and the usage."""
        ...

    def explained(self, error: Exception) -> ModelDownError | PromptTooLongError:
        """What went wrong and what to do, in one line."""
        ...

    async def close(self) -> None:
        """Let go of the server."""
        ...


class ChatModel:
    """A `Model` over a LangChain chat model. It never tries twice: the turn decides about that."""

    def __init__(
        self,
        spec: str,
        wire: Wire,
        limits: TimeLimits,
        warmth: Warmth | None = None,
        probing: Probing | None = None,
    ) -> None:
        self._spec = spec
        self._wire = wire
        self._limits = limits
        self._warmth = warmth
        self._probing = probing
        self._warming: asyncio.Task[None] | None = None

    @property
    def spec(self) -> str:
        """Where it is served and what it is called."""
        return self._spec

    async def close(self) -> None:
        """Let go of the server; safe to call twice."""
        if self._warming:
            self._warming.cancel()
            await asyncio.wait([self._warming])
        await self._wire.close()
        if self._probing:
            await self._probing.close()

    def warm_up(self, prompts: tuple[str, ...], judged: tuple[str, ...] = ()) -> None:
        """Begin to read the fixed prompts; requests wait until that is done.

        `judged` are those of requests that its state answers, where that can be read.
        """
        if self._warmth and not self._warming:
            self._warming = asyncio.create_task(self._warm(self._warmth, prompts, judged))

    async def _warm(
        self, warmth: Warmth, prompts: tuple[str, ...], judged: tuple[str, ...]
    ) -> None:
        early = self._probing.warmth if self._probing else None
        if early is None:
            await warmth.warm((*prompts, *judged))
            return
        await warmth.warm(prompts)
        await early.warm(judged)

    async def complete(self, request: Request, on_text: OnText | None = None) -> Completion:
        """Answer the request; see `agent.model.Model`."""
        if self._warming:
            await asyncio.wait([self._warming])
        if request.probe and self._probing:
            judged = await self._probing.judge(request)
            if judged:
                return judged
        clock = asyncio.get_running_loop().time
        heard = Heard(self._spec, request, clock())
        try:
            await self._listen(request, heard, on_text or _nobody)
        except TimeoutError as error:
            raise self._too_slow(heard) from error
        return heard.completion(clock())

    async def _listen(self, request: Request, heard: Heard, on_text: OnText) -> None:
        clock = asyncio.get_running_loop().time
        first_seconds = min(self._limits.first_token_seconds, self._limits.total_seconds)
        async with (
            asyncio.timeout_at(heard.started + first_seconds) as limit,
            aclosing(self._wire.stream(request)) as chunks,
        ):
            while (chunk := await self._next(chunks)) is not None:
                shown = heard.add(chunk, clock())
                if heard.first_at is not None:
                    limit.reschedule(heard.started + self._limits.total_seconds)
                if shown:
                    on_text(shown)
        if rest := heard.rest():
            on_text(rest)

    async def _next(self, chunks: Chunks) -> AIMessageChunk | None:
        try:
            return await anext(chunks, None)
        except (ModelDownError, PromptTooLongError):
            raise
        except Exception as error:  # client libraries raise anything when a server talks nonsense
            raise self._wire.explained(error) from error

    def _too_slow(self, heard: Heard) -> ModelDownError:
        if heard.first_at is None:
            return ModelDownError(
                f"{self._spec} said nothing within {self._limits.first_token_seconds:g} s: it is "
                "overloaded or still loading. Try again, or raise "
                "DIGITAL_HUMAN_FIRST_TOKEN_SECONDS."
            )
        return ModelDownError(
            f"{self._spec} did not finish within {self._limits.total_seconds:g} s. "
            "Use a smaller model, or raise DIGITAL_HUMAN_TOTAL_SECONDS."
        )


def langchain_messages(request: Request) -> list[BaseMessage]:
    """The request's messages as LangChain has them."""
    return [_ROLES[message.role](message.text) for message in request.messages]


def detail(error: Exception) -> str:
    """An error's own words, cut to one line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _nobody(piece: str) -> None:
    """Nobody listens."""
