"""The web chat as a channel: a reply is one parcel, and sending it makes it visible."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.channel import Inbox, Parcel
from agent.reply import Reply
from channels.web.feed import Event, Show
from channels.web.sse import ticking

TYPING_SECONDS = 2.0


@dataclass(frozen=True)
class WebChannel:
    """One web chat. What is stored is what the page shows, so sending it again does no harm."""

    bot: str
    pages: Show
    clock: Callable[[], datetime]
    repeatable: bool = True

    def parcels(self, reply: Reply) -> Sequence[Parcel]:
        """The whole reply at once: the page lays it out."""
        buttons = ["confirm", "cancel"] if reply.awaits_confirmation else []
        parcel: dict[str, Any] = {
            "turn": reply.turn,
            "text": reply.text,
            "language": reply.language,
            "images": [image.model_dump() for image in reply.images],
            "payment": reply.payment.model_dump() if reply.payment else None,
            "citations": _citations(reply),
            "buttons": buttons,
            "handoff": reply.handoff.requested,
        }
        return (parcel,)

    async def send(self, chat: str, parcel: Parcel, key: str) -> str:
        """Tell the open pages; those that open later read it from the record."""
        notice = parcel.get("notice", False)
        event = Event("notice" if notice else "reply", parcel, key=key, at=self.clock())
        await self.pages.show(self.bot, chat, event)
        return key

    async def watch(self, chat: str, sentences: AsyncIterator[str]) -> None:
        """Show that a turn runs, and all that was said so far, every time and every 2 seconds.

        All of it, so that a page that was opened in the middle shows the same as the others.
        """
        said = ""
        await self.pages.show(self.bot, chat, Event("typing"))
        async for sentence in ticking(sentences, TYPING_SECONDS):
            said += sentence or ""
            event = Event("sentence", {"text": said}) if said else Event("typing")
            await self.pages.show(self.bot, chat, event)

    async def receive(self, inbox: Inbox) -> None:
        """Pages call us; nothing is fetched."""
        del inbox


def _citations(reply: Reply) -> list[dict[str, str]]:
    """Each quoted passage once."""
    known = dict.fromkeys((c.source, c.quote) for c in reply.citations)
    return [{"source": source, "quote": quote} for source, quote in known]
