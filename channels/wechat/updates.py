"""What happened in an Official Account, read from WeChat's message."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from agent.channel import Kind
from channels.wechat.budget import Occasion
from channels.wechat.choices import pressed
from channels.wechat.xml import Fields

COMMANDS: Final = frozenset({"help", "reset", "language", "start"})
_MEDIA = frozenset({"image", "voice", "video", "shortvideo", "location", "link", "file"})
_KEPT = (
    "MediaId",
    "PicUrl",
    "Format",
    "ThumbMediaId",
    "Location_X",
    "Location_Y",
    "Label",
    "Title",
)
_UNSUPPORTED = "【收到不支持的消息类型，暂无法显示】"
_CHAT = re.compile(r"[0-9A-Za-z_@.-]{1,128}")
_LONGEST_STAMP = 12
_LONGEST_TEXT = 8192
_LONGEST_REST = 256


class UpdateError(ValueError):
    """A message that does not say who sent it, or when."""


@dataclass(frozen=True, slots=True)
class Update:
    """One thing a customer did; `kind` None: nothing that the agent has to know.

    `message_id` is the same for every time it is told. `occasion`: what it lets us send.
    """

    chat: str
    message_id: str
    at: datetime
    kind: Kind | None = None
    text: str = ""
    rest: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    scene: str = ""
    occasion: Occasion | None = None
    left: bool = False


def read(fields: Fields) -> Update:
    """Read one message or event.

    Raises:
        UpdateError: it is neither.
    """
    base = Update(_chat(fields), _message_id(fields), _at(fields))
    match fields.get("MsgType", ""):
        case "event":
            return _event(base, fields)
        case "text":
            return _text(base, fields.get("Content", ""), fields.get("bizmsgmenuid", ""))
        case "voice" if fields.get("Recognition"):
            return _with(base, "text", fields["Recognition"], media=_media(fields))
        case kind if kind in _MEDIA:
            return _with(base, "media", media=_media(fields))
        case _:
            return base


def typed(text: str) -> tuple[Kind, str, str]:
    """What was typed: kind, text and rest; a /command of ours, or words."""
    name, _, rest = text[1:].partition(" ")
    if text.startswith("/") and name.lower() in COMMANDS:
        return "command", name.lower(), rest.strip()[:_LONGEST_REST]
    return "text", text[:_LONGEST_TEXT], ""


def keyed(key: str) -> tuple[Kind, str, str] | None:
    """What a menu key of the shop's means: `say:…`, `person`, or a command with its argument."""
    name, _, rest = key.partition(":")
    rest = rest[:_LONGEST_REST]
    if name == "say" and rest:
        return "press", "say", rest
    if key == "person":
        return "press", "person", ""
    return ("command", name, rest) if name in COMMANDS else None


def _text(base: Update, content: str, number: str) -> Update:
    if content == _UNSUPPORTED or not content:
        return _with(base, "media", media={"type": "unsupported"})
    press = pressed(number, content)
    if press:
        occasion: Occasion = "clicked" if number else "written"
        return replace(_with(base, "press", *press, occasion=occasion), extra={"label": content})
    return _with(base, *typed(content))


def _event(base: Update, fields: Fields) -> Update:
    key = fields.get("EventKey", "")[:_LONGEST_REST]
    match fields.get("Event", "").lower():
        case "subscribe":
            scene = key.removeprefix("qrscene_")
            return _with(base, "command", "start", scene=scene, occasion="clicked")
        case "scan":
            return _with(base, "command", "start", scene=key, occasion="clicked")
        case "click":
            meant = keyed(key)
            return _with(base, *meant, occasion="clicked") if meant else base
        case "unsubscribe":
            return Update(base.chat, base.message_id, base.at, left=True)
        case _:
            return base


def _with(  # noqa: PLR0913 - the fields of an update
    base: Update,
    kind: Kind,
    text: str = "",
    rest: str = "",
    *,
    media: Mapping[str, str] | None = None,
    scene: str = "",
    occasion: Occasion = "written",
) -> Update:
    extra = {"media": dict(media)} if media is not None else {}
    return Update(base.chat, base.message_id, base.at, kind, text, rest, extra, scene, occasion)


def _chat(fields: Fields) -> str:
    chat = fields.get("FromUserName", "")
    if not _CHAT.fullmatch(chat):
        raise UpdateError("FromUserName is missing")
    return chat


def _at(fields: Fields) -> datetime:
    stamp = fields.get("CreateTime", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < _LONGEST_STAMP):
        raise UpdateError("CreateTime is missing")
    return datetime.fromtimestamp(int(stamp), UTC)


def _message_id(fields: Fields) -> str:
    """MsgId; where there is none (events, taps in some accounts) what WeChat says to compare."""
    number = fields.get("MsgId", "")
    if number:
        return number if len(number) <= _LONGEST_REST else _digest(number)
    names = ("FromUserName", "CreateTime", "MsgType", "Event", "EventKey", "Content")
    return _digest("\n".join(fields.get(name, "") for name in names))


def _digest(text: str) -> str:
    return "event-" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:40]


def _media(fields: Fields) -> dict[str, str]:
    kept = {name: fields[name][:_LONGEST_REST] for name in _KEPT if fields.get(name)}
    return {"type": fields["MsgType"], **kept}
