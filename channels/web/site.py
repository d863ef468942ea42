"""One web chat as its routes need it: who speaks, what may be fetched, where messages go."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from agent.channel import Inbox
from channels.web.feed import Feed
from channels.web.settings import WebBot

PaymentState = Literal["live", "paid", "ended"]


@dataclass(frozen=True, slots=True)
class Face:
    """What a visitor sees of the brand before anything is said."""

    brand: str
    agent: str
    greeting: str
    language: Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class CitedPassage:
    """What a quote was taken from."""

    title: str
    heading: tuple[str, ...]
    text: str


class Papers:
    """Where a page's citations and payments are looked up; this one knows of none."""

    def title(self, source: str) -> str:
        """What to call a knowledge file in front of a customer; empty where it has no title."""
        del source
        return ""

    async def passage(self, source: str, quote: str) -> CitedPassage | None:
        """The passage of this file that the quote comes from."""
        del source, quote
        return None

    async def payment_state(self, url: str) -> PaymentState | None:
        """Whether a payment link can still be paid; None if it is not one of ours."""
        del url
        return None


@dataclass(frozen=True)
class Site:
    """A web chat. `images` maps the paths that the catalogue names to files."""

    bot: WebBot
    face: Face
    session_key: bytes
    inbox: Inbox
    feed: Feed
    clock: Callable[[], datetime]
    images: Mapping[str, Path] = field(default_factory=dict)
    papers: Papers = field(default_factory=Papers)
    demo_customers: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The heading of the page."""
        return self.bot.title or self.face.brand

    @property
    def identity_key(self) -> bytes | None:
        """What the shop signs identities with, if it does."""
        secret = self.bot.identity_secret
        return secret.get_secret_value().encode() if secret else None


Sites = Mapping[str, Site]
