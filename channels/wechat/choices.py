"""Choices a customer can tap: as numbers in a WeChat menu, and back as what they mean.

Some kinds of accounts hand back the number of a tapped line, all hand back its label as if it had
been typed; so where the label says enough, both are understood.
"""

import re
from dataclasses import dataclass
from typing import Literal

from agent.reply import Reply
from channels.wechat.wording import WORDING, Language

Name = Literal["confirm", "cancel", "person", "helpful", "unhelpful"]

_NUMBERS: dict[str, Name] = {
    "1": "confirm",
    "2": "cancel",
    "3": "person",
    "4": "helpful",
    "5": "unhelpful",
}
_NUMBER = re.compile(r"([1-5])([0-9]{0,9})")
_BY_LABEL: tuple[Name, ...] = ("confirm", "person")


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a menu."""

    number: str
    label: str


def choices_for(reply: Reply, *, rating: bool) -> tuple[Choice, ...]:
    """What makes sense to tap under this reply; `rating`: also whether it helped."""
    names: tuple[Name, ...] = ()
    if reply.awaits_confirmation:
        names = ("confirm", "cancel")
    elif reply.refused and not reply.handoff.requested:
        names = ("person",)
    elif rating and reply.citations and reply.turn:
        names = ("helpful", "unhelpful")
    return tuple(_choice(name, reply) for name in names)


def pressed(number: str, text: str) -> tuple[str, str] | None:
    """The press that a tapped line means, name and turn; None if it is none of ours."""
    found = _NUMBER.fullmatch(number) if number.isascii() else None
    if found:
        return (_NUMBERS[found[1]], found[2]) if found[2] else None
    by_label = (name for name in _BY_LABEL if text in {_label(name, "zh"), _label(name, "en")})
    name = next(by_label, None)
    return (name, "") if name else None


def _choice(name: Name, reply: Reply) -> Choice:
    number = next(number for number, known in _NUMBERS.items() if known == name)
    return Choice(f"{number}{reply.turn}", _label(name, reply.language))


def _label(name: Name, language: Language) -> str:
    return str(getattr(WORDING[language], name))
