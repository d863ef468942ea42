"""What a page may send us: small, checked, and refused in one way."""

import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from fastapi import HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

MAX_BODY = 32 * 1024
MAX_TEXT = 1000
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT)]
Language = Literal["zh", "en"]
M = TypeVar("M", bound=BaseModel)


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SessionRequest(_Body):
    """A page opens: with the token it kept, and the identity the shop's page passes."""

    token: str | None = Field(None, max_length=1000)
    identity: str | None = Field(None, max_length=400)


class TextMessage(_Body):
    """Something typed. `id` is made by the page; the same id again is the same message."""

    id: UUID
    kind: Literal["text"] = "text"
    text: Text
    language: Language | None = None


class PressMessage(_Body):
    """A button pressed; `rest` is its argument: the turn that helped, or the words to say."""

    id: UUID
    kind: Literal["press"]
    text: Literal["confirm", "person", "helpful", "unhelpful", "say"]
    rest: str = Field("", max_length=MAX_TEXT)
    language: Language | None = None


class CommandMessage(_Body):
    """A command, such as beginning anew."""

    id: UUID
    kind: Literal["command"]
    text: Literal["start", "help", "reset", "language"]
    rest: str = Field("", max_length=64)
    language: Language | None = None


MESSAGES: dict[str, type[TextMessage | PressMessage | CommandMessage]] = {
    "text": TextMessage,
    "press": PressMessage,
    "command": CommandMessage,
}


def refused(status: int, code: str, message: str, **headers: str) -> HTTPException:
    """The one shape of a refusal: a code for programs, a sentence for people."""
    return HTTPException(status, {"code": code, "message": message}, headers or None)


async def body_of(request: Request, limit: int = MAX_BODY) -> bytes:
    """The raw body, read no further than the limit."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > limit:
            raise refused(413, "too_large", f"The body may have {limit} bytes.")
    return body


def parsed(model: type[M], body: bytes) -> M:
    """The body as a checked value; the refusal names the field, never the value."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        raise refused(422, "bad_request", f"{where}: {first['msg']}") from None


def parsed_message(body: bytes) -> TextMessage | PressMessage | CommandMessage:
    """A message by its kind."""
    try:
        kind: Any = json.loads(body).get("kind", "text")
    except (ValueError, AttributeError, RecursionError):
        raise refused(422, "bad_request", "body: expected a JSON object") from None
    model = MESSAGES.get(kind) if isinstance(kind, str) else None
    if model is None:
        raise refused(422, "bad_request", "kind: expected text, press or command")
    return parsed(model, body)


@dataclass
class Pace:
    """How often somebody may ask: `burst` at once, then `per_minute`; the rest is refused."""

    burst: int
    per_minute: float
    clock: Callable[[], datetime]
    most: int = 20_000
    known: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def check(self, who: str) -> None:
        """Let one request pass, or refuse it with the time to wait."""
        now = self.clock().timestamp()
        left, since = self.known.pop(who, (float(self.burst), now))
        left = min(float(self.burst), left + max(0.0, now - since) * self.per_minute / 60)
        # Asking too early costs nothing, or who asks again and again would wait for ever.
        self.known[who] = (left - 1 if left >= 1 else left, now)
        if len(self.known) > self.most:
            self.known.popitem(last=False)
        if left < 1:
            wait = round((1 - left) * 60 / self.per_minute) + 1
            raise refused(429, "too_many", "Please wait a moment.", **{"Retry-After": str(wait)})
