"""Being told what happens, to count it and to show it; nobody told may change anything."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from agent.log import Event
from agent.reply import Reply


class Watcher(Protocol):
    """Told of each turn and each delivery. It must not raise and must not wait."""

    def turn_ended(self, bot: str, reply: Reply, events: Sequence[Event]) -> None:
        """A turn was answered; `events` are those written by the process that ended it."""
        ...

    def turn_failed(self, bot: str, why: str) -> None:
        """A turn ended without an answer of its own, or was dropped or given back."""
        ...

    def delivered(self, bot: str, outcome: str, seconds: float) -> None:
        """A parcel was sent or not: sent, again, delivery_unknown or dead."""
        ...


@dataclass
class Tally:
    """Counts in memory."""

    counts: Counter[str] = field(default_factory=Counter)

    def turn_ended(self, bot: str, reply: Reply, events: Sequence[Event]) -> None:
        """Count it."""
        del bot, events
        self.counts["refused" if reply.refused else "answered"] += 1

    def turn_failed(self, bot: str, why: str) -> None:
        """Count it under its reason."""
        del bot
        self.counts[why] += 1

    def delivered(self, bot: str, outcome: str, seconds: float) -> None:
        """Count it under its outcome."""
        del bot, seconds
        self.counts[outcome] += 1
