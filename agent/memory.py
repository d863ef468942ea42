"""What a conversation remembers: folded from its log, never stored by itself."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class Memory:
    """The conversation so far. `*_in_focus` is what a follow-up ("它", "那一单") leans on.

    `question` is the last one that was put to the knowledge, as it was searched.
    """

    exchanges: tuple[Exchange, ...] = ()
    products_in_focus: tuple[str, ...] = ()
    orders_in_focus: tuple[str, ...] = ()
    orders_seen: tuple[str, ...] = ()
    awaiting_proof: str = ""
    pending: PendingPurchase | None = None
    question: str = ""
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
            memory = _answered(memory, said, event)
            said = ""
        elif event.kind == "focus":
            memory = _focus(memory, event.body)
        elif event.kind == "evidence":
            memory = replace(memory, question=str(event.body.get("question", "")))
        elif event.kind == "reply":
            memory = _answered(memory, said, event)
            said = ""
    return memory


def _answered(memory: Memory, said: str, event: Event) -> Memory:
    past = Exchange(said, str(event.body["text"]))
    return replace(memory, exchanges=(*memory.exchanges, past))


def _focus(memory: Memory, body: dict[str, Any]) -> Memory:
    pending = body.get("pending")
    orders = tuple(body["orders"])
    return replace(
        memory,
        products_in_focus=tuple(body["products"]) or memory.products_in_focus,
        orders_in_focus=orders or memory.orders_in_focus,
        orders_seen=tuple(dict.fromkeys((*memory.orders_seen, *body.get("seen", ()), *orders))),
        awaiting_proof=str(body.get("awaiting_proof", "")),
        pending=PendingPurchase(
            pending["token"],
            pending["sku"],
            pending["quantity"],
            datetime.fromisoformat(pending["expires_at"]),
        )
        if pending
        else None,
    )
