"""Putting the web chats together from what else is open."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import SecretStr

from agent.channel import Inbox
from app.bots import Around, OpenBot
from app.tour import Tour, tour_of
from app.wiring import Running
from channels.web.settings import WebBot
from channels.web.site import CitedPassage, Face, Papers, PaymentState, Site
from channels.web.stored_feed import StoredFeed, TellingInbox
from knowledge.brand import Brand
from knowledge.search import BrandKnowledge
from tools.payment_record import PaymentRecord


@dataclass(frozen=True)
class BrandPapers(Papers):
    """Citations and payments of one brand. `titles` by knowledge file."""

    knowledge: BrandKnowledge
    record: PaymentRecord
    titles: Mapping[str, str]

    def title(self, source: str) -> str:
        """The document's own title; a table or the catalogue has none."""
        return self.titles.get(source, "")

    async def passage(self, source: str, quote: str) -> CitedPassage | None:
        """The passage with these words; of several the first."""
        wanted = _bare(quote)
        for passage in await self.knowledge.passages(source) if source else ():
            if wanted in _bare(passage.text):
                return CitedPassage(self.title(source), passage.heading, passage.text)
        return None

    async def payment_state(self, url: str) -> PaymentState | None:
        """Whether a link of ours can still be paid."""
        link = await self.record.find(url.rpartition("/")[2])
        return link.state if link else None


class LiveSites(Mapping[str, Site]):
    """The web chats with name, greeting and pictures as they are now."""

    def __init__(self, opened: Mapping[str, tuple[str, Site]], brands: Mapping[str, Brand]) -> None:
        self._brands = brands
        self._of = {name: brand for name, (brand, _) in opened.items()}
        self._dressed: dict[str, tuple[Brand | None, Site]] = {
            name: (None, site) for name, (_, site) in opened.items()
        }

    def __getitem__(self, name: str) -> Site:
        brand = self._brands[self._of[name]]
        before, site = self._dressed[name]
        if brand is not before:
            site = replace(site, face=face_of(brand), images=images_of(brand))
            self._dressed[name] = brand, site
        return site

    def __iter__(self) -> Iterator[str]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)


async def open_sites(
    bots: Sequence[OpenBot], inbox: Inbox, around: Around
) -> dict[str, tuple[str, Site]]:
    """The web chats among these bots, by name, each with its brand's id."""
    key = (await around.notebook.first("web", "session key", secrets.token_hex(32))).encode()
    return {
        one.bot.name: (
            one.running.agent.brand.id,
            await site_of(one.bot, one.running, (inbox, around), key),
        )
        for one in bots
        if isinstance(one.bot, WebBot)
    }


async def site_of(
    bot: WebBot, running: Running, reached: tuple[Inbox, Around], session_key: bytes
) -> Site:
    """One web chat over the delivery core."""
    brand, (inbox, around) = running.agent.brand, reached
    titles = (await running.knowledge.gleaned()).titles
    record = PaymentRecord(around.database.engine, around.clock)
    tour = tour_of(brand.folder) if bot.demo else Tour()
    if bot.demo:
        # For the demo page alone, so that it can sign somebody in.
        secret = bot.identity_secret or SecretStr(session_key.decode())
        starters = bot.starters or tour.turns[:3]
        bot = bot.model_copy(update={"starters": starters, "identity_secret": secret})
    return Site(
        bot=bot,
        face=face_of(brand),
        session_key=session_key,
        inbox=TellingInbox(inbox, around.streams),
        feed=StoredFeed(around.database, around.streams),
        clock=around.clock,
        images=images_of(brand),
        papers=BrandPapers(running.knowledge, record, titles),
        demo_customers=(tour.customer,) if tour.customer else (),
    )


def face_of(brand: Brand) -> Face:
    """What a visitor sees of it."""
    return Face(brand.name, brand.agent_name, brand.greeting, brand.language)


def images_of(brand: Brand) -> dict[str, Path]:
    """The pictures that the catalogue names, and no other file."""
    return {path: brand.folder / path for product in brand.products for path in product.images}


def _bare(text: str) -> str:
    return "".join(text.split())
