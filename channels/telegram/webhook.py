"""Being called by Telegram: checked, saved, and only then acknowledged."""

import asyncio
import hmac
import json
import logging
from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException, Request
from starlette.requests import ClientDisconnect
from telegram.error import TelegramError

from agent.channel import Inbox
from channels.telegram.receiving import Reception
from channels.telegram.setup import prepare_webhook
from channels.telegram.station import Station

MOST_BYTES = 1024 * 1024
_log = logging.getLogger(__name__)


def webhook_router(station: Station, reception: Reception, inbox: Inbox) -> APIRouter:
    """The one address that Telegram calls; who calls is known by the secret, not by where from."""
    router = APIRouter()
    secret = station.bot.secret.encode()

    @router.post(station.bot.webhook_path, include_in_schema=False)
    async def called(
        request: Request,
        x_telegram_bot_api_secret_token: Annotated[str, Header()] = "",
    ) -> dict[str, bool]:
        given = x_telegram_bot_api_secret_token.encode("utf-8", "surrogatepass")
        if not hmac.compare_digest(secret, given):
            raise HTTPException(403, "wrong secret")
        update = _object(await _body(request))
        try:
            await reception.take(update, inbox)
        except Exception as error:
            # Telegram calls again after any answer but 2xx, so nothing is lost.
            _log.exception("%s: a message could not be saved", station.bot.name)
            raise HTTPException(503, "not saved, call again") from error
        return {"ok": True}

    return router


async def _body(request: Request) -> bytes:
    """The whole body.

    Raises:
        HTTPException: it is too long; no more than that was read of it.
    """
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > MOST_BYTES:
                raise HTTPException(413, "too long")
    except ClientDisconnect as error:
        raise HTTPException(400, "cut off") from error
    return bytes(body)


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "not JSON") from error
    if not isinstance(found, dict):
        raise HTTPException(400, "not an update")
    return found


async def ask_to_be_called(station: Station) -> None:
    """Set the webhook; tries again until Telegram has taken it."""
    failures = 0
    while True:
        try:
            await prepare_webhook(station)
        except TelegramError as error:
            failures += 1
            _log.warning("%s: the webhook is not set yet: %s", station.bot.name, error)
            await asyncio.sleep(station.pace.pause(failures))
        else:
            return
