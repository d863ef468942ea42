"""What a conversation remembers: folded from its log, never stored by itself."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from agent.inbound import clean
from agent.log import Event


@dataclass(frozen=True, slots=True)
class Exchange:
    """One past turn: what was asked and what was said."""

    customer: str
    agent: str


@dataclass(frozen=True, slots=True)
class PendingPurchase:
    """A summary the customer was shown and may confirm until `expires_at`."""

    token: str
    sku: str
    quantity: int
    expires_at: datetime

    @property
    def as_json(self) -> dict[str, Any]:
        """As it stands in an event."""
        return {**asdict(self), "expires_at": self.expires_at.isoformat()}


@dataclass(frozen=True, slots=True)
class Choice:
    """Products that were offered in answer to "which one?"; to be shown, or so many bought."""

    skus: tuple[str, ...]
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """The conversation so far. `*_in_focus` is what a follow-up ("它", "那一单") leans on.

    `question` is the last one that was put to the knowledge, as it was searched; `thread` has the
    customer's questions about the matter at hand, oldest first. `source` is what was cited last.
    """

    exchanges: tuple[Exchange, ...] = ()
    products_in_focus: tuple[str, ...] = ()
    orders_in_focus: tuple[str, ...] = ()
    orders_seen: tuple[str, ...] = ()
    awaiting_proof: str = ""
    pending: PendingPurchase | None = None
    choice: Choice | None = None
    question: str = ""
    thread: tuple[str, ...] = ()
    source: str = ""
    turns: int = 0
    seq: int = 0

    @property
    def words(self) -> str:
        """Everything said so far, by both."""
        return "\n".join(f"{past.customer}\n{past.agent}" for past in self.exchanges)


def remember(events: Iterable[Event]) -> Memory:
    """Fold a conversation's events into its memory."""
    memory = Memory()
    said = ""
    for event in events:
        memory = replace(memory, seq=event.seq, turns=max(memory.turns, event.turn))
        if event.kind == "message":
            said = str(event.body["text"])
        elif event.kind == "heard":
            said = "\n".join(filter(None, (said, clean(str(event.body["text"])))))
        elif event.kind == "operator" and event.body.get("text"):
            memory = _sold(_answered(memory, said, event), event.body)
            said = ""
        elif event.kind == "focus":
            memory = _focus(memory, event.body)
        elif event.kind == "evidence":
            memory = replace(memory, question=str(event.body.get("question", "")))
        elif event.kind == "reply":
            memory = _cited(_answered(memory, said, event), event.body.get("citations") or [])
            said = ""
    return memory


def _answered(memory: Memory, said: str, event: Event) -> Memory:
    past = Exchange(said, str(event.body["text"]))
    return replace(memory, exchanges=(*memory.exchanges, past))


def _cited(memory: Memory, citations: list[dict[str, Any]]) -> Memory:
    return replace(memory, source=str(citations[0]["source"])) if citations else memory


def _sold(memory: Memory, body: dict[str, Any]) -> Memory:
    """A person may sum a purchase up, and sends the link once the customer has agreed."""
    if body.get("pending"):
        return replace(memory, pending=_pending(body["pending"]))
    return replace(memory, pending=None) if body.get("payment") else memory


def _focus(memory: Memory, body: dict[str, Any]) -> Memory:
    orders = tuple(body["orders"])
    return replace(
        memory,
        products_in_focus=tuple(body["products"]) or memory.products_in_focus,
        orders_in_focus=orders or memory.orders_in_focus,
        orders_seen=tuple(dict.fromkeys((*memory.orders_seen, *body.get("seen", ()), *orders))),
        awaiting_proof=str(body.get("awaiting_proof", "")),
        pending=_pending(body.get("pending")),
        choice=_choice(body.get("choice")),
        thread=tuple(body.get("thread", memory.thread)),
    )


def _pending(body: dict[str, Any] | None) -> PendingPurchase | None:
    if not body:
        return None
    until = datetime.fromisoformat(body["expires_at"])
    return PendingPurchase(body["token"], body["sku"], body["quantity"], until)


def _choice(body: dict[str, Any] | None) -> Choice | None:
    return Choice(tuple(body["skus"]), body["quantity"]) if body else None
