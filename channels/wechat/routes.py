"""The address that WeChat calls: setting it up, messages and events."""

import logging
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import SQLAlchemyError

from agent.channel import Inbox
from channels.wechat.account import WeChatAccount
from channels.wechat.gate import CallError, Gate, body_of
from channels.wechat.joining import Joint
from channels.wechat.passive import PassiveAccount
from channels.wechat.tray import Served
from channels.wechat.updates import UpdateError, read
from channels.wechat.wording import WORDING, Language
from channels.wechat.xml import Fields, xml_of

_LOG = logging.getLogger(__name__)

Letter = Callable[[Fields, str], Coroutine[Any, Any, str]]


def router(account: WeChatAccount | PassiveAccount, inbox: Inbox, language: Language) -> APIRouter:
    """The routes of one account; `language`: what the account itself says it in."""

    async def active(account: WeChatAccount, fields: Fields) -> str:
        await account.heard(read(fields), inbox)
        return "success"

    async def passive(account: PassiveAccount, fields: Fields, nonce: str) -> str:
        update = read(fields)
        served = await account.answered(update, inbox)
        if served.silent:
            return "success"
        head = {
            "ToUserName": update.chat,
            "FromUserName": fields.get("ToUserName", ""),
            "CreateTime": str(int(account.gate.clock().timestamp())),
        }
        return account.gate.sealed(reply_xml(head, served, language), nonce)

    async def letter(fields: Fields, nonce: str) -> str:
        if isinstance(account, PassiveAccount):
            return await passive(account, fields, nonce)
        return await active(account, fields)

    return callbacks(account.bot.path, account.gate, letter)


def callbacks(path: str, gate: Gate, letter: Letter) -> APIRouter:
    """GET and POST at an address that WeChat calls; every wrong call is a 4xx.

    `letter` is given a message's fields and the call's nonce; what it returns is the answer.
    """
    routes = APIRouter()
    joint = Joint()

    async def set_up(request: Request) -> Response:
        try:
            echo = gate.echo(request.query_params)
        except CallError as error:
            return _refused(path, error)
        return Response(echo, media_type="text/plain")

    async def called(request: Request) -> Response:
        query = request.query_params
        try:
            fields = gate.letter(query, await body_of(request))
            work = partial(letter, fields, query.get("nonce", ""))
            answer = await joint.answer(frozenset(fields.items()), work)
        except CallError as error:
            return _refused(path, error)
        except UpdateError as error:
            return _refused(path, CallError(400, str(error)))
        except (SQLAlchemyError, TimeoutError) as error:
            # Not saved, so not acknowledged: WeChat calls twice more.
            _LOG.error("%s: a message is not saved yet: %s", path, error)
            return Response("not saved", 503, media_type="text/plain")
        kind = "application/xml" if answer.startswith("<xml>") else "text/plain"
        return Response(answer, media_type=kind)

    routes.add_api_route(path, set_up, methods=["GET"], include_in_schema=False)
    routes.add_api_route(path, called, methods=["POST"], include_in_schema=False)
    return routes


def reply_xml(head: Fields, served: Served, language: Language) -> str:
    """A passive reply under this head."""
    words = WORDING[language]
    parcel = served.parcel
    if parcel is None:
        return xml_of({**head, "MsgType": "text", "Content": words.wait})
    if "media_id" in parcel:
        return xml_of({**head, "MsgType": "image", "Image": {"MediaId": parcel["media_id"]}})
    more = f"\n{words.more.format(count=served.more)}" if served.more else ""
    return xml_of({**head, "MsgType": "text", "Content": f"{parcel['text']}{more}"})


def _refused(path: str, error: CallError) -> Response:
    _LOG.warning("%s: a call was turned away: %s", path, error)
    return Response(str(error), error.status, media_type="text/plain")
