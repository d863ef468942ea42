"""The message that shows a growing answer by edits, until the reply takes its place.

It is noted by chat before anything is edited, and with the reply's key before the reply is put
there: whoever dies in between, the next try edits the same message. What is sent before the note
is written is a lone "…".
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import BadRequest, TelegramError

from channels.telegram.address import Address
from channels.telegram.api import delivered
from channels.telegram.station import Station

WAITING = "…"
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_LIFE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A message that was sent as a placeholder; `key` and `parcel` are the reply's, once known."""

    message: int
    at: datetime
    key: str = ""
    parcel: Mapping[str, Any] | None = None


def keyboard(parcel: Mapping[str, Any]) -> InlineKeyboardMarkup | None:
    """The buttons of a parcel as Telegram wants them."""
    rows = [
        [
            InlineKeyboardButton(b["text"], url=b.get("url"), callback_data=b.get("data"))
            for b in row
        ]
        for row in parcel.get("buttons") or ()
    ]
    return InlineKeyboardMarkup(rows) if rows else None


async def placeholder_in(station: Station, chat: str) -> Placeholder | None:
    """The chat's last placeholder, if it has one."""
    noted = json.loads(await station.note(f"shown:{chat}") or "null")
    if noted is None:
        return None
    at = datetime.fromisoformat(noted["at"])
    return Placeholder(noted["message"], at, noted["key"], noted["parcel"])


async def _keep(station: Station, chat: str, shown: Placeholder | None) -> None:
    noted = shown and {
        "message": shown.message,
        "at": shown.at.isoformat(),
        "key": shown.key,
        "parcel": shown.parcel,
    }
    await station.keep(f"shown:{chat}", json.dumps(noted, ensure_ascii=False))


async def open_placeholder(station: Station, chat: str, place: Address) -> Placeholder:
    """A placeholder that no reply has taken: the one there is, or a new one."""
    shown = await placeholder_in(station, chat)
    if shown and not shown.key and station.clock() - shown.at < _LIFE:
        return shown
    message = await station.api.bot.send_message(
        place.chat, WAITING, message_thread_id=place.topic, disable_notification=True
    )
    shown = Placeholder(message.message_id, station.clock())
    await _keep(station, chat, shown)
    return shown


async def grow(station: Station, chat: str, place: Address, text: str) -> None:
    """Show more of the answer, in a new placeholder if something was put into the last one."""
    shown = await open_placeholder(station, chat, place)
    try:
        await station.api.bot.edit_message_text(
            text, place.chat, shown.message, link_preview_options=NO_PREVIEW
        )
    except BadRequest as error:
        if not _unchanged(error):
            raise
    now = await placeholder_in(station, chat)
    if now and now.key and now.message == shown.message:
        # Another process put a reply there while this edit was under way: it must stand last.
        await put_reply(station, place, now)


async def take_place(
    station: Station, chat: str, place: Address, parcel: Mapping[str, Any], key: str
) -> int | None:
    """Put a reply where its placeholder is; None if there is none (any more).

    Raises:
        DeliveryError: as a channel promises; it may be repeated whatever went wrong.
    """
    shown = await placeholder_in(station, chat)
    if shown is None or shown.key not in {"", key}:
        return None
    if not shown.key and station.clock() - shown.at >= _LIFE:
        await _remove(station, chat, place, shown)
        return None
    shown = replace(shown, key=key, parcel=dict(parcel))
    await _keep(station, chat, shown)
    if await put_reply(station, place, shown):
        return shown.message
    await _keep(station, chat, None)
    return None


async def put_reply(station: Station, place: Address, shown: Placeholder) -> bool:
    """Edit a placeholder into the reply it was taken for; false if the message is gone."""
    parcel = shown.parcel or {}
    try:
        await delivered(
            station.api.bot.edit_message_text(
                parcel["html"],
                place.chat,
                shown.message,
                parse_mode="HTML",
                reply_markup=keyboard(parcel),
                link_preview_options=NO_PREVIEW,
            ),
            repeatable=True,
        )
    except BadRequest as error:
        return _unchanged(error)
    return True


def _unchanged(error: BadRequest) -> bool:
    """Whether the message showed that already."""
    return "not modified" in str(error).lower()


async def _remove(station: Station, chat: str, place: Address, shown: Placeholder) -> None:
    """Take away what an answer that never came has left; nobody would see it edited so far up."""
    await _keep(station, chat, None)
    try:
        await station.api.bot.delete_message(place.chat, shown.message)
    except TelegramError:
        return
