"""The menu under an Official Account's chats: WeChat drops its own page's once it calls us."""

import hashlib
import json
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from agent.channel_state import Leases, Notebook
from channels.wechat.api import Api
from channels.wechat.cutting import size
from channels.wechat.updates import keyed

_NOTE = "menu"


class Button(BaseModel):
    """A line that says something (`key`) or opens a page (`url`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str = Field(min_length=1, description="At most 60 bytes, 20 characters of Chinese.")
    key: str = Field("", description="say:…, person, help, reset or language:en")
    url: str = Field("", pattern=r"^(https?://\S{1,1000})?$", description="A page to open.")

    @field_validator("label")
    @classmethod
    def _is_short(cls, label: str) -> str:
        if size(label) > 60:
            raise ValueError("expected at most 60 bytes")
        return label

    @field_validator("key")
    @classmethod
    def _is_key(cls, key: str) -> str:
        if key and (keyed(key) is None or size(key) > 128):
            raise ValueError("expected say:…, person, help, reset or language:en, to 128 bytes")
        return key

    @property
    def content(self) -> dict[str, Any]:
        """As WeChat takes it."""
        if self.url:
            return {"type": "view", "name": self.label, "url": self.url}
        return {"type": "click", "name": self.label, "key": self.key}


class TopButton(Button):
    """One of the three at the bottom: a line itself, or what opens up to five lines."""

    buttons: tuple[Button, ...] = Field((), max_length=5, description="Lines it opens.")

    @model_validator(mode="after")
    def _does_one_thing(self) -> "TopButton":
        lines = self.buttons or (self,)
        if (self.buttons and (self.key or self.url)) or any(
            bool(line.key) == bool(line.url) for line in lines
        ):
            raise ValueError("expected one of key, url and buttons for each line")
        if size(self.label) > 16:
            raise ValueError("expected a label of at most 16 bytes at the bottom")
        return self

    @property
    def content(self) -> dict[str, Any]:
        """As WeChat takes it."""
        if not self.buttons:
            return super().content
        return {"name": self.label, "sub_button": [line.content for line in self.buttons]}


async def put_up(
    bot: str, menu: tuple[TopButton, ...], api: Api, notebook: Notebook, leases: Leases
) -> None:
    """Show this menu; WeChat is only asked where it is another than before.

    Raises:
        RefusalError: WeChat does not take it.
        TryAgainError: WeChat was not reached.
    """
    content = {"button": [top.content for top in menu]}
    digest = hashlib.sha256(json.dumps(content).encode()).hexdigest()
    async with leases.hold(f"menu:{bot}"):
        if await notebook.get(bot, _NOTE) != digest:
            await api.ask("/cgi-bin/menu/create", content)
            await notebook.put(bot, _NOTE, digest)
