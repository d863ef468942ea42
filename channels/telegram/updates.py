"""What an update of Telegram's means to us; whatever it holds, reading it never fails."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import ValidationError

from agent.channel import Inbound
from channels.telegram.address import Address
from channels.telegram.buttons import pressed
from channels.telegram.shapes import Entity, Message, Press, Update, User
from channels.telegram.wording import WORDING, Language

KINDS = ["message", "callback_query"]
# fmt: off
_MEDIA = (
    "animation", "audio", "checklist", "contact", "dice", "document", "game", "giveaway", "invoice",
    "location", "paid_media", "photo", "poll", "sticker", "story", "venue", "video", "video_note",
    "voice",
)
# fmt: on
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{1,64}))?(?:\s+(.*))?", re.DOTALL)
_COMMANDS = frozenset({"start", "help", "reset", "language"})
_MOST_CHARACTERS = 8192
_MOST_NAME = 64


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself, as others write it."""

    bot: str
    id: int
    username: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of an update: something for the agent, a press to answer, both, or nothing."""

    inbound: Inbound | None = None
    press: Press | None = None
    message: int | None = None


NOTHING = Heard()


def number_of(update: Any) -> int | None:
    """The update's number, if it has one at all."""
    number = update.get("update_id") if isinstance(update, Mapping) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def read(update: Any, me: Me, now: datetime) -> Heard:
    """What the update means; nothing if it is not for us or makes no sense.

    Edited messages are nothing new: the first wording has been, or is being, answered, and
    Telegram reports edits in which no word was changed.
    """
    try:
        shape = Update.model_validate(update)
    except (ValidationError, RecursionError):
        return NOTHING
    if shape.callback_query:
        return _press(shape, shape.callback_query, me, now)
    if shape.message and shape.message.author and not shape.message.author.is_bot:
        return _message(shape, shape.message, shape.message.author, me, update["message"])
    return NOTHING


def _press(shape: Update, press: Press, me: Me, now: datetime) -> Heard:
    found = pressed(press.data)
    if found is None or press.message is None or press.message.chat.type == "channel":
        return Heard(press=press)
    name, rest = found.name, str(found.place.turn)
    if name == "cancel":
        name, rest = "say", WORDING[found.place.language].no_word
    where = _address(press.message, press.author)
    inbound = Inbound(
        bot=me.bot,
        chat=str(where),
        message_id=f"{me.id}-{shape.update_id}",
        at=now,
        kind="press",
        text=name,
        rest=rest,
        language=found.place.language,
        extra=_about(press.author),
    )
    return Heard(inbound, press)


def _message(
    shape: Update, message: Message, author: User, me: Me, raw: Mapping[str, Any]
) -> Heard:
    said = _without_mention(message, me)
    command = _COMMAND.fullmatch(said.text)
    called = (command.group(2) or "").lower() if command else ""
    if called and called != me.username.lower():
        return NOTHING
    named = said.mentioned or bool(called)
    if message.chat.type == "channel" or not _for_us(message, me, named=named):
        return NOTHING
    media = next((name for name in _MEDIA if raw.get(name)), "")
    if not said.text and not media:
        return NOTHING
    name, rest = _command(command) if command else ("", "")
    file = message.photo[-1].file_id if message.photo else ""
    inbound = Inbound(
        bot=me.bot,
        chat=str(_address(message, author)),
        message_id=f"{me.id}-{shape.update_id}",
        # Telegram counts whole seconds; the message's number keeps the order within one.
        at=datetime.fromtimestamp(message.date, UTC)
        + timedelta(microseconds=message.message_id % 1_000_000),
        kind="command" if name else "text" if said.text else "media",
        text=name or said.text,
        rest=rest,
        language=_language(author.language_code),
        extra=_about(author) | ({"media": media, "file": file} if media else {}),
    )
    return Heard(inbound, message=message.message_id)


@dataclass(frozen=True, slots=True)
class _Said:
    text: str
    mentioned: bool


def _without_mention(message: Message, me: Me) -> _Said:
    """The words without the bot's own name, and whether it was named."""
    words = message.text or message.caption
    marks = message.entities if message.text else message.caption_entities
    encoded = words.encode("utf-16-le")
    mentioned = False
    for mark in sorted(marks, key=lambda mark: -mark.offset):
        start, end = 2 * mark.offset, 2 * (mark.offset + mark.length)
        if _names(mark, encoded[start:end].decode("utf-16-le", "replace"), me):
            mentioned = True
            encoded = encoded[:start] + encoded[end:]
    text = encoded.decode("utf-16-le", "replace")[:_MOST_CHARACTERS]
    return _Said(text.strip(), mentioned)


def _names(mark: Entity, words: str, me: Me) -> bool:
    if mark.type == "text_mention":
        return mark.user is not None and mark.user.id == me.id
    return mark.type == "mention" and words.lower() == f"@{me.username}".lower()


def _for_us(message: Message, me: Me, *, named: bool) -> bool:
    """Everything in a private chat; in a group what names the bot or replies to it."""
    quoted = message.reply_to_message.author if message.reply_to_message else None
    return message.chat.type == "private" or named or bool(quoted and quoted.id == me.id)


def _command(found: re.Match[str]) -> tuple[str, str]:
    """The command and its argument; one we do not have asks for help, unless it says something."""
    name, rest = found.group(1).lower(), (found.group(3) or "").strip()
    if name in _COMMANDS:
        return name, rest[:_MOST_NAME]
    return ("", "") if rest else ("help", "")


def _address(message: Message, author: User) -> Address:
    topic = message.message_thread_id if message.is_topic_message else None
    member = None if message.chat.type == "private" else author.id
    return Address(message.chat.id, topic, member)


def _about(author: User) -> dict[str, Any]:
    return {"name": author.first_name[:_MOST_NAME]} if author.first_name else {}


def _language(code: str) -> Language | None:
    match code[:2].lower():
        case "zh":
            return "zh"
        case "en":
            return "en"
        case _:
            return None
