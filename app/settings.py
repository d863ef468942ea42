"""Every setting, read once from the environment and `.env`; see .env.example."""

from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import platformdirs
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """One field per DIGITAL_HUMAN_… variable."""

    model_config = SettingsConfigDict(
        env_prefix="DIGITAL_HUMAN_", env_file=".env", extra="ignore", hide_input_in_errors=True
    )

    brand: Path = Field(Path("brands/huayang"), description="The brand folder to serve.")
    model: str = Field(
        "embedded", description="embedded[:NAME], ollama:NAME, openai:NAME or scripted:FILE."
    )
    data_dir: Path = Field(
        Path("var"), description="Where the database and the knowledge indexes live."
    )
    database_url: SecretStr = Field(
        SecretStr(""),
        description="postgresql://… for several machines; empty: SQLite in the data folder.",
    )
    redis_url: SecretStr = Field(
        SecretStr(""), description="redis://… for several processes; empty: within one process."
    )
    channels: Path = Field(
        Path("channels.toml"), description="The bots to serve; without that file one web chat."
    )
    burst_quiet_seconds: float = Field(
        0.8, ge=0, le=60, description="Quiet time after which typed fragments become one turn."
    )
    burst_max_seconds: float = Field(
        5.0, gt=0, le=60, description="The longest that fragments are waited for."
    )
    holding_seconds: float = Field(
        8.0, gt=0, description="After so long a customer is asked to wait a moment."
    )
    turns_at_once: int = Field(
        64, ge=1, le=2000, description="Conversations a worker answers at the same time."
    )
    trace_url: str = Field(
        "", description="OTLP address for traces, http://…/v1/traces; needs the extra `tracing`."
    )
    cache_dir: Path = Field(
        Path(platformdirs.user_cache_dir("digital-human")),
        description="Where model files are kept and shared between checkouts.",
    )
    threads: int = Field(0, ge=0, description="Threads of the embedded model; 0: one per core.")
    slots: int = Field(3, ge=1, le=64, description="Prompts the embedded model keeps at a time.")
    context_tokens: int = Field(
        2560, ge=1024, description="Context of the embedded or Ollama model, tokens per slot."
    )
    connect_seconds: float = Field(5.0, gt=0, description="Limit for reaching a model server.")
    first_token_seconds: float = Field(
        60.0, gt=0, description="Limit for a model's first token, loading included."
    )
    total_seconds: float = Field(120.0, gt=0, description="Limit for one whole model call.")
    ollama_url: str = Field("http://127.0.0.1:11434", description="Where Ollama listens.")
    openai_url: str = Field(
        "http://127.0.0.1:8000/v1", description="Where an OpenAI-style server listens."
    )
    openai_key: SecretStr = Field(SecretStr("none"), description="Key for that server.")
    model_mirror: str = Field(
        "", description="URL or folder that holds model files by name; tried first."
    )
    embeddings: str = Field("embedded", description="embedded, or ollama:NAME.")
    knowledge_versions: int = Field(
        5, ge=1, le=1000, description="Versions of a brand's knowledge that can be gone back to."
    )
    knowledge_store: str = Field(
        "", description="s3://… or a shared folder for the knowledge of many machines; empty: here."
    )
    knowledge_follows: bool = Field(
        default=False,
        description="Answer from what another machine builds in that store; build nothing.",
    )
    decisions: Literal["json", "native"] = Field(
        "json", description="How the model proposes tool calls; native suits large models."
    )
    max_steps: int = Field(8, ge=2, le=20, description="Tool calls a turn may make.")
    payment_page: str = Field(
        "http://localhost:8080/pay", description="Address of the demo provider's payment page."
    )
    console_session_hours: int = Field(
        12, ge=1, le=720, description="Hours after which who uses the console signs in again."
    )
    console_origins: str = Field(
        "", description="Addresses of the console behind a proxy, https://…, separated by commas."
    )
    console_timezone: str = Field(
        "",
        description="Asia/Shanghai or the like: times on pages about several brands; empty: the "
        "first brand's.",
    )
    oidc_issuer: str = Field(
        "", description="https://… of an OpenID provider for the console; needs the extra `oidc`."
    )
    oidc_client: str = Field("", description="The console's client id at that provider.")
    oidc_secret: SecretStr = Field(SecretStr(""), description="Its secret there.")
    oidc_claim: str = Field(
        "email", description="What names the account: email (a verified one) or another claim."
    )
    retention_days: int = Field(
        0, ge=0, description="Conversations are deleted after so many quiet days; 0: never."
    )
    replay_models: str = Field(
        "", description="Models that the console may replay with, separated by commas."
    )
    prompt_versions: Path | None = Field(
        None, description="Folder with versions of the prompts (agent/texts), a folder each."
    )
    orders_key: SecretStr = Field(
        SecretStr(""), description="Bearer key for the shop's own order API."
    )
    answers: Literal["auto", "quote", "write"] = Field(
        "auto",
        description="quote: passages word for word; write: the model words them, checked; "
        "auto: quote on the embedded models, write on others.",
    )
    terminal_program: str = Field(
        "",
        validation_alias="TERM_PROGRAM",
        description="Set by terminals themselves; pictures are shown inline where it is known.",
    )

    @field_validator("console_timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            return name and ZoneInfo(name).key
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("expected a time zone such as Asia/Shanghai") from None


def example_file() -> str:
    """The text of .env.example: every setting with its default and what it does."""
    lines = ["# Copy to .env and change what you need; every line is optional.\n"]
    for name, field in Settings.model_fields.items():
        if field.validation_alias:
            continue
        value = field.get_default(call_default_factory=True)
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
        shown = "" if name == "cache_dir" else value
        lines.append(f"# {field.description}\n# DIGITAL_HUMAN_{name.upper()}={shown}\n")
    return "\n".join(lines)
