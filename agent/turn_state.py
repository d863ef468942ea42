"""The values that travel through one turn of the graph."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from agent.asking import Asking
from agent.decide import Plan
from agent.inbound import Message
from agent.journal import Journal
from agent.memory import Choice, Memory, PendingPurchase
from agent.prompts import Prompts
from agent.spelling import Speller
from knowledge.brand import Brand, Language
from knowledge.notices import Notice
from tools.artifacts import Artifact, Evidence
from tools.catalog import CatalogIndex
from tools.context import ToolContext


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one tool call: an artifact, or the code of a refusal."""

    tool: str
    args: dict[str, Any]
    text: str
    artifact: Artifact | None = None
    refusal: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the tool did it."""
        return self.refusal is None


@dataclass(frozen=True, slots=True)
class Sentence:
    """Something to say. `source` and `quote` name the passage it was taken from, if any."""

    text: str
    source: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """The answer before the check. `unanswered`: the knowledge did not say.

    `sureness` is how probable it seemed that the passages answer, 0 where nothing was weighed;
    `probed`: whether the model's state was read for it.
    """

    sentences: tuple[Sentence, ...]
    unanswered: bool = False
    sureness: float = 0.0
    probed: bool = False


@dataclass(frozen=True, slots=True)
class Focus:
    """What the next turn may lean on."""

    products: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    awaiting_proof: str = ""
    pending: PendingPurchase | None = None
    choice: Choice | None = None
    thread: tuple[str, ...] = ()


Speak = Callable[[str], None]


@dataclass(frozen=True)
class TurnContext:
    """What the nodes work with; handed in, the same for the whole turn."""

    brand: Brand
    prompts: Prompts
    journal: Journal
    asking: Asking
    memory: Memory
    message: Message
    catalog: CatalogIndex
    tools: ToolContext
    speller: Speller
    notices: tuple[Notice, ...]
    speak: Speak
    style: Literal["quote", "write"]
    decisions: Literal["json", "native"]
    max_steps: int

    @property
    def language(self) -> Language:
        """The language of the reply."""
        return self.message.language


class TurnState(TypedDict, total=False):
    """What one node leaves for the next."""

    plan: Plan
    results: tuple[Result, ...]
    focus: Focus
    evidence: Evidence | None
    draft: Draft
    faults: tuple[str, ...]
    repaired: bool
    model_down: bool
