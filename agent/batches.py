"""What unread messages ask for: the first thing to do about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from agent.channel import Kind
from agent.consent import consent
from knowledge.brand import Language

What = Literal["talk", "media", "person", "feedback", "start", "help", "reset", "language", "none"]
_PRESSES: dict[str, What] = {"person": "person", "helpful": "feedback", "unhelpful": "feedback"}
_COMMANDS: dict[str, What] = {"start": "start", "reset": "reset", "language": "language"}
_YES: dict[Language, str] = {"zh": "确认", "en": "confirm"}


@dataclass(frozen=True, slots=True)
class Unread:
    """A saved message that nothing was done about yet."""

    number: int
    message_id: str
    kind: Kind
    text: str
    rest: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages that are dealt with together."""

    what: What
    messages: tuple[Unread, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        """Their numbers in the inbox."""
        return tuple(message.number for message in self.messages)

    def words(self, language: Language) -> str:
        """What was typed in all of them; a pressed yes as the word for it."""
        said = (_typed(message, language) for message in self.messages)
        return "\n".join(text for text in said if text)


def in_order(messages: Sequence[Unread]) -> tuple[Unread, ...]:
    """As the customer sent them: webhooks arrive over many connections, in any order."""
    return tuple(sorted(messages, key=_moment))


def first_batch(messages: Sequence[Unread], *, pending: bool) -> Batch:
    """The first thing to do; what is left over is for the next time.

    Messages typed one after the other are one. A yes or no to a pending purchase stands alone.
    """
    first, *others = in_order(messages)
    if _stands_alone(first, pending=pending):
        return Batch(_what(first), (first,))
    together = [first]
    for message in others:
        if _what(message) not in {"talk", "media"} or _stands_alone(message, pending=pending):
            break
        together.append(message)
    talks = any(_what(message) == "talk" for message in together)
    return Batch("talk" if talks else "media", tuple(together))


def _moment(message: Unread) -> tuple[datetime, int, int]:
    numbered = message.message_id.isascii() and message.message_id.isdigit()
    return message.at, int(message.message_id) if numbered else 0, message.number


def _what(message: Unread) -> What:
    match message.kind:
        case "text":
            return "talk"
        case "media":
            return "media"
        case "command":
            return _COMMANDS.get(message.text, "help")
        case "press" if message.text in {"confirm", "say"}:
            return "talk"
        case "press":
            return _PRESSES.get(message.text, "none")


def _stands_alone(message: Unread, *, pending: bool) -> bool:
    if _what(message) not in {"talk", "media"}:
        return True
    if message.kind == "press":
        return message.text == "confirm"
    return pending and consent(message.text) is not None


def _typed(message: Unread, language: Language) -> str:
    if message.kind == "press":
        return _YES[language] if message.text == "confirm" else message.rest
    return message.text
