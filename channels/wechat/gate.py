"""Who may call: signature, time and content of a callback, checked before anything is read."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from starlette.requests import Request

from channels.wechat.crypto import Seal, SealError, same, signature
from channels.wechat.xml import Fields, XmlError, fields_of, xml_of

WINDOW_SECONDS: Final = 300
BODY_BYTES: Final = 1_048_576
_MOST_SEEN = 50_000


class CallError(ValueError):
    """A call that is turned away; `status` says how."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


@dataclass
class Seen:
    """What each signature of the last minutes was used for.

    In plain mode a signature does not cover the body: whoever has seen one could put another body
    under it. So a signature is good for one content; WeChat's own second try has the same.
    """

    used: dict[str, tuple[float, bytes]] = field(default_factory=dict)

    def agrees(self, mark: str, content: bytes, now: float) -> bool:
        """Whether this is the signature's first use, or the same content again."""
        digest = hashlib.sha256(content).digest()
        first = self.used.setdefault(mark, (now, digest))
        self._forget(now)
        return first[1] == digest

    def _forget(self, now: float) -> None:
        while self.used:
            oldest = next(iter(self.used))
            fresh = now - self.used[oldest][0] <= 2 * WINDOW_SECONDS
            if fresh and len(self.used) <= _MOST_SEEN:
                return
            del self.used[oldest]


@dataclass(frozen=True)
class Gate:
    """Lets WeChat's own calls through. Without a seal the account is in plain mode."""

    token: str = field(repr=False)
    seal: Seal | None
    clock: Callable[[], datetime]
    sealed_echo: bool = False
    seen: Seen = field(default_factory=Seen)

    def echo(self, query: Mapping[str, str]) -> str:
        """What to answer when the address is being set up.

        Raises:
            CallError: the call is not WeChat's, or nothing is asked.
        """
        echo = query.get("echostr", "")
        if not echo:
            raise CallError(400, "no echostr")
        if self.sealed_echo and self.seal:
            self._check(query, "msg_signature", echo)
            return _opened(self.seal, echo)
        self._check(query, "signature")
        self._first_use(query, b"echo:" + echo.encode("utf-8", "replace"))
        return echo

    def letter(self, query: Mapping[str, str], body: bytes) -> Fields:
        """The message in a call, whichever mode it came in.

        Raises:
            CallError: the call is not WeChat's, or holds no message.
        """
        if self.seal is None:
            self._check(query, "signature")
            self._first_use(query, body)
            return _fields(body)
        # Whatever stands beside the sealed letter (compatible mode) is not signed: not read.
        sealed = _outer(body, query)
        self._check(query, "msg_signature", sealed)
        return _fields(_opened(self.seal, sealed).encode())

    def sealed(self, reply: str, nonce: str) -> str:
        """A passive reply as this account's mode wants it."""
        if self.seal is None:
            return reply
        now = str(int(self.clock().timestamp()))
        letter = self.seal.close(reply)
        signed = signature(self.token, now, nonce, letter)
        return xml_of({"Encrypt": letter, "MsgSignature": signed, "TimeStamp": now, "Nonce": nonce})

    def _check(self, query: Mapping[str, str], name: str, *content: str) -> None:
        stamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        given = query.get(name, "")
        if not (given and stamp and nonce):
            raise CallError(403, f"{name}, timestamp and nonce are needed")
        if not same(given, signature(self.token, stamp, nonce, *content)):
            raise CallError(403, "the signature does not fit")
        if not _recent(stamp, self.clock().timestamp()):
            raise CallError(403, f"more than {WINDOW_SECONDS} s old, or a clock is wrong")

    def _first_use(self, query: Mapping[str, str], content: bytes) -> None:
        if not self.seen.agrees(query["signature"], content, self.clock().timestamp()):
            raise CallError(403, "the signature was used for something else")


async def body_of(request: Request) -> bytes:
    """The whole body, if it is not too long.

    Raises:
        CallError: it is longer than a megabyte; no more than that was read.
    """
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_BYTES:
            raise CallError(413, "the body is too long")
    return bytes(body)


def _recent(stamp: str, now: float) -> bool:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    return abs(now - int(stamp)) <= WINDOW_SECONDS


def _outer(body: bytes, query: Mapping[str, str]) -> str:
    if not query.get("msg_signature"):
        raise CallError(403, "a sealed letter is needed: check the mode in WeChat's settings")
    sealed = _fields(body).get("Encrypt", "")
    if not sealed:
        raise CallError(403, "a sealed letter is needed: check the mode in WeChat's settings")
    return sealed


def _opened(seal: Seal, sealed: str) -> str:
    try:
        return seal.open(sealed)
    except SealError as error:
        raise CallError(403, str(error)) from error


def _fields(body: bytes) -> Fields:
    try:
        return fields_of(body.decode())
    except (UnicodeDecodeError, XmlError) as error:
        raise CallError(400, "no XML message") from error
