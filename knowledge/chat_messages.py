"""Exported chat logs as messages: tables, Telegram's result.json, our own console's export."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from knowledge.chat_texts import lines_said
from knowledge.columns import CHAT, assigned
from knowledge.content_kind import content_kind
from knowledge.decoding import UndecodableError, decoded
from knowledge.errors import KnowledgeError
from knowledge.sheet_rows import Sheet, sheet_of

Side = Literal["customer", "staff", "bot", ""]

_STAFF = re.compile(
    r"agent|staff|service|seller|operator|admin|support|merchant|shop|out(?:going|bound)?|kf|"
    r"客服|商家|卖家|店员|店主|坐席|座席|人工|发出|发送|回复",
    re.IGNORECASE,
)
_BOT = re.compile(r"bot|robot|assistant|system|auto|ai|机器人|系统|自动|智能", re.IGNORECASE)
_CUSTOMER = re.compile(
    r"customer|client|user|buyer|visitor|guest|in(?:coming|bound)?|contact|"
    r"客户|顾客|买家|用户|访客|会员|接收|收到",
    re.IGNORECASE,
)
# In the console's export: who said it, by kind of event.
_EVENTS: Mapping[str, Side] = {"message": "customer", "heard": "customer", "operator": "staff"}


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `side` is empty where the log does not say whose it is, only its `sender`."""

    conversation: str
    sender: str
    side: Side
    text: str
    at: datetime | None = None


def messages_of(content: bytes, name: str, given: Mapping[str, str]) -> tuple[Message, ...]:
    """All messages of an export, in the order it has them.

    Raises:
        KnowledgeError: it is no export that is known.
    """
    try:
        if content_kind(content) == "xlsx":
            return tuple(_of_sheet(sheet_of(content, name), name, given))
        text = decoded(content)
        if text.lstrip()[:1] == "{" or text.lstrip()[:2].replace("\n", "") in {"[", "[{", "[ "}:
            return tuple(_of_json(text, content, name, given))
        if not given and (said := lines_said(text)):
            return tuple(Message(name, one.sender, "", one.text, one.at) for one in said)
        found = tuple(_of_sheet(sheet_of(content, name), name, given))
    except UndecodableError as error:
        raise KnowledgeError(f"{name} cannot be read: {error}.") from error
    return found


def _of_json(text: str, content: bytes, name: str, given: Mapping[str, str]) -> Iterator[Message]:
    try:
        value = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        value = None
    if isinstance(value, dict) and (chats := _telegram_chats(value)):
        for number, chat in enumerate(chats):
            yield from _of_telegram(chat, str(chat.get("id", number)))
        return
    first = _first_object(text)
    if {"conversation", "kind", "body"} <= first.keys():
        yield from _of_console(text)
        return
    yield from _of_sheet(sheet_of(content, name), name, given)


def _first_object(text: str) -> Mapping[str, Any]:
    try:
        first = json.loads(text.lstrip().split("\n", 1)[0])
    except (json.JSONDecodeError, RecursionError):
        return {}
    return first if isinstance(first, dict) else {}


def _telegram_chats(value: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    chats = value.get("chats")
    many = chats.get("list") if isinstance(chats, dict) else None
    one = [value] if isinstance(value.get("messages"), list) else []
    return [chat for chat in (many or one) if isinstance(chat, dict)]


def _of_telegram(chat: Mapping[str, Any], conversation: str) -> Iterator[Message]:
    """In a private chat the export names the other one, which is the customer."""
    other = str(chat.get("name") or "") if chat.get("type") == "personal_chat" else ""
    for one in chat.get("messages") or ():
        if not isinstance(one, dict) or one.get("type") != "message":
            continue
        parts = one.get("text") or ""
        pieces = parts if isinstance(parts, list) else [parts]
        text = "".join(p if isinstance(p, str) else str(p.get("text", "")) for p in pieces)
        sender = str(one.get("from") or "")
        side: Side = "" if not other else "customer" if sender == other else "staff"
        if text.strip():
            yield Message(conversation, sender, side, text, moment(str(one.get("date", ""))))


def _of_console(text: str) -> Iterator[Message]:
    """What a customer and a person said; the bot's own words came from the knowledge."""
    for line in filter(str.strip, text.split("\n")):
        try:
            event = json.loads(line)
            side = _EVENTS.get(event["kind"])
            said = event["body"].get("text")
        except (json.JSONDecodeError, KeyError, TypeError, AttributeError):
            continue
        if side and isinstance(said, str):
            at = moment(str(event.get("at", "")))
            yield Message(str(event["conversation"]), side, side, said, at)


def _of_sheet(sheet: Sheet, name: str, given: Mapping[str, str]) -> Iterator[Message]:
    columns = assigned(sheet.columns, CHAT, given)
    if "text" not in columns or not columns.keys() & {"role", "sender"}:
        raise KnowledgeError(
            f"{name} is no chat log that is known here: it needs a column of texts and one that "
            f"says who spoke (--map text=COLUMN --map role=COLUMN); it has "
            f"{', '.join(sheet.columns[:20]) or 'none'}."
        )
    for row in sheet.rows:
        said = {key: row.cells.get(column, "") for key, column in columns.items()}
        if said["text"].strip():
            yield Message(
                said.get("conversation") or name,
                said.get("sender") or said.get("role", ""),
                side_of(said.get("role", "")),
                said["text"],
                moment(said.get("time", "")),
            )


def side_of(role: str) -> Side:
    """Whose word it is, by what the log calls the speaker."""
    for side, pattern in _SIDES:
        if pattern.search(role):
            return side
    return ""


_SIDES: tuple[tuple[Side, re.Pattern[str]], ...] = (
    ("bot", re.compile(rf"(?<![a-z])(?:{_BOT.pattern})(?![a-z])", re.IGNORECASE)),
    ("customer", re.compile(rf"(?<![a-z])(?:{_CUSTOMER.pattern})(?![a-z])", re.IGNORECASE)),
    ("staff", re.compile(rf"(?<![a-z])(?:{_STAFF.pattern})(?![a-z])", re.IGNORECASE)),
)


def moment(text: str) -> datetime | None:
    """A time in one of the usual spellings; None if there is none."""
    text = text.strip().replace("/", "-").replace("年", "-").replace("月", "-").replace("日", "")
    if text.isdigit() and len(text) in {10, 13}:
        return datetime.fromtimestamp(int(text[:10]), UTC).replace(tzinfo=None)
    padded = re.sub(r"(?<!\d)(\d)(?=[-: ]|$)", r"0\1", text.replace("T", " "))
    try:
        return datetime.fromisoformat(padded).replace(tzinfo=None)
    except ValueError:
        return None


def in_order(messages: Iterable[Message]) -> list[list[Message]]:
    """The messages of each conversation, by time where there is one."""
    held: dict[str, list[Message]] = {}
    for message in messages:
        held.setdefault(message.conversation, []).append(message)
    for said in held.values():
        if all(one.at for one in said):
            said.sort(key=lambda one: one.at or datetime.min)  # noqa: DTZ901 - all have one
    return list(held.values())
