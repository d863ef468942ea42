"""Putting the web chats and the demo provider's payment page together."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from agent.channel import Inbox
from agent.channel_state import Leases, Notebook
from agent.database import Database
from agent.streams import Streams
from app.tour import tour_of
from channels.web.settings import WebBot
from channels.web.site import CitedPassage, Face, Papers, PaymentState, Site
from channels.web.stored_feed import StoredFeed, TellingInbox
from knowledge.brand import Brand
from knowledge.passages import Passage
from knowledge.search import BrandKnowledge
from tools.payment_record import PaymentRecord


async def lasting_key(notebook: Notebook, leases: Leases, name: str) -> bytes:
    """A secret that all processes share and that outlives them; made when first asked for."""
    if not await notebook.get("", name):
        async with leases.hold(f"key:{name}"):
            if not await notebook.get("", name):
                await notebook.put("", name, secrets.token_hex(32))
    return (await notebook.get("", name) or "").encode()


@dataclass(frozen=True)
class BrandPapers(Papers):
    """Citations and payments of one brand. `titles` by knowledge file."""

    knowledge: BrandKnowledge
    record: PaymentRecord
    payment_page: str
    titles: Mapping[str, str]

    def title(self, source: str) -> str:
        """The document's own title, where it has one."""
        return self.titles.get(source) or super().title(source)

    async def passage(self, source: str, quote: str) -> CitedPassage | None:
        """The passage with these words; of several the first."""
        wanted = _bare(quote)
        for passage in await self.knowledge.passages():
            if passage.source == source and wanted in _bare(passage.text):
                return CitedPassage(self.title(source), passage.heading, passage.text)
        return None

    async def payment_state(self, url: str) -> PaymentState | None:
        """Whether a link of ours can still be paid."""
        page, _, token = url.rpartition("/")
        link = await self.record.find(token) if page == self.payment_page.rstrip("/") else None
        return link.state if link else None


@dataclass(frozen=True)
class WebParts:
    """What all web chats of a process share."""

    database: Database
    streams: Streams
    inbox: Inbox
    session_key: bytes
    clock: Callable[[], datetime]
    payment_page: str


async def open_site(bot: WebBot, brand: Brand, knowledge: BrandKnowledge, parts: WebParts) -> Site:
    """One web chat over the delivery core."""
    passages = await knowledge.passages()
    record = PaymentRecord(parts.database.engine, parts.clock)
    papers = BrandPapers(knowledge, record, parts.payment_page, titles_of(passages))
    tour = tour_of(brand.folder)
    if bot.demo and not bot.starters:
        bot = bot.model_copy(update={"starters": tour.turns[:3]})
    return Site(
        bot=bot,
        face=Face(brand.name, brand.agent_name, brand.greeting, brand.language),
        session_key=parts.session_key,
        inbox=TellingInbox(parts.inbox, parts.streams),
        feed=StoredFeed(parts.database, parts.streams),
        clock=parts.clock,
        images=images_of(brand),
        papers=papers,
        demo_customers=(tour.customer,) if bot.demo and tour.customer else (),
    )


def images_of(brand: Brand) -> dict[str, Path]:
    """The pictures that the catalogue names, and no other file."""
    return {path: brand.folder / path for product in brand.products for path in product.images}


def titles_of(passages: tuple[Passage, ...]) -> dict[str, str]:
    """The title of each knowledge file; a catalogue has none."""
    texts = (passage for passage in passages if passage.kind != "product")
    return {p.source: p.heading[0] for p in reversed(tuple(texts)) if p.heading}


def _bare(text: str) -> str:
    return "".join(text.split())
