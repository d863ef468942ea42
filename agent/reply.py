"""What a customer gets for a turn: the reply object of docs/formats.md."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from knowledge.brand import Language


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Image(_Value):
    """A product picture to show; `path` is relative to the brand folder."""

    sku: str
    path: str
    caption: str


class Payment(_Value):
    """A link issued in this turn. `amount` is a decimal string with two places."""

    url: str
    amount: str
    currency: str
    order_id: str
    expires_at: str


class Citation(_Value):
    """A knowledge file that was quoted, and the words quoted."""

    source: str
    quote: str


class Call(_Value):
    """A tool call as it was carried out, after validation."""

    tool: str
    args: dict[str, Any]
    ok: bool


class Handoff(_Value):
    """Whether a person was asked for in this turn, and why."""

    requested: bool = False
    reason: str | None = None


class Timings(_Value):
    """Milliseconds. `own_ms` is the turn outside model and embedding calls."""

    first_token_ms: int
    total_ms: int
    model_ms: int
    own_ms: int


class Reply(_Value):
    """One turn's answer. `refused`: the honest answer was "I don't know, let me confirm".

    `awaits_confirmation`: the text sums up a purchase that a yes will make.
    """

    conversation: str
    turn: int
    text: str
    language: Language
    images: tuple[Image, ...] = ()
    payment: Payment | None = None
    awaits_confirmation: bool = False
    citations: tuple[Citation, ...] = ()
    calls: tuple[Call, ...] = ()
    handoff: Handoff = Handoff()
    refused: bool = False
    knowledge_version: int = 0
    model: str
    timings: Timings
