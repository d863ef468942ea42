"""What the console's pages work with: the database, the brands, the bots."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import Protocol

from agent.channel import Channel
from agent.database import Database
from agent.log import Log
from agent.streams import Streams
from agent.turn import Agent
from console.access import Accounts
from console.lessons import Lessons
from console.sessions import Sessions
from knowledge.search import BrandKnowledge
from tools.payments import DemoPayments


@dataclass(frozen=True)
class BrandDesk:
    """One brand. `agents` has the one that answers now, by brand: it changes as it learns."""

    brand: str
    agents: Mapping[str, Agent]
    knowledge: BrandKnowledge
    payments: DemoPayments

    @property
    def agent(self) -> Agent:
        """The agent as it is now, with all that was taught to it since the start."""
        return self.agents[self.brand]

    def picture(self, path: str) -> Path | None:
        """The file, if the catalogue names it as a picture."""
        brand = self.agent.brand
        named = any(path in product.images for product in brand.products)
        return brand.folder / path if named else None


@dataclass(frozen=True)
class BotDesk:
    """One bot: its kind (web, telegram, …), the brand it speaks for, and how it speaks."""

    kind: str
    brand: str
    channel: Channel


class Stranger(Exception):
    """The other service does not vouch for whoever it is."""


class Vouching(Protocol):
    """Another service that says who somebody is, such as an OpenID provider."""

    async def address(self, back: str, state: str, verifier: str) -> str:
        """Where to send the browser to; it returns to `back`."""
        ...

    async def account(self, back: str, code: str, verifier: str) -> str:
        """The name of the account; `Stranger` if it does not vouch for him."""
        ...


@dataclass(frozen=True)
class Console:
    """All of it. `brands` by id, `bots` by name; streams that are open end when `closing` is set.

    `origins` are addresses it is reached at besides the one that a request itself names; `zone`
    is whose time it is on pages that are about no single brand. A take-over waits for
    `silence_seconds` until what the bot was just sending has arrived.
    """

    database: Database
    brands: Mapping[str, BrandDesk]
    bots: Mapping[str, BotDesk]
    streams: Streams
    clock: Callable[[], datetime]
    lessons: Lessons
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    session_hours: int = 12
    origins: tuple[str, ...] = ()
    vouching: Vouching | None = None
    zone: tzinfo = UTC
    silence_seconds: float = 15.0

    @cached_property
    def log(self) -> Log:
        """The conversation log."""
        return Log(self.database.engine)

    def zone_of(self, brand: str) -> tzinfo:
        """A brand's own time; that of mixed pages for a brand that is not served here."""
        desk = self.brands.get(brand)
        return desk.agent.brand.timezone if desk else self.zone

    @cached_property
    def accounts(self) -> Accounts:
        """Who may sign in."""
        return Accounts(self.database)

    @cached_property
    def sessions(self) -> Sessions:
        """Who is signed in."""
        return Sessions(self.database, self.session_hours)
