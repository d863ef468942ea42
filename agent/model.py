"""A language model, as the agent sees it: one request in, one completion out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Role = Literal["system", "user", "assistant"]
OnText = Callable[[str], None]


class ModelDownError(Exception):
    """The model cannot answer now (refused, timed out, cut off, nonsense); says what to do."""


class PromptTooLongError(Exception):
    """The prompt does not fit the model's context; nothing was cut silently."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a prompt."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of the model.

    `schema` (a JSON Schema) constrains the answer to JSON that fits it. `tools` (OpenAI-style
    function definitions) offers native tool calls instead. `seed` only matters above temperature 0.
    `top_logprobs` asks for that many likeliest tokens at each place; not every server gives them.
    `probe` is the answer up to the word that matters: where the model's own state can be read, that
    is asked there, and nothing is written.
    """

    messages: tuple[Message, ...]
    max_tokens: int
    schema: dict[str, Any] | None = None
    tools: tuple[dict[str, Any], ...] = ()
    temperature: float = 0.0
    seed: int = 0
    top_logprobs: int = 0
    probe: str = ""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A native tool call that the model proposed; not validated yet."""

    name: str
    args: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Token:
    """One token that was written, and the likeliest at its place with their log-probabilities."""

    text: str
    likeliest: dict[str, float]


@dataclass(frozen=True, slots=True)
class Completion:
    """What came back, whole. Times in milliseconds, token counts as the server has them.

    `tokens` is empty unless log-probabilities were asked for and the server gives them. `probe`
    is the log-odds that what it says is right, by its own state; None where nobody can look at it.
    """

    text: str
    finish_reason: str
    prompt_tokens: int
    completion_tokens: int
    first_token_ms: float
    total_ms: float
    tool_calls: tuple[ToolCall, ...] = field(default=())
    tokens: tuple[Token, ...] = field(default=())
    probe: float | None = None


class Model(Protocol):
    """A served model. `spec` is its full name, as in `embedded:qwen2.5-coder-1.5b`."""

    @property
    def spec(self) -> str:
        """Where it is served and what it is called."""
        ...

    async def complete(self, request: Request, on_text: OnText | None = None) -> Completion:
        """Answer the request; `on_text` is called with each piece of text as it comes.

        Raises:
            ModelDownError: no proper answer could be had.
            PromptTooLongError: the prompt does not fit.
        """
        ...

    async def close(self) -> None:
        """Stop what was started for it; safe to call twice."""
        ...
