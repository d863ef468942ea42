"""The buttons under a message: what they carry, and what comes back of them."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent.reply import Reply
from channels.telegram.wording import WORDING, Language

Button = dict[str, str]
Rows = list[list[Button]]
Name = Literal["confirm", "cancel", "person", "helpful", "unhelpful"]

MAX_DATA_BYTES = 64
_FORM = re.compile(
    r"(confirm|cancel|person|helpful|unhelpful):([0-9]{1,9}):(zh|en):([0-9a-f]{8})", re.ASCII
)
_GROUPS: dict[str, frozenset[str]] = {
    "confirm": frozenset({"confirm", "cancel"}),
    "cancel": frozenset({"confirm", "cancel"}),
    "helpful": frozenset({"helpful", "unhelpful"}),
    "unhelpful": frozenset({"helpful", "unhelpful"}),
    "person": frozenset({"person"}),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Under which reply a button stands. `mark` stands for the conversation."""

    turn: int
    language: Language
    mark: str

    @classmethod
    def under(cls, reply: Reply) -> "Place":
        """The buttons of this reply."""
        mark = hashlib.sha256(reply.conversation.encode()).hexdigest()[:8]
        return cls(reply.turn, reply.language, mark)

    def __str__(self) -> str:
        return f"{self.turn}:{self.language}:{self.mark}"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of ours that was pressed."""

    name: str
    place: Place


def button(name: Name, place: Place) -> Button:
    """One button that comes back to us."""
    words = WORDING[place.language]
    labels: dict[Name, str] = {
        "confirm": words.confirm,
        "cancel": words.cancel,
        "person": words.person,
        "helpful": words.helpful,
        "unhelpful": words.unhelpful,
    }
    return {"text": labels[name], "data": f"{name}:{place}"}


def pressed(data: str) -> Pressed | None:
    """What a press says, if it is one of our buttons: apps can send anything here."""
    found = _FORM.fullmatch(data)
    if not found:
        return None
    name, turn, language, mark = found.groups()
    return Pressed(name, Place(int(turn), "zh" if language == "zh" else "en", mark))


def asked_in(rows: Sequence[Sequence[Button]]) -> Place | None:
    """Where the rows ask for a yes, if they do."""
    found = (pressed(key.get("data", "")) for row in rows for key in row)
    return next((one.place for one in found if one and one.name == "confirm"), None)


def without(rows: Sequence[Sequence[Button]], name: str) -> Rows:
    """The rows after a press: its button is used up, and those that say the opposite."""
    used = _GROUPS.get(name, frozenset())
    kept = [[b for b in row if b.get("data", "").partition(":")[0] not in used] for row in rows]
    return [row for row in kept if row]
