"""Sending pictures: each is uploaded once, and named by Telegram's id of it from then on."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from telegram import InputMediaPhoto, Message, ReplyParameters
from telegram.error import BadRequest

from agent.channel import RejectedError
from channels.telegram.address import Address
from channels.telegram.api import delivered
from channels.telegram.station import Station


@dataclass(frozen=True, slots=True)
class _Picture:
    content: bytes
    key: str
    caption: str
    file_id: str | None


async def send_pictures(
    station: Station,
    place: Address,
    pictures: Sequence[Mapping[str, str]],
    answering: ReplyParameters | None,
) -> tuple[int, ...]:
    """Send one picture, or up to ten as an album; the numbers of the messages.

    Raises:
        DeliveryError: as a channel promises.
        BadRequest: Telegram does not take them.
    """
    chosen = [await _load(station, picture) for picture in pictures]
    known = any(picture.file_id for picture in chosen)
    try:
        messages = await _post(station, place, chosen, answering, fresh=False)
    except BadRequest:
        # An id is good for as long as Telegram likes; the file itself always is.
        if not known:
            raise
        messages = await _post(station, place, chosen, answering, fresh=True)
    for picture, message in zip(chosen, messages, strict=False):
        if message.photo and message.photo[-1].file_id != picture.file_id:
            await station.keep(picture.key, message.photo[-1].file_id)
    return tuple(message.message_id for message in messages)


async def _load(station: Station, picture: Mapping[str, str]) -> _Picture:
    content = await asyncio.to_thread(_content, station.bot.brand, picture["path"])
    key = f"picture:{hashlib.sha256(content).hexdigest()}"
    return _Picture(content, key, picture["caption"], await station.note(key))


def _content(folder: Path, path: str) -> bytes:
    root = folder.resolve()
    file = (root / path).resolve()
    if not file.is_relative_to(root) or not file.is_file():
        raise RejectedError(f"no picture {path!r} in the brand folder")
    return file.read_bytes()


async def _post(
    station: Station,
    place: Address,
    pictures: Sequence[_Picture],
    answering: ReplyParameters | None,
    *,
    fresh: bool,
) -> tuple[Message, ...]:
    bot = station.api.bot
    media = [
        InputMediaPhoto(
            picture.content if fresh or not picture.file_id else picture.file_id,
            caption=picture.caption or None,
            parse_mode="HTML",
        )
        for picture in pictures
    ]
    if len(media) > 1:
        album = bot.send_media_group(
            place.chat, media, message_thread_id=place.topic, reply_parameters=answering
        )
        return await delivered(album)
    picture = pictures[0]
    single = bot.send_photo(
        place.chat,
        picture.content if fresh or not picture.file_id else picture.file_id,
        caption=picture.caption or None,
        parse_mode="HTML",
        message_thread_id=place.topic,
        reply_parameters=answering,
    )
    return (await delivered(single),)
