"""Sending one parcel, and finding the chat if it has moved."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from telegram import ReplyParameters
from telegram.error import BadRequest, ChatMigrated

from agent.channel import Parcel, RejectedError
from channels.telegram.address import Address
from channels.telegram.api import delivered
from channels.telegram.buttons import asked_in
from channels.telegram.pictures import send_pictures
from channels.telegram.placeholders import NO_PREVIEW, keyboard, take_place
from channels.telegram.station import Station

# Groups that may still become supergroups have numbers above this one.
_SUPERGROUPS = -1_000_000_000_000


async def send_parcel(station: Station, chat: str, parcel: Parcel, key: str) -> str:
    """Send it; Telegram's number of the message (of the messages, with commas).

    Raises:
        DeliveryError: as a channel promises.
    """
    try:
        place = Address.parse(chat)
    except ValueError as error:
        raise RejectedError(str(error)) from error
    async with station.turn_to(chat):
        place = await _moved(station, place)
        try:
            sent = await _send(station, chat, place, parcel, key)
        except ChatMigrated as moved:
            await station.keep(f"moved:{place.chat}", str(moved.new_chat_id))
            sent = await _send_or_reject(
                station, chat, replace(place, chat=moved.new_chat_id), parcel, key
            )
        except BadRequest as error:
            raise RejectedError(str(error)) from error
    return ",".join(str(number) for number in sent)


async def _send_or_reject(
    station: Station, chat: str, place: Address, parcel: Parcel, key: str
) -> tuple[int, ...]:
    try:
        return await _send(station, chat, place, parcel, key)
    except (ChatMigrated, BadRequest) as error:
        raise RejectedError(str(error)) from error


async def _moved(station: Station, place: Address) -> Address:
    if not _SUPERGROUPS < place.chat < 0:
        return place
    number = await station.note(f"moved:{place.chat}")
    return replace(place, chat=int(number)) if number else place


async def _send(
    station: Station, chat: str, place: Address, parcel: Parcel, key: str
) -> tuple[int, ...]:
    asked = asked_in(parcel.get("buttons") or ())
    if asked:  # from now on a yes under any earlier summary is stale
        await station.keep(f"confirm:{chat}", str(asked))
    answering = await _answering(station, chat, place)
    if parcel["kind"] == "pictures":
        return await send_pictures(station, place, parcel["pictures"], answering)
    if parcel.get("opens") and station.bot.streaming != "off":
        taken = await take_place(station, chat, place, parcel, key)
        if taken is not None:
            return (taken,)
    try:
        return (await _text(station, place, parcel, answering),)
    except BadRequest:
        plain = _with_links_in_text(parcel)
        if plain is None:
            raise
        return (await _text(station, place, plain, answering),)


async def _text(
    station: Station, place: Address, parcel: Mapping[str, Any], answering: ReplyParameters | None
) -> int:
    message = await delivered(
        station.api.bot.send_message(
            place.chat,
            parcel["html"],
            parse_mode="HTML",
            message_thread_id=place.topic,
            reply_parameters=answering,
            reply_markup=keyboard(parcel),
            link_preview_options=NO_PREVIEW,
        )
    )
    return message.message_id


def _with_links_in_text(parcel: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The parcel for a Telegram that does not like its link as a button; None without links."""
    rows = parcel.get("buttons") or []
    links = [button["url"] for row in rows for button in row if "url" in button]
    if not links:
        return None
    kept = [[button for button in row if "url" not in button] for row in rows]
    html = "\n".join([parcel["html"], *(link.replace("&", "&amp;") for link in links)])
    return {**parcel, "html": html, "buttons": [row for row in kept if row]}


async def _answering(station: Station, chat: str, place: Address) -> ReplyParameters | None:
    """In a group a reply says whom it answers."""
    asked = await station.note(f"asked:{chat}") if place.member is not None else None
    if asked is None:
        return None
    return ReplyParameters(int(asked), allow_sending_without_reply=True)
