"""What happened in WeChat customer service, read from the messages of sync_msg."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from channels.wechat.choices import pressed
from channels.wechat.updates import Update, typed

_MEDIA = frozenset(
    {"image", "voice", "video", "file", "location", "link", "business_card", "miniprogram"}
)
_FROM_CUSTOMER = 3
_SESSION: Mapping[int, Literal["person", "bot"]] = {1: "person", 2: "person", 3: "bot", 4: "person"}
_LONGEST_SCENE = 128
_LONGEST_CHAT = 128
_NOBODY = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """One message of sync_msg. `turn_to`: who has the chat from now on, if that changed.

    `welcome_code` lets us send one message within twenty seconds; `failed` names a message of ours
    that did not arrive after all, and WeCom's reason.
    """

    update: Update
    welcome_code: str = ""
    turn_to: Literal["person", "bot"] | None = None
    failed: tuple[str, int] | None = None


def told(message: Mapping[str, Any]) -> Told:
    """Read one message; one that makes no sense is one that nothing has to be done about."""
    event = message.get("event")
    if message.get("msgtype") == "event" and isinstance(event, dict):
        return _event(_base(message, event), event)
    base = _base(message, message)
    if message.get("origin") != _FROM_CUSTOMER or not base.chat or not base.message_id:
        return Told(base)
    return Told(_said(base, message))


def _said(base: Update, message: Mapping[str, Any]) -> Update:
    kind = _words(message, "msgtype")
    body = message.get(kind)
    body = body if isinstance(body, dict) else {}
    if kind == "text":
        text, number = _words(body, "content").strip(), _words(body, "menu_id")
        press = pressed(number, text)
        if press:
            return replace(_as(base, "press", *press), extra={"label": text})
        return _as(base, *typed(text)) if text else base
    if kind in _MEDIA:
        media = {"type": kind, "media_id": _words(body, "media_id")}
        return Update(
            base.chat, base.message_id, base.at, "media", extra={"media": media}, occasion="written"
        )
    return base


def _event(base: Update, event: Mapping[str, Any]) -> Told:
    match event.get("event_type"):
        case "enter_session" if event.get("welcome_code"):
            scene = _words(event, "scene_param")[:_LONGEST_SCENE]
            if not (base.chat and base.message_id):
                return Told(base)
            entered = Update(base.chat, base.message_id, base.at, "command", "start", scene=scene)
            return Told(entered, _words(event, "welcome_code"))
        case "session_status_change":
            change = event.get("change_type")
            return Told(base, turn_to=_SESSION.get(change) if isinstance(change, int) else None)
        case "msg_send_fail":
            reason = event.get("fail_type")
            failed = (_words(event, "fail_msgid"), reason if isinstance(reason, int) else 0)
            return Told(base, failed=failed)
        case _:
            return Told(base)


def _as(base: Update, kind: Any, text: str, rest: str) -> Update:
    return Update(base.chat, base.message_id, base.at, kind, text, rest, occasion="written")


def _base(message: Mapping[str, Any], who: Mapping[str, Any]) -> Update:
    stamp = message.get("send_time")
    sane = isinstance(stamp, int) and 0 <= stamp < 10**11
    at = datetime.fromtimestamp(stamp, UTC) if sane and isinstance(stamp, int) else _NOBODY
    chat = _words(who, "external_userid")
    return Update(chat if len(chat) <= _LONGEST_CHAT else "", _words(message, "msgid"), at)


def _words(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""
