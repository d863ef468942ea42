"""What is done with an update: sign in who proves who he is, save, then answer a press."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from telegram import InlineKeyboardMarkup
from telegram.error import TelegramError

from agent.channel import Inbound, Inbox
from channels.telegram.buttons import Button, Pressed, pressed, without
from channels.telegram.identity import PREFIX, BadLinkError, customer_of
from channels.telegram.placeholders import keyboard
from channels.telegram.shapes import Press
from channels.telegram.station import Station
from channels.telegram.updates import Heard, number_of, read
from channels.telegram.wording import WORDING, Language

_log = logging.getLogger(__name__)


@dataclass
class Reception:
    """Takes updates in; returns only when they are saved."""

    station: Station
    answering: set[asyncio.Task[None]] = field(default_factory=set)

    async def take(self, update: Any, inbox: Inbox) -> None:
        """Save what the update says, if it says anything to us.

        Raises:
            Exception: it could not be saved, and must come again.
        """
        heard = read(update, await self.station.me(), self.station.clock())
        if heard.press:
            await self._take_press(heard.press, heard.inbound, inbox)
        elif heard.inbound:
            await inbox.put(await self._signed_in(heard.inbound))
            await self._remember_question(heard)
        else:
            _log.debug("update %s is not for us", number_of(update))

    async def _take_press(self, press: Press, inbound: Inbound | None, inbox: Inbox) -> None:
        """Save a press that still means something, and answer it in any case."""
        found = pressed(press.data)
        if inbound is None or found is None:
            return self._answer_soon(press, None)
        yes = f"confirm:{inbound.chat}"
        decides = found.name in {"confirm", "cancel"}
        if decides and await self.station.note(yes) != str(found.place):
            return self._answer_soon(press, replace(found, name="stale"))
        await inbox.put(await self._signed_in(inbound))
        if decides:
            await self.station.keep(yes, "")
        return self._answer_soon(press, found)

    def _answer_soon(self, press: Press, found: Pressed | None) -> None:
        task = asyncio.create_task(self._answer(press, found))
        self.answering.add(task)
        task.add_done_callback(self.answering.discard)

    async def close(self) -> None:
        """Let the answers to presses go out."""
        await asyncio.gather(*self.answering, return_exceptions=True)

    async def _remember_question(self, heard: Heard) -> None:
        """In a group a reply points at the question."""
        inbound = heard.inbound
        if inbound and heard.message is not None and ":" in inbound.chat:
            await self.station.keep(f"asked:{inbound.chat}", str(heard.message))

    async def _signed_in(self, inbound: Inbound) -> Inbound:
        """The message with the customer it comes from, if this private chat has proved one."""
        if ":" in inbound.chat:
            return inbound
        if (inbound.kind, inbound.text) == ("command", "start") and inbound.rest.startswith(PREFIX):
            await self._sign_in(inbound)
            inbound = replace(inbound, rest="")
        noted = await self.station.note(f"customer:{inbound.chat}")
        if noted is None:
            return inbound
        known = json.loads(noted)
        if datetime.fromisoformat(known["until"]) <= self.station.clock():
            return inbound
        return replace(inbound, customer=known["customer"])

    async def _sign_in(self, inbound: Inbound) -> None:
        station, key, now = self.station, self.station.bot.identity_key, self.station.clock()
        try:
            if key is None:
                raise BadLinkError("no identity_secret is configured")
            customer = customer_of(key, station.bot.id, inbound.rest, now)
            await self._use_up(inbound)
        except BadLinkError as error:
            _log.warning("%s: a sign-in link was refused: %s", station.bot.name, error)
            return
        until = now + timedelta(days=station.bot.signed_in_days)
        known = {"customer": customer, "until": until.isoformat()}
        await station.keep(f"customer:{inbound.chat}", json.dumps(known))

    async def _use_up(self, inbound: Inbound) -> None:
        """A link is for one chat, whichever process sees it first.

        Raises:
            BadLinkError: another chat has used it.
        """
        used = f"link:{hashlib.sha256(inbound.rest.encode()).hexdigest()}"
        async with self.station.leases.hold(f"telegram:{self.station.bot.name}:sign-in"):
            if (await self.station.note(used) or inbound.chat) != inbound.chat:
                raise BadLinkError("another chat has used it")
            await self.station.keep(used, inbound.chat)

    async def _answer(self, press: Press, found: Pressed | None) -> None:
        """Stop the button's spinning, say what it did, and take used-up buttons away."""
        bot, name = self.station.api.bot, found.name if found else "stale"
        theirs: Language = "zh" if press.author.language_code.startswith("zh") else "en"
        words = WORDING[found.place.language if found else theirs]
        said = {
            "helpful": words.thanks,
            "unhelpful": words.thanks,
            "person": words.calling,
            "stale": words.stale,
        }
        try:
            await bot.answer_callback_query(press.id, said.get(name, words.done))
            if press.message and press.message.reply_markup:
                await bot.edit_message_reply_markup(
                    press.message.chat.id,
                    press.message.message_id,
                    reply_markup=_left(press),
                )
        except TelegramError as error:
            _log.info("%s: a press was not answered: %s", self.station.bot.name, error)


def _left(press: Press) -> InlineKeyboardMarkup | None:
    """The buttons that remain under the message."""
    markup = press.message.reply_markup if press.message else None
    rows: list[list[Button]] = [
        [
            {"text": key.text, "url": key.url} if key.url else _ours(key.text, key.callback_data)
            for key in row
        ]
        for row in (markup.inline_keyboard if markup else [])
    ]
    kept: Mapping[str, Any] = {"buttons": without(rows, press.data.partition(":")[0])}
    return keyboard(kept)


def _ours(text: str, data: str) -> Button:
    return {"text": text, "data": data}
