"""An answer as it comes in, and whether it came whole."""

import json
from typing import Any

from langchain_core.messages import AIMessageChunk
from langchain_core.messages.tool import ToolCallChunk

from agent.model import Completion, ModelDownError, Request, Token, ToolCall
from agent.thoughts import ThoughtFilter, spoken, without_leading_thought

_PROPER_ENDS = frozenset({"stop", "tool_calls"})
# A token of Chinese or English has three to five characters; nothing honest comes near this.
_CHARACTERS_PER_TOKEN = 20


class Heard:
    """Collects the pieces of one answer. Times are seconds of the event loop's clock."""

    def __init__(self, spec: str, request: Request, started: float) -> None:
        self.started = started
        self.first_at: float | None = None
        self._spec = spec
        self._request = request
        self._pieces: list[str] = []
        self._characters = 0
        self._calls: AIMessageChunk | None = None
        self._tokens: list[Token] = []
        self._finish = ""
        self._prompt_tokens = 0
        self._completion_tokens = 0
        self._thoughts = ThoughtFilter()

    def add(self, chunk: AIMessageChunk, now: float) -> str:
        """Take the next piece in; returns the text of it that may be shown.

        Raises:
            ModelDownError: the answer is longer than the tokens asked for can be.
        """
        text = chunk.text
        if self.first_at is None and (text or chunk.tool_call_chunks):
            self.first_at = now
        if chunk.tool_call_chunks:
            self._calls = chunk if self._calls is None else self._calls + chunk
        self._pieces.append(text)
        self._count(chunk, text)
        if self._request.schema is not None:
            return text
        return self._thoughts.feed(text)

    def rest(self) -> str:
        """Text held back until the end in case a thought was coming."""
        return self._thoughts.rest()

    def completion(self, now: float) -> Completion:
        """The whole answer.

        Raises:
            ModelDownError: it has no proper end, is empty, or is not the JSON that was asked for.
        """
        self._check_end()
        text = "".join(self._pieces)
        text = without_leading_thought(text) if self._request.schema else spoken(text)
        calls = self._tool_calls()
        if not text and not calls:
            raise ModelDownError(f"{self._spec} gave an empty answer. Use another model.")
        if self._request.schema is not None:
            self._check_json(text)
        first_at = now if self.first_at is None else self.first_at
        return Completion(
            text=text,
            finish_reason=self._finish,
            prompt_tokens=self._prompt_tokens,
            completion_tokens=self._completion_tokens,
            first_token_ms=(first_at - self.started) * 1000,
            total_ms=(now - self.started) * 1000,
            tool_calls=calls,
            tokens=tuple(self._tokens),
        )

    def _count(self, chunk: AIMessageChunk, text: str) -> None:
        self._characters += len(text) + sum(
            len(call["args"] or "") for call in chunk.tool_call_chunks
        )
        if self._characters > _CHARACTERS_PER_TOKEN * self._request.max_tokens + 1000:
            raise ModelDownError(
                f"{self._spec} went on far beyond the {self._request.max_tokens} tokens asked for. "
                "Check that its server honours max_tokens."
            )
        end = chunk.response_metadata
        if self._request.top_logprobs:
            self._tokens += _tokens(end.get("logprobs"))
        self._finish = end.get("finish_reason") or end.get("done_reason") or self._finish
        if chunk.usage_metadata:
            self._prompt_tokens = chunk.usage_metadata["input_tokens"]
            self._completion_tokens = chunk.usage_metadata["output_tokens"]

    def _check_end(self) -> None:
        if self._finish in _PROPER_ENDS:
            return
        if not self._finish:
            raise ModelDownError(
                f"{self._spec} broke off in the middle of its answer. "
                "Look at the model server's log; it may have run out of memory."
            )
        if self._finish == "length":
            raise ModelDownError(
                f"{self._spec} was not done after {self._request.max_tokens} tokens. "
                "Ask for less, or use a larger model."
            )
        raise ModelDownError(f"{self._spec} stopped for {self._finish!r}. Use another model.")

    def _check_json(self, text: str) -> None:
        try:
            json.loads(text)
        except ValueError as error:
            raise ModelDownError(
                f"{self._spec} did not keep to the JSON Schema. "
                "Update the model server, or use one with structured output."
            ) from error

    def _tool_calls(self) -> tuple[ToolCall, ...]:
        if self._calls is None:
            return ()
        try:
            return tuple(_strict(call) for call in self._calls.tool_call_chunks)
        except ValueError as error:
            raise ModelDownError(
                f"{self._spec} made a tool call that is not valid JSON. "
                "Set DIGITAL_HUMAN_DECISIONS=json, or use a larger model."
            ) from error


def _tokens(logprobs: Any) -> list[Token]:
    """Tokens as OpenAI-style servers (`{"content": [...]}`) and Ollama (a list) send them."""
    entries = logprobs.get("content") if isinstance(logprobs, dict) else logprobs
    return [
        Token(
            str(entry["token"]),
            {str(one["token"]): float(one["logprob"]) for one in entry.get("top_logprobs") or ()},
        )
        for entry in entries or ()
    ]


def _strict(call: ToolCallChunk) -> ToolCall:
    """LangChain completes half a JSON object by guessing; half a call is no call."""
    args = json.loads(call["args"] or "{}")
    if not call["name"] or not isinstance(args, dict):
        raise ValueError(f"no call: {call}")
    return ToolCall(call["name"], args)
