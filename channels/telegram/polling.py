"""Asking Telegram for messages: saved first, then forgotten there; one process at a time."""

import asyncio
import json
import logging
from datetime import datetime, timedelta
from typing import Any

from telegram.error import Conflict, InvalidToken, TelegramError

from agent.channel import Inbox
from agent.channel_state import Hold
from channels.telegram.api import FloodError
from channels.telegram.receiving import Reception
from channels.telegram.setup import prepare_polling
from channels.telegram.station import Station
from channels.telegram.updates import KINDS, number_of

_log = logging.getLogger(__name__)
_MOST_WORDS = 300  # an error may quote a whole page of a proxy in between
# After a week without updates Telegram numbers them anew, perhaps lower: an old offset would then
# make it forget messages that nobody has seen.
_OFFSET_LIFE = timedelta(days=5)
_CONFLICT = (
    "%s: another program asks Telegram for this bot's messages, and each message goes to one of "
    "the two. Stop it, or give it a bot of its own. (%s)"
)


async def poll(station: Station, reception: Reception, inbox: Inbox) -> None:
    """Fetch messages until cancelled, while no other process of ours does."""
    while True:
        async with station.leases.hold(f"telegram:{station.bot.name}") as hold:
            await _while_held(hold, station, reception, inbox)


async def _while_held(hold: Hold, station: Station, reception: Reception, inbox: Inbox) -> None:
    polling = asyncio.create_task(_Poller(station, reception, inbox).run())
    lost = asyncio.create_task(hold.wait_lost())
    try:
        await asyncio.wait({polling, lost}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        polling.cancel()
        lost.cancel()
        await asyncio.gather(polling, lost, return_exceptions=True)


class _Poller:
    """One stretch of polling."""

    def __init__(self, station: Station, reception: Reception, inbox: Inbox) -> None:
        self._station = station
        self._reception = reception
        self._inbox = inbox
        self._offset: int | None = None
        self._moved_at: datetime | None = None

    async def run(self) -> None:
        """Poll until cancelled; trouble makes it wait, never stop."""
        failures = 0
        ready = False
        while True:
            try:
                if not ready:
                    await prepare_polling(self._station)
                    await self._read_offset()
                    ready = True
                await self._round()
                failures = 0
            except FloodError as error:
                await asyncio.sleep(error.seconds)
            except Exception as error:  # noqa: BLE001 - whatever it is, customers go on writing
                failures += 1
                self._say(error)
                await asyncio.sleep(self._station.pace.pause(failures))

    async def _round(self) -> None:
        """Ask once. An update is forgotten at Telegram only by the next question, once saved."""
        if self._moved_at and self._station.clock() - self._moved_at > _OFFSET_LIFE:
            self._offset = None
        wait = self._station.pace.long_poll
        updates = await self._station.api.updates(self._offset, wait, KINDS)
        for update in updates:
            await self._reception.take(update, self._inbox)
            self._move(update)
        if updates:
            await self._keep_offset()

    def _move(self, update: Any) -> None:
        number = number_of(update)
        if number is not None:
            self._offset = number + 1
            self._moved_at = self._station.clock()

    async def _read_offset(self) -> None:
        noted = json.loads(await self._station.note("offset") or "null")
        if noted:
            self._offset = noted["offset"]
            self._moved_at = datetime.fromisoformat(noted["at"])

    async def _keep_offset(self) -> None:
        if self._moved_at:
            noted = {"offset": self._offset, "at": self._moved_at.isoformat()}
            await self._station.keep("offset", json.dumps(noted))

    def _say(self, error: Exception) -> None:
        name, words = self._station.bot.name, f"{type(error).__name__}: {error}"[:_MOST_WORDS]
        match error:
            case Conflict():
                _log.error(_CONFLICT, name, words)
            case InvalidToken():
                _log.error("%s: Telegram refuses the token; see BotFather. (%s)", name, words)
            case TelegramError():
                _log.warning("%s: Telegram does not answer: %s", name, words)
            case _:
                _log.error("%s: messages cannot be saved: %s", name, words)
