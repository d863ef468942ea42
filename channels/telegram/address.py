"""Where in Telegram a reply goes: a private chat, or one member's questions in a group."""

import re
from dataclasses import dataclass

_FORM = re.compile(r"(-?[0-9]{1,19})(?:/([0-9]{1,19}))?(?::([0-9]{1,19}))?")


@dataclass(frozen=True, slots=True)
class Address:
    """A chat of ours.

    In a group every member has a conversation of his own, or one could read what another asked
    about his orders; `topic` is the thread of a group (or chat) that has threads.
    """

    chat: int
    topic: int | None = None
    member: int | None = None

    def __str__(self) -> str:
        topic = f"/{self.topic}" if self.topic is not None else ""
        return f"{self.chat}{topic}" + (f":{self.member}" if self.member is not None else "")

    @property
    def private(self) -> bool:
        """Whether nobody else can read it."""
        return self.chat > 0

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read an address that `str` wrote.

        Raises:
            ValueError: it is none.
        """
        found = _FORM.fullmatch(text)
        if not found:
            raise ValueError(f"no Telegram chat: {text[:60]!r}")
        chat, topic, member = found.groups()
        return cls(int(chat), int(topic) if topic else None, int(member) if member else None)
