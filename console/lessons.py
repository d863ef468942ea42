"""What the console asks of others to learn from conversations: cases, replays, live brands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

from agent.corrections import Correction
from agent.log import Event
from agent.verdicts import Judge
from agent.what_if import WhatIfTurn
from knowledge.embed import Embedder


class LessonError(ValueError):
    """It cannot be done; the message is for the operator to read."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a right answer must do. `says`: every entry occurs (of several, one of them)."""

    says: tuple[tuple[str, ...], ...] = ()
    never_says: tuple[str, ...] = ()
    refuses: bool | None = None
    calls: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class CaseRun:
    """How a case went: what was said in its last turn, and what is wrong with it."""

    right: bool
    said: str
    faults: tuple[str, ...]


class Cases(Protocol):
    """A brand's regression cases."""

    async def add(self, correction: Correction, wanted: Wanted) -> str:
        """Make a case of a correction; its id.

        Raises:
            LessonError: the case would not load; nothing was written.
        """
        ...

    async def run(self, brand: str, case: str) -> CaseRun:
        """Run it now, with the knowledge of now, in a shop of its own.

        Raises:
            LessonError: there is no such case any more.
        """
        ...

    async def judge(self, brand: str) -> Judge:
        """What the cases that were made of corrections say about a reply to the same message."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """What is different in a replay, as in `agent.what_if.WhatIf`; `exact`: nothing at all."""

    exact: bool = False
    model: str = ""
    prompts: str = ""
    first: int = 1
    words: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    knowledge: bool = False
    shop: bool = False
    ask: bool = False

    @property
    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "exact": self.exact,
            "model": self.model,
            "prompts": self.prompts,
            "first": self.first,
            "words": {str(turn): text for turn, text in self.words.items()},
            "knowledge": self.knowledge,
            "shop": self.shop,
            "ask": self.ask,
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Change":
        """As it was stored."""
        words = {int(turn): text for turn, text in stored.get("words", {}).items()}
        return cls(**{**stored, "words": words})


class Rehearsals(Protocol):
    """Replays of conversations, with other parts where asked for."""

    @property
    def models(self) -> tuple[str, ...]:
        """Models that may be asked for, the one in use first."""
        ...

    @property
    def prompts(self) -> tuple[str, ...]:
        """Versions of the prompts besides the one in use."""
        ...

    async def rehearse(
        self, brand: str, events: Sequence[Event], change: Change
    ) -> tuple[WhatIfTurn, ...]:
        """The conversation again.

        Raises:
            LessonError: the model or the prompts cannot be had.
        """
        ...


class Brands(Protocol):
    """The brands' folders and the agents that live on them."""

    async def refresh(self, brand: str) -> int:
        """Let the running agent know what changed in its folder; the knowledge's version."""
        ...

    async def add_example(self, brand: str, text: str, calls: Sequence[Mapping[str, Any]]) -> None:
        """Label a sentence with the calls it should lead to.

        Raises:
            LessonError: the brand reader does not accept it; nothing was written.
        """
        ...

    async def samples(self, brand: str) -> str:
        """The training samples of a brand's corrections, as JSON Lines."""
        ...


@dataclass(frozen=True)
class Lessons:
    """All of it."""

    cases: Cases
    rehearsals: Rehearsals
    brands: Brands
    embedder: Embedder
