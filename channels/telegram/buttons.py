"""The buttons under a message: what they carry, and what comes back of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from channels.telegram.wording import WORDING, Language

Button = dict[str, str]
Rows = list[list[Button]]
Name = Literal["confirm", "cancel", "person", "helpful", "unhelpful"]

MAX_DATA_BYTES = 64
_FORM = re.compile(r"(confirm|cancel|person|helpful|unhelpful):([0-9]{1,9}):(zh|en)", re.ASCII)
_GROUPS: dict[str, frozenset[str]] = {
    "confirm": frozenset({"confirm", "cancel"}),
    "cancel": frozenset({"confirm", "cancel"}),
    "helpful": frozenset({"helpful", "unhelpful"}),
    "unhelpful": frozenset({"helpful", "unhelpful"}),
    "person": frozenset({"person"}),
}


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of ours: which, under which turn's reply, and in what language it was."""

    name: str
    turn: int
    language: Language


def button(name: Name, turn: int, language: Language) -> Button:
    """One button that comes back to us."""
    words = WORDING[language]
    labels: dict[Name, str] = {
        "confirm": words.confirm,
        "cancel": words.cancel,
        "person": words.person,
        "helpful": words.helpful,
        "unhelpful": words.unhelpful,
    }
    return {"text": labels[name], "data": f"{name}:{turn}:{language}"}


def pressed(data: str) -> Pressed | None:
    """What a press says, if it is one of our buttons: apps can send anything here."""
    found = _FORM.fullmatch(data)
    if not found:
        return None
    name, turn, language = found.groups()
    return Pressed(name, int(turn), "zh" if language == "zh" else "en")


def without(rows: Sequence[Sequence[Button]], name: str) -> Rows:
    """The rows after a press: its button is used up, and those that say the opposite."""
    used = _GROUPS[name]
    kept = [[b for b in row if b.get("data", "").partition(":")[0] not in used] for row in rows]
    return [row for row in kept if row]
