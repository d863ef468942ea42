"""Recorded answers in a model's place, for tests and demonstrations."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.model import Completion, ModelDownError, OnText, Request, ToolCall

_PIECE_CHARACTERS = 4


class NothingRecordedError(ModelDownError):
    """No recorded answer fits the request; the message shows what was asked."""


class RecordedCall(BaseModel):
    """A tool call within a recorded answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    args: dict[str, Any] = {}


class RecordedAnswer(BaseModel):
    """One recorded answer, given once.

    `match` must occur in the last user message; `kind` must be that of the request: `decide` asks
    under a schema or with tools, `answer` asks for plain text. Both may be left out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    match: str | None = None
    kind: Literal["decide", "answer"] | None = None
    text: str = ""
    tool_calls: tuple[RecordedCall, ...] = ()

    def fits(self, request: Request) -> bool:
        """Whether this answer is for that request."""
        kind = "decide" if request.schema is not None or request.tools else "answer"
        return self.kind in {None, kind} and (self.match or "") in last_user_text(request)


class ScriptedModel:
    """Gives recorded answers: the first one left that fits. `requests` is what it was asked."""

    def __init__(
        self, answers: Sequence[RecordedAnswer | str], spec: str = "scripted:code"
    ) -> None:
        self.requests: list[Request] = []
        self._spec = spec
        self._left = [
            RecordedAnswer(text=answer) if isinstance(answer, str) else answer for answer in answers
        ]

    @classmethod
    def from_file(cls, file: Path) -> "ScriptedModel":
        """Read recorded answers, one JSON object a line.

        Raises:
            ModelDownError: the file cannot be read; the message names the line.
        """
        try:
            lines = file.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ModelDownError(f"The recorded answers {file} cannot be read: {error}") from error
        answers = [
            _answer(file, number, line) for number, line in enumerate(lines, 1) if line.strip()
        ]
        return cls(answers, f"scripted:{file}")

    @property
    def spec(self) -> str:
        """`scripted:` and where the answers come from."""
        return self._spec

    async def complete(self, request: Request, on_text: OnText | None = None) -> Completion:
        """The next recorded answer that fits, in small pieces."""
        self.requests.append(request)
        answer = next((answer for answer in self._left if answer.fits(request)), None)
        if answer is None:
            raise NothingRecordedError(
                f"{self._spec} has no answer left for {last_user_text(request)[-80:]!r}: "
                "record one more."
            )
        self._left.remove(answer)
        if on_text:
            for start in range(0, len(answer.text), _PIECE_CHARACTERS):
                on_text(answer.text[start : start + _PIECE_CHARACTERS])
                await asyncio.sleep(0)
        return Completion(
            text=answer.text,
            finish_reason="tool_calls" if answer.tool_calls else "stop",
            prompt_tokens=0,
            completion_tokens=0,
            first_token_ms=0.0,
            total_ms=0.0,
            tool_calls=tuple(ToolCall(call.name, call.args) for call in answer.tool_calls),
        )

    async def close(self) -> None:
        """Nothing to let go of."""


def last_user_text(request: Request) -> str:
    """What the user said last."""
    said = [message.text for message in request.messages if message.role == "user"]
    return said[-1] if said else ""


def _answer(file: Path, number: int, line: str) -> RecordedAnswer:
    try:
        return RecordedAnswer.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "line"
        raise ModelDownError(f"{file}:{number}: {where}: {first['msg']}") from error
