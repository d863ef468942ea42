"""Reading brand.toml: every key known, every value checked, every complaint names the key."""

import re
import tomllib
from datetime import time
from ipaddress import ip_address
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic import ValidationError as SchemaError

from knowledge.brand import BrandError, Language, PersonalSetting, ToolName, WorkingHours

NAME = "brand.toml"
ALL_TOOLS: tuple[ToolName, ...] = get_args(ToolName)
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\]")
_SQL = re.compile(r"[a-z][a-z0-9]*(\+[a-z][a-z0-9_]*)?://.*|sqlite(\+aiosqlite)?:///.+")

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def is_loopback(host: str) -> bool:
    """Whether this host name can only mean this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # OSError: the name of a folder, such as Asia
        raise ValueError("a time zone such as Asia/Shanghai") from None
    return name


def working_hours(text: str) -> WorkingHours:
    """`09:00-21:00`; `24:00` is the end of the day, and a night may lie in between."""
    match = _HOURS.fullmatch(text)
    if match is None or (match[3] == "24" and match[4] != "00"):
        raise ValueError("HH:MM-HH:MM, such as 09:00-21:00")
    opens = time(int(match[1]), int(match[2]))
    closes = time.max if match[3] == "24" else time(int(match[3]), int(match[4]))
    if opens == closes:
        raise ValueError("HH:MM-HH:MM with two different times")
    return WorkingHours(opens, closes)


def _checked_hours(text: str) -> str:
    working_hours(text)
    return text


def _host(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise ValueError("a host name such as pay.example.com, without scheme, port or path")
    return text


def _tools(tools: list[ToolName]) -> list[ToolName]:
    if len(set(tools)) != len(tools):
        raise ValueError("each tool once")
    return tools


def _source(text: str) -> str:
    if text == "demo":
        return text
    parts = urlsplit(text)
    if parts.scheme == "https" and parts.hostname:
        return text
    if parts.scheme == "http":
        if parts.hostname and is_loopback(parts.hostname):
            return text
    elif _SQL.fullmatch(text) and parts.scheme != "https":
        return text
    raise ValueError('"demo", an https:// address or an SQLAlchemy URL')


class BrandTable(_Table):
    """`[brand]`: who speaks."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{1,31}$")]
    name: Words
    agent_name: Words
    language: Language
    industry: Words
    persona: Words
    greeting: Words
    unknown: Words
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    timezone: Annotated[str, AfterValidator(_known_zone)]


class ToolsTable(_Table):
    """`[tools]`: what the agent may do."""

    enabled: Annotated[list[ToolName], AfterValidator(_tools)] = list(ALL_TOOLS)


class OrdersTable(_Table):
    """`[orders]`: where orders are kept."""

    source: Annotated[str, AfterValidator(_source)] = "demo"


class PaymentTable(_Table):
    """`[payment]`: who issues links, and where they may point."""

    provider: Literal["demo", "stripe", "wechat_pay", "alipay"] = "demo"
    allowed_hosts: Annotated[list[Annotated[str, AfterValidator(_host)]], Field(min_length=1)] = [
        "localhost"
    ]


class HandoffTable(_Table):
    """`[handoff]`: when people are there."""

    hours: Annotated[str, AfterValidator(_checked_hours)] | None = None


class KnowledgeTable(_Table):
    """`[knowledge]`: what becomes of personal data in it, and which contacts are the shop's own."""

    personal: PersonalSetting = "mask"
    own_contacts: list[Annotated[str, StringConstraints(strip_whitespace=True, min_length=4)]] = []


class BrandToml(_Table):
    """The whole file."""

    brand: BrandTable
    tools: ToolsTable = ToolsTable()
    orders: OrdersTable = OrdersTable()
    payment: PaymentTable = PaymentTable()
    handoff: HandoffTable = HandoffTable()
    knowledge: KnowledgeTable = KnowledgeTable()


def parse_toml(text: str) -> BrandToml:
    """The settings in the text of a brand.toml.

    Raises:
        BrandError: something is unknown, missing or wrong; one line that names it.
    """
    try:
        return BrandToml.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BrandError(f"{NAME}: expected TOML, found a mistake: {error}") from None
    except SchemaError as error:
        raise BrandError(f"{NAME}, {complaint(error, hidden='orders.source')}") from None


def complaint(error: SchemaError, hidden: str = "") -> str:
    """The first mistake as `key: expected …, found …`; the value of `hidden` is never shown."""
    first = error.errors(include_url=False)[0]
    key = ".".join(str(step) for step in first["loc"]) or "the value"
    if first["type"] == "missing":
        return f"{key}: expected a value, found nothing"
    if first["type"] == "extra_forbidden":
        return f"{key}: expected no such key, found one; it may be misspelt"
    found = "something else" if key == hidden else _shown(first["input"])
    return f"{key}: expected {_expectation(first)}, found {found}"


def _expectation(error: Any) -> str:
    message: str = error["msg"]
    for start in ("Value error, ", "Input should be ", "String should ", "List should "):
        message = message.removeprefix(start)
    return {"have at least 1 character": "some text"}.get(message, message)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
