"""What the fake Bot API server writes down, and how a call of it can end."""

from dataclasses import dataclass
from typing import Any

TOKEN = "123456:" + "A" * 35
BOT_ID = 123456
USERNAME = "shop_bot"
Params = dict[str, Any]


class Refused(Exception):
    """A call that Telegram answers with an error."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


class Dropped(Exception):
    """The connection is cut instead of an answer."""


@dataclass
class Call:
    """One line of the ledger. `done`: it took effect; `answered`: the status that was told."""

    method: str
    params: Params
    done: bool = False
    answered: int = 0
