"""Telegram as a channel: what the agent's delivery sees of it."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime

from fastapi import APIRouter

from agent.channel import Inbox, Parcel
from agent.channel_state import Leases, Notebook
from agent.pacing import Rate
from agent.reply import Reply
from channels.telegram.api import Api
from channels.telegram.parcels import parcels_of
from channels.telegram.polling import poll
from channels.telegram.receiving import Reception
from channels.telegram.sending import send_parcel
from channels.telegram.settings import TelegramBot
from channels.telegram.setup import look
from channels.telegram.showing import Stage
from channels.telegram.station import Pace, Station
from channels.telegram.webhook import ask_to_be_called, webhook_router


class Telegram:
    """One Telegram bot. Close it when it is no longer needed."""

    # A time-out does not mean "not sent", and Telegram has no key that would make it so.
    repeatable = False
    # Telegram bears about 30 messages a second, and one in each chat but for short bursts.
    rate = Rate(25.0, 25)
    chat_rate = Rate(2.0, 5)

    def __init__(
        self,
        bot: TelegramBot,
        notebook: Notebook,
        leases: Leases,
        clock: Callable[[], datetime],
        pace: Pace | None = None,
    ) -> None:
        api = Api(bot.api_url, bot.token.get_secret_value())
        self.station = Station(bot, api, notebook, leases, clock, pace or Pace())
        self._reception = Reception(self.station)
        self._stage = Stage(self.station)

    def parcels(self, reply: Reply) -> tuple[Parcel, ...]:
        """Texts cut at sentences, pictures as albums, the payment card."""
        return parcels_of(reply)

    async def send(self, chat: str, parcel: Parcel, key: str) -> str:
        """Send one parcel; Telegram's number of the message.

        Raises:
            DeliveryError: as the protocol says.
        """
        return await send_parcel(self.station, chat, parcel, key)

    async def watch(self, chat: str, sentences: AsyncIterator[str]) -> None:
        """Typing, and the growing answer as the bot's `streaming` says."""
        await self._stage.watch(chat, sentences)

    async def receive(self, inbox: Inbox) -> None:
        """Poll until cancelled; with a webhook, set it and return."""
        if self.station.bot.mode == "webhook":
            await ask_to_be_called(self.station)
        else:
            await poll(self.station, self._reception, inbox)

    def router(self, inbox: Inbox) -> APIRouter:
        """The address that Telegram calls in webhook mode; mounted at the server's root."""
        return webhook_router(self.station, self._reception, inbox)

    async def check(self) -> str:
        """What `doctor` says about this bot.

        Raises:
            DeliveryError: it does not work; the message says why and what to do.
        """
        return await look(self.station)

    async def close(self) -> None:
        """Bring what has begun to its end, and hang up."""
        await self._stage.close()
        await self._reception.close()
        await self.station.api.close()


def router(channel: Telegram, inbox: Inbox) -> APIRouter:
    """The routes of a Telegram bot."""
    return channel.router(inbox)
