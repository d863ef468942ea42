"""What a messaging channel and the agent say to each other: two values and one small protocol."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from agent.reply import Reply
from knowledge.brand import Language

Parcel = Mapping[str, Any]
Kind = Literal["text", "media", "press", "command"]


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing a customer did in a chat, as the channel read it.

    `bot` is the bot's name in the channels file, `chat` where replies go (unique within the bot),
    `message_id` unique within the bot: the same id again is the same message. `customer` is the
    shop's id of the customer, only where the channel has proof of it. By `kind`, `text` holds what
    was typed, the caption of a picture, or the name of a button or command (`rest` its argument).
    """

    bot: str
    chat: str
    message_id: str
    at: datetime
    kind: Kind = "text"
    text: str = ""
    rest: str = ""
    customer: str | None = None
    language: Language | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


class Inbox(Protocol):
    """Where channels put what customers did."""

    async def put(self, inbound: Inbound) -> bool:
        """Save it; true if it is new. Only after this returns may the provider be told "received".

        Raises:
            sqlalchemy.exc.SQLAlchemyError: it could not be saved; the provider must send it again.
        """
        ...


class Channel(Protocol):
    """One bot at one provider."""

    def parcels(self, reply: Reply) -> Sequence[Parcel]:
        """How a reply is cut into single sends, in order; plain JSON, pure, no waiting."""
        ...

    async def send(self, chat: str, parcel: Parcel, key: str) -> str:
        """Send one parcel; the provider's id of it. `key` is the same for every try.

        Raises:
            TryAgainError: certainly not delivered, worth another try.
            UnsureError: perhaps delivered; it must not be sent again by itself.
            RejectedError: the provider will never take it.
        """
        ...

    async def watch(self, chat: str, sentences: AsyncIterator[str]) -> None:
        """Show that a turn is running: typing, or its sentences as they are spoken.

        Whatever goes wrong here costs only the show; the reply itself comes by `send`.
        """
        ...

    async def receive(self, inbox: Inbox) -> None:
        """Fetch messages until cancelled; a channel that is called by its provider returns."""
        ...


class DeliveryError(Exception):
    """A parcel was not seen to arrive."""


class TryAgainError(DeliveryError):
    """Certainly not delivered. `after_seconds` is the provider's own wish, if it gave one."""

    def __init__(self, message: str, after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.after_seconds = after_seconds


class UnsureError(DeliveryError):
    """The request was sent and no answer came: it may have arrived."""


class RejectedError(DeliveryError):
    """The provider refused for good: blocked by the customer, too late, malformed."""
