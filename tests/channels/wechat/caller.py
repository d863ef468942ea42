"""WeChat as the one who calls: signs, seals (with wechatpy, not with our own code), gives up after
five seconds and calls three times; a ledger of every try.
"""

import asyncio
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx
from wechatpy.crypto import WeChatCrypto
from xmltodict import parse

from tests.channels.wechat.provider import Clock

TOKEN = "callbackToken"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@dataclass(frozen=True)
class Call:
    """One try: status None if the caller gave up."""

    message_id: str
    status: int | None
    body: str
    seconds: float


@dataclass
class Caller:
    """`receiver` None: plain mode."""

    http: httpx.AsyncClient
    path: str
    clock: Clock
    receiver: str | None
    patience: float = 5.0
    calls: list[Call] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1))

    def query(self, *content: str) -> dict[str, str]:
        stamp, nonce = str(int(self.clock().timestamp())), f"nonce{next(self.numbers)}"
        query = {"timestamp": stamp, "nonce": nonce, "signature": sign(stamp, nonce)}
        if content:
            query |= {"msg_signature": sign(stamp, nonce, *content), "encrypt_type": "aes"}
        return query

    def envelope(self, xml: str) -> tuple[dict[str, str], bytes]:
        """Query and body as WeChat would send this message."""
        if self.receiver is None:
            return self.query(), xml.encode()
        crypto = WeChatCrypto(TOKEN, AES_KEY, self.receiver)
        stamp, nonce = str(int(self.clock().timestamp())), f"nonce{next(self.numbers)}"
        sealed = crypto.encrypt_message(xml, nonce, stamp)
        query = {"timestamp": stamp, "nonce": nonce, "encrypt_type": "aes"}
        query["msg_signature"] = parse(sealed)["xml"]["MsgSignature"]
        return query, sealed.encode()

    async def tell(self, xml: str, message_id: str = "", tries: int = 3) -> Call:
        """Tell a message, again if there was no answer in time; the last try."""
        for _ in range(tries):
            query, body = self.envelope(xml)
            call = await self._try(query, body, message_id)
            self.calls.append(call)
            if call.status == httpx.codes.OK:
                return call
        return self.calls[-1]

    async def _try(self, query: Mapping[str, str], body: bytes, message_id: str) -> Call:
        began = time.perf_counter()
        try:
            async with asyncio.timeout(self.patience):
                answer = await self.http.post(self.path, params=query, content=body)
        except TimeoutError:
            return Call(message_id, None, "", time.perf_counter() - began)
        return Call(message_id, answer.status_code, answer.text, time.perf_counter() - began)

    def shown(self, call: Call) -> dict[str, str] | None:
        """What the customer sees of an answer: the message, unsealed; None if nothing."""
        if call.body in {"", "success"}:
            return None
        message = parse(call.body)["xml"]
        if self.receiver is not None:
            query = (message["MsgSignature"], message["TimeStamp"], message["Nonce"])
            crypto = WeChatCrypto(TOKEN, AES_KEY, self.receiver)
            message = parse(crypto.decrypt_message(call.body, *query))["xml"]
        return dict(message)


def sign(*parts: str) -> str:
    return hashlib.sha1("".join(sorted((TOKEN, *parts))).encode()).hexdigest()


def text_xml(user: str, text: str, number: str, at: int, **more: str) -> str:
    extra = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in more.items())
    return (
        f"<xml><ToUserName><![CDATA[gh_shop]]></ToUserName>"
        f"<FromUserName><![CDATA[{user}]]></FromUserName><CreateTime>{at}</CreateTime>"
        f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content>"
        f"<MsgId>{number}</MsgId>{extra}</xml>"
    )


def event_xml(user: str, event: str, at: int, **more: str) -> str:
    extra = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in more.items())
    return (
        f"<xml><ToUserName><![CDATA[gh_shop]]></ToUserName>"
        f"<FromUserName><![CDATA[{user}]]></FromUserName><CreateTime>{at}</CreateTime>"
        f"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{event}]]></Event>{extra}</xml>"
    )
