"""Asking the model: every request goes through the journal and is timed."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from agent.journal import Journal
from agent.model import (
    Completion,
    Model,
    ModelDownError,
    OnText,
    PromptTooLongError,
    Request,
    Token,
    ToolCall,
)
from knowledge.passages import Found, Knowledge


@dataclass
class Meter:
    """Milliseconds of one turn that were spent in models; grows while the turn runs."""

    model_ms: float = 0.0
    embedding_ms: float = 0.0


@dataclass(frozen=True)
class MeteredKnowledge:
    """Knowledge whose embedding time is put on the turn's meter."""

    inner: Knowledge
    meter: Meter

    async def search(self, query: str, limit: int = 5) -> Found:
        """As the knowledge beneath does it."""
        found = await self.inner.search(query, limit)
        self.meter.embedding_ms += found.embedding_ms
        return found


def fingerprint(request: Request) -> str:
    """The same for the same request, whatever the model."""
    body = json.dumps(request, default=_fields, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def _fields(value: Any) -> dict[str, Any]:
    """A value's fields, without the deep copy that `asdict` makes of schemas.

    What was added later counts only where it says something: old recordings go on to fit.
    """
    named = {field.name: getattr(value, field.name) for field in fields(value)}
    return {name: field for name, field in named.items() if field or name != "probe"}


@dataclass(frozen=True)
class Asking:
    """A model, a journal and a meter."""

    model: Model
    journal: Journal
    meter: Meter

    async def ask(self, role: str, request: Request, on_text: OnText | None = None) -> Completion:
        """One model call, recorded under its role and the last part of the prompt.

        The fixed part is recorded as a fingerprint only, so that a conversation can be replayed
        after a prompt was reworded.

        Raises:
            ModelDownError: no proper answer, now or when it was recorded.
        """

        async def run() -> dict[str, Any]:
            try:
                completion = asdict(await self.model.complete(request, on_text))
            except (ModelDownError, PromptTooLongError) as error:
                return {"down": str(error), "request": fingerprint(request)}
            return {**completion, "request": fingerprint(request)}

        key = {"role": role, "prompt": request.messages[-1].text}
        body = await self.journal.step("model", key, run)
        if "down" in body:
            raise ModelDownError(body["down"])
        self.meter.model_ms += body["total_ms"]
        calls = tuple(ToolCall(**call) for call in body["tool_calls"])
        tokens = tuple(Token(**token) for token in body.get("tokens", ()))
        plain = {name: value for name, value in body.items() if name != "request"}
        return Completion(**{**plain, "tool_calls": calls, "tokens": tokens})
