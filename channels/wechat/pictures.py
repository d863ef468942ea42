"""Product pictures as WeChat media: uploaded once, their ids used for three days."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from agent.channel import RejectedError
from agent.channel_state import Notebook
from channels.wechat.api import Api
from channels.wechat.errors import RefusalError

Sent = TypeVar("Sent")

_UNKNOWN_MEDIA = 40007
_GOOD_FOR = timedelta(days=2, hours=18)


@dataclass(frozen=True)
class Pictures:
    """The pictures of one brand in the media of one account."""

    folder: Path
    bot: str
    api: Api
    notebook: Notebook
    clock: Callable[[], datetime]

    async def media_id(self, path: str) -> str:
        """What WeChat calls this picture; it is uploaded if it is not there.

        Raises:
            RejectedError: there is no such file in the brand folder.
            RefusalError: WeChat does not take it.
            TryAgainError: WeChat was not reached.
        """
        picture = await asyncio.to_thread(self._read, path)
        key = _key(picture)
        note = await self.notebook.get(self.bot, key)
        if note:
            kept = json.loads(note)
            if kept["until"] > self.clock().timestamp():
                return str(kept["id"])
        media = await self.api.upload(picture, Path(path).name)
        until = (self.clock() + _GOOD_FOR).timestamp()
        await self.notebook.put(self.bot, key, json.dumps({"id": media, "until": until}))
        return media

    async def send(self, path: str, tell: Callable[[str], Awaitable[Sent]]) -> Sent:
        """Tell the picture's id; once more with a new one if WeChat does not know it any more.

        Raises:
            RefusalError: WeChat does not take the picture, or the message.
            DeliveryError: as from `media_id` and `tell`.
        """
        try:
            return await tell(await self.media_id(path))
        except RefusalError as refusal:
            if refusal.code != _UNKNOWN_MEDIA:
                raise
        await self._forget(path)
        return await tell(await self.media_id(path))

    async def _forget(self, path: str) -> None:
        picture = await asyncio.to_thread(self._read, path)
        await self.notebook.put(self.bot, _key(picture), "")

    def _read(self, path: str) -> bytes:
        file = (self.folder / path).resolve()
        if not file.is_relative_to(self.folder.resolve()):
            raise RejectedError(f"{path} is outside the brand folder")
        try:
            return file.read_bytes()
        except OSError as error:
            raise RejectedError(f"{path} cannot be read: {error.strerror}") from error


def _key(picture: bytes) -> str:
    return f"media:{hashlib.sha256(picture).hexdigest()}"
