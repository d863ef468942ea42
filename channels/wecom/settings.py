"""How a shop sets WeCom up: an app of its own, or WeChat customer service (微信客服)."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from channels.wechat.crypto import key_of
from channels.wechat.settings import checked_identity, checked_token, checked_url


class _CorpBot(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$", description="Part of its address.")
    brand: Path = Field(description="The brand folder it serves.")
    corp_id: str = Field(pattern=r"^w[wm][0-9a-zA-Z]{4,60}$", description="企业 ID of the corp.")
    secret: SecretStr = Field(description="Secret of the app that may call the API.")
    token: SecretStr = Field(description="Token of the callback settings.")
    aes_key: SecretStr = Field(description="EncodingAESKey of the callback settings.")
    api_url: str = Field("https://qyapi.weixin.qq.com", description="WeCom's servers.")

    @field_validator("token")
    @classmethod
    def _is_token(cls, token: SecretStr) -> SecretStr:
        return checked_token(token)

    @field_validator("aes_key")
    @classmethod
    def _is_key(cls, key: SecretStr) -> SecretStr:
        key_of(key.get_secret_value())
        return key

    @field_validator("api_url")
    @classmethod
    def _is_url(cls, url: str) -> str:
        return checked_url(url)


class WeComBot(_CorpBot):
    """An app in WeCom that a corp's own members write to."""

    channel: Literal["wecom"] = "wecom"
    agent_id: int = Field(ge=1, description="AgentId of the app.")
    members_are_customers: bool = Field(
        default=False, description="The members' user ids are the shop's customer ids."
    )

    @property
    def path(self) -> str:
        """Where this server listens for WeCom's calls."""
        return f"/wecom/{self.name}"


class WeChatKfBot(_CorpBot):
    """An account of WeChat customer service that people reach from inside WeChat."""

    channel: Literal["wechat_kf"] = "wechat_kf"
    open_kfid: str = Field(pattern=r"^wk[0-9A-Za-z_-]{4,60}$", description="客服账号 ID.")
    hand_over: Literal["console", "queue"] = Field(
        "console", description="queue: who asks for a person is put into WeCom's own queue."
    )
    rating: bool = Field(default=False, description="Ask under answers whether they helped.")
    identity_secret: SecretStr | None = Field(
        None, description="Key the shop signs the scene_param of its links with."
    )
    signed_in_days: int = Field(
        30, ge=1, le=365, description="How long a chat stays signed in after such a link."
    )

    @field_validator("identity_secret")
    @classmethod
    def _is_long(cls, secret: SecretStr | None) -> SecretStr | None:
        return checked_identity(secret)

    @property
    def path(self) -> str:
        """Where this server listens for WeCom's calls."""
        return f"/wechat-kf/{self.name}"
