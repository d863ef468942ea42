"""Calling the Bot API: python-telegram-bot, with errors that say whether anything was sent."""

import json
import logging
from collections.abc import Awaitable
from typing import Any, TypeVar
from urllib.parse import urlencode

import httpx
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)
from telegram.request import HTTPXRequest

from agent.channel import RejectedError, TryAgainError, UnsureError

_T = TypeVar("_T")
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_TOO_MANY = 429
_TOKEN_PAUSE_SECONDS = 60.0
_LONGEST_PAUSE_SECONDS = 3600.0


class NotSentError(TelegramError):
    """The request never left: there was no connection."""


class FloodError(TelegramError):
    """Telegram wants no requests for `seconds`; it did not do what was asked."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many requests, wait {seconds:g} s")
        self.seconds = seconds


class Line(HTTPXRequest):
    """A line to Telegram that tells "not sent" and "too fast" from "no idea"."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """One HTTP request.

        Raises:
            NotSentError: there was no connection.
            FloodError: Telegram said to wait.
        """
        try:
            code, payload = await super().do_request(*args, **kwargs)
        except NetworkError as error:
            if isinstance(error.__cause__, _NOT_SENT):
                raise NotSentError(f"no connection: {type(error.__cause__).__name__}") from None
            raise
        if code == _TOO_MANY:
            raise FloodError(_pause(payload))
        return code, payload


def _pause(payload: bytes) -> float:
    try:
        seconds = float(json.loads(payload)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return 1.0
    return min(max(seconds, 0.0), _LONGEST_PAUSE_SECONDS)


class Api:
    """One bot's two lines: one for what it sends, one that waits for messages."""

    def __init__(self, api_url: str, token: str, read_seconds: float = 20.0) -> None:
        # These write the addresses they call (the token is part of them) and what they send (the
        # webhook's secret, customers' words) into their logs.
        for name in ("httpx", "telegram"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self._base = f"{api_url}/bot"
        self._token = token
        local = httpx.URL(api_url).host in {"127.0.0.1", "localhost", "::1"}
        options: dict[str, Any] = {"trust_env": not local}
        self._line = Line(64, read_timeout=read_seconds, pool_timeout=10.0, httpx_kwargs=options)
        self._ear = Line(2, httpx_kwargs=options)
        self.bot = Bot(token, self._base, request=self._line, get_updates_request=self._ear)

    async def close(self) -> None:
        """Hang up."""
        await self._line.shutdown()
        await self._ear.shutdown()

    async def updates(self, offset: int | None, wait_seconds: int, kinds: list[str]) -> list[Any]:
        """What came since, as Telegram wrote it; what is before `offset` is thereby forgotten.

        Raises:
            TelegramError: there was no answer, or a refusal.
        """
        asked: dict[str, Any] = {"timeout": wait_seconds, "allowed_updates": json.dumps(kinds)}
        if offset is not None:
            asked["offset"] = offset
        address = f"{self._base}{self._token}/getUpdates?{urlencode(asked)}"
        found = await self._ear.post(address, read_timeout=wait_seconds + 10.0)
        if not isinstance(found, list):
            raise TelegramError("getUpdates answered with something else than updates")
        return found


async def delivered(request: Awaitable[_T], *, repeatable: bool = False) -> _T:
    """The answer to a request that shows a customer something.

    Args:
        request: The request.
        repeatable: Whether doing it twice is the same as doing it once.

    Raises:
        ChatMigrated: the group has another number now; nothing was delivered.
        BadRequest: Telegram does not take it as it is; nothing was delivered.
        DeliveryError: as a channel promises.
    """
    try:
        return await request
    except (ChatMigrated, BadRequest):
        raise
    except FloodError as error:
        raise TryAgainError(str(error), error.seconds) from error
    except NotSentError as error:
        raise TryAgainError(str(error)) from error
    except Forbidden as error:
        raise RejectedError(str(error)) from error
    except (InvalidToken, Conflict) as error:
        raise TryAgainError(f"Telegram refuses the token: {error}", _TOKEN_PAUSE_SECONDS) from error
    except TelegramError as error:
        if repeatable:
            raise TryAgainError(f"no answer: {error}") from error
        raise UnsureError(f"no answer: {error}") from error
