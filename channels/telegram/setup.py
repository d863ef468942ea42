"""What a bot tells Telegram when it starts, and what `doctor` finds out about it."""

import logging
from datetime import timedelta

from telegram import BotCommand
from telegram.error import InvalidToken, TelegramError

from agent.channel import RejectedError, TryAgainError
from channels.telegram.station import Station
from channels.telegram.updates import KINDS
from channels.telegram.wording import WORDING

_log = logging.getLogger(__name__)
_CONNECTIONS = 40
_RECENT = timedelta(hours=1)


async def prepare_polling(station: Station) -> None:
    """Take a webhook away, if one is set: Telegram does either the one or the other.

    Raises:
        TelegramError: there was no answer.
    """
    hook = await station.api.bot.get_webhook_info()
    if hook.url:
        _log.warning("%s: the webhook %s is taken away, for polling", station.bot.name, hook.url)
        await station.api.bot.delete_webhook(drop_pending_updates=False)
    await station.learn_me()
    await _offer_menu(station)


async def prepare_webhook(station: Station) -> None:
    """Tell Telegram where to call.

    Raises:
        TelegramError: there was no answer, or it refused.
    """
    bot = station.bot
    await station.api.bot.set_webhook(
        bot.public_url.rstrip("/") + bot.webhook_path,
        secret_token=bot.secret,
        allowed_updates=KINDS,
        max_connections=_CONNECTIONS,
    )
    await station.learn_me()
    await _offer_menu(station)


async def _offer_menu(station: Station) -> None:
    """The commands, in the customer's language; a bot works without."""
    menus = {None: "en", "zh": "zh", "en": "en"}
    try:
        for code, language in menus.items():
            words = WORDING["zh" if language == "zh" else "en"]
            commands = [BotCommand(name, text) for name, text in words.menu]
            await station.api.bot.set_my_commands(commands, language_code=code)
    except TelegramError as error:
        _log.info("%s: the menu was not set: %s", station.bot.name, error)


async def look(station: Station) -> str:
    """What works, and what is worth knowing about it.

    Raises:
        DeliveryError: it does not work; the message says why and what to do.
    """
    bot = station.bot
    try:
        me = await station.api.bot.get_me()
        hook = await station.api.bot.get_webhook_info()
    except InvalidToken as error:
        raise RejectedError("Telegram refuses the token; ask BotFather for it: /token") from error
    except TelegramError as error:
        fix = f"see whether this machine reaches {bot.api_url} (HTTPS_PROXY is respected)"
        raise TryAgainError(f"no answer from Telegram ({error}); {fix}") from error
    if hook.last_error_date and station.clock() - hook.last_error_date < _RECENT:
        fix = "check public_url and its certificate"
        raise TryAgainError(f"Telegram could not call us: {hook.last_error_message}; {fix}")
    found = [f"@{me.username}, {bot.mode}"]
    ours = bot.public_url.rstrip("/") + bot.webhook_path if bot.mode == "webhook" else ""
    if hook.url != ours:
        found.append(f"its webhook is {hook.url or 'none'} until serve makes it {ours or 'none'}")
    if hook.pending_update_count:
        found.append(f"messages waiting at Telegram: {hook.pending_update_count}")
    return "; ".join(found)
