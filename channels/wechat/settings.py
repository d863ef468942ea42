"""How a shop sets its Official Account up: one `[[bot]]` table of the channels file."""

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from channels.wechat.crypto import key_of
from channels.wechat.menu import TopButton

_LEAST_KEY = 16
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class WeChatBot(BaseModel):
    """An Official Account, and what WeChat allows it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$", description="Part of its address.")
    channel: Literal["wechat"] = "wechat"
    brand: Path = Field(description="The brand folder it serves.")
    app_id: str = Field(pattern=r"^wx[0-9a-zA-Z]{4,60}$", description="AppID of the account.")
    app_secret: SecretStr | None = Field(
        None, description="AppSecret; not needed for passive replies without pictures."
    )
    token: SecretStr = Field(description="Token of the server configuration.")
    aes_key: SecretStr | None = Field(
        None, description="EncodingAESKey; needed unless mode is plain."
    )
    mode: Literal["aes", "compatible", "plain"] = Field(
        "aes", description="As chosen in the server configuration."
    )
    replies: Literal["active", "passive"] = Field(
        "active", description="passive: the account may not send customer-service messages."
    )
    menu: tuple[TopButton, ...] = Field((), max_length=3, description="The menu under the chat.")
    rating: bool = Field(default=False, description="Ask under answers whether they helped.")
    api_url: str = Field("https://api.weixin.qq.com", description="WeChat's servers.")
    identity_secret: SecretStr | None = Field(
        None, description="Key the shop signs the scenes of its QR codes with."
    )
    signed_in_days: int = Field(
        30, ge=1, le=365, description="How long a chat stays signed in after such a scan."
    )

    @field_validator("token")
    @classmethod
    def _is_token(cls, token: SecretStr) -> SecretStr:
        return checked_token(token)

    @field_validator("aes_key")
    @classmethod
    def _is_key(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None:
            key_of(key.get_secret_value())
        return key

    @field_validator("identity_secret")
    @classmethod
    def _is_long(cls, secret: SecretStr | None) -> SecretStr | None:
        return checked_identity(secret)

    @field_validator("api_url")
    @classmethod
    def _is_url(cls, url: str) -> str:
        return checked_url(url)

    @model_validator(mode="after")
    def _is_whole(self) -> "WeChatBot":
        if self.mode != "plain" and self.aes_key is None:
            raise ValueError(f'mode = "{self.mode}" needs aes_key_env or aes_key_file')
        if self.replies == "active" and self.app_secret is None:
            raise ValueError('replies = "active" needs app_secret_env or app_secret_file')
        if self.menu and self.replies == "passive":
            raise ValueError("menu: WeChat lets only accounts that may send have one")
        return self

    @property
    def path(self) -> str:
        """Where this server listens for WeChat's calls."""
        return f"/wechat/{self.name}"


def checked_token(token: SecretStr) -> SecretStr:
    """A callback token as WeChat's pages accept it; an empty one would let anybody in."""
    value = token.get_secret_value()
    if not (3 <= len(value) <= 32 and value.isascii() and value.isalnum()):
        raise ValueError("expected 3 to 32 letters and digits")
    return token


def checked_identity(secret: SecretStr | None) -> SecretStr | None:
    """A key that is not guessed."""
    if secret is not None and len(secret.get_secret_value()) < _LEAST_KEY:
        raise ValueError("expected at least 16 characters; try: openssl rand -hex 32")
    return secret


def checked_url(url: str) -> str:
    """An address that secrets may be sent to: https, or this machine itself."""
    parts = urlsplit(url)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not safe or not parts.hostname or parts.query:
        raise ValueError("expected an address like https://api.weixin.qq.com")
    return url.rstrip("/")
