"""How a shop sets its Telegram bot up: one `[[bot]]` table of the channels file."""

import hashlib
import hmac
import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

_TOKEN = re.compile(r"[0-9]{1,15}:[A-Za-z0-9_-]{20,100}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
_LEAST_KEY = 16


class TelegramBot(BaseModel):
    """A bot of BotFather's, and how it is reached."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$", description="Its name here.")
    channel: Literal["telegram"] = "telegram"
    brand: Path = Field(description="The brand folder it serves.")
    token: SecretStr = Field(description="What BotFather gave.")
    mode: Literal["polling", "webhook"] = Field(
        "polling", description="Ask Telegram for messages, or be called by it."
    )
    public_url: str = Field(
        "", description="Webhook only: where Telegram reaches this server, https://bot.example."
    )
    webhook_secret: SecretStr | None = Field(
        None, description="What Telegram's calls must carry; made from the token if not given."
    )
    api_url: str = Field(
        "https://api.telegram.org", description="A Bot API server of your own, if you run one."
    )
    streaming: Literal["draft", "edit", "off"] = Field(
        "draft", description="How a growing answer is shown: as a draft, by edits, or not at all."
    )
    identity_secret: SecretStr | None = Field(
        None, description="Key the shop signs its sign-in links with."
    )
    signed_in_days: int = Field(
        30, ge=1, le=365, description="How long a chat stays signed in after such a link."
    )

    @field_validator("token")
    @classmethod
    def _is_token(cls, token: SecretStr) -> SecretStr:
        if not _TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("expected a token as BotFather writes it, 123456789:AA…")
        return token

    @field_validator("webhook_secret")
    @classmethod
    def _is_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not _SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError("expected 16 to 256 letters, digits, _ and -")
        return secret

    @field_validator("identity_secret")
    @classmethod
    def _is_long(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and len(secret.get_secret_value()) < _LEAST_KEY:
            raise ValueError("expected at least 16 characters; try: openssl rand -hex 32")
        return secret

    @field_validator("api_url")
    @classmethod
    def _is_url(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
            raise ValueError("expected an address like https://api.telegram.org")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _has_address(self) -> "TelegramBot":
        if self.mode == "webhook" and urlsplit(self.public_url).scheme != "https":
            raise ValueError('mode = "webhook" needs public_url = "https://…"')
        return self

    @property
    def id(self) -> int:
        """The bot's number at Telegram; it stands before the colon of its token."""
        return int(self.token.get_secret_value().partition(":")[0])

    @property
    def secret(self) -> str:
        """What Telegram's calls must carry; changes with the token unless it is set."""
        if self.webhook_secret is not None:
            return self.webhook_secret.get_secret_value()
        token = self.token.get_secret_value().encode()
        return hmac.new(token, b"telegram webhook", hashlib.sha256).hexdigest()

    @property
    def identity_key(self) -> bytes | None:
        """What sign-in links are signed with, if they are offered."""
        secret = self.identity_secret
        return secret.get_secret_value().encode() if secret else None

    @property
    def webhook_path(self) -> str:
        """Where this server listens for Telegram's calls."""
        return f"/telegram/{self.name}"
