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


class Paid(_Value):
    """What the shop was told is paid: the link's token, the order, a decimal amount."""

    token: str
    order_id: str
    amount: str
    currency: str


class Reply(_Value):
    """One turn's answer. `refused`: the honest answer was "I don't know, let me confirm".

    `awaits_confirmation`: the text sums up a purchase that a yes will make. Turn 0 is no turn but
    something said beside them, such as a greeting; `paid` is set where that tells of a payment.
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
    paid: Paid | None = None


def aside(
    conversation: str,
    text: str,
    language: Language,
    *,
    handoff: Handoff = Handoff(),  # noqa: B008 - frozen
    paid: Paid | None = None,
) -> Reply:
    """Something said outside the turns, without a model."""
    return Reply(
        conversation=conversation,
        turn=0,
        text=text,
        language=language,
        handoff=handoff,
        model="",
        timings=Timings(first_token_ms=0, total_ms=0, model_ms=0, own_ms=0),
        paid=paid,
    )
