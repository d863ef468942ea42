"""The web chat as a channel: a reply is one parcel, and sending it makes it visible."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from agent.channel import Inbox, Parcel
from agent.reply import Reply


@dataclass(frozen=True)
class WebChannel:
    """One web chat. Pages read the record themselves, so there is nothing to send or to show."""

    bot: str
    repeatable: bool = True
    on_record: bool = True

    def parcels(self, reply: Reply) -> Sequence[Parcel]:
        """The whole reply at once: the page lays it out."""
        quotes = dict.fromkeys((c.source, c.quote) for c in reply.citations)
        parcel: dict[str, Any] = {
            "turn": reply.turn,
            "text": reply.text,
            "language": reply.language,
            "images": [image.model_dump() for image in reply.images],
            "payment": reply.payment.model_dump() if reply.payment else None,
            "citations": [{"source": source, "quote": quote} for source, quote in quotes],
            "buttons": ["confirm", "cancel"] if reply.awaits_confirmation else [],
            "handoff": reply.handoff.requested,
        }
        if reply.paid:
            parcel["paid"] = reply.paid.model_dump()
        return (parcel,)

    async def send(self, chat: str, parcel: Parcel, key: str) -> str:
        """Once this has returned and is on record, every page of the chat shows the parcel."""
        del chat, parcel
        return key

    async def watch(self, chat: str, sentences: AsyncIterator[str]) -> None:
        """Pages follow the turn by themselves (`channels.web.stored_feed`)."""
        del chat, sentences

    async def receive(self, inbox: Inbox) -> None:
        """Pages call us; nothing is fetched."""
        del inbox
