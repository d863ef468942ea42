"""How a shop sets its web chat up: one `[[bot]]` table of the channels file."""

import re
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?")


class WebBot(BaseModel):
    """A web chat: its page, its widget, and who may embed it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$", description="Part of its address.")
    channel: Literal["web"] = "web"
    brand: Path = Field(description="The brand folder it serves.")
    title: str = Field("", max_length=60, description="Heading; the brand's name if empty.")
    accent: str = Field(
        "#1f6f5c", pattern=r"^#[0-9a-fA-F]{6}$", description="Colour of buttons and of his words."
    )
    starters: tuple[str, ...] = Field(
        (), max_length=6, description="Questions offered before the first message."
    )
    allowed_origins: tuple[str, ...] = Field(
        (), description="Sites that may embed the widget, such as https://shop.example."
    )
    identity_secret: SecretStr | None = Field(
        None, description="Key the shop signs its customers' identity with."
    )
    demo: bool = Field(default=False, description="Also serve a demo shop page at /demo/NAME.")

    @field_validator("allowed_origins")
    @classmethod
    def _are_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        """An origin ends up in a security header, so nothing else may get there."""
        for origin in origins:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"expected an origin like https://shop.example, found {origin!r}")
        return origins

    @field_validator("identity_secret")
    @classmethod
    def _is_long(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and len(secret.get_secret_value()) < 16:
            raise ValueError("expected at least 16 characters; try: openssl rand -hex 32")
        return secret
