"""Row 6: forged, malformed and oversized requests to every door of the whole service."""

import asyncio
import json
import random
import string
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from sqlalchemy import func, select

from agent.delivery_tables import inbox, notebook
from app.paid_notices import HEADER, signed
from app.wiring import real_time
from channels.web.signing import sign_identity
from tests.channels.wechat.caller import Caller, event_xml, text_xml
from tests.channels.wechat.fake_wechat import APP_ID
from tests.channels.wechat.fake_wecom import CORP_ID, OPEN_KFID
from tests.chaos.customers import Browser
from tests.chaos.outside import SECRETS, TELEGRAM_SECRET, RunningClock
from tests.chaos.stage import Ground, Stage, staged
from tests.chaos.table import Line

FORGED = "FORGED"
MOST = 1_048_576
_AT_ONCE = 8
_SECRET = "X-Telegram-Bot-Api-Secret-Token"
_LATE = timedelta(seconds=400)
_ODD_PATHS = ("/chat/web/images/..%2f..%2fbrand.toml", "/chat/nobody/api/history", "/pay/%00")


@dataclass(frozen=True)
class Asked:
    """A request. `proof` is the part of it that a forger cannot make: its place, and its value."""

    method: str
    path: str
    proof: tuple[str, str, str] = ("", "", "")
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def with_proof(self, value: str) -> "Asked":
        """The same with another proof."""
        place, name, genuine = self.proof
        proof = (place, name, value)
        match place:
            case "query":
                return replace(self, query={**self.query, name: value}, proof=proof)
            case "header":
                header = self.headers[name].replace(genuine, value)
                return replace(self, headers={**self.headers, name: header}, proof=proof)
        body = self.body.replace(genuine.encode(), value.encode())
        return replace(self, body=body, proof=proof)


Door = Callable[["Doors", str, timedelta], Asked]


@dataclass
class Doors:
    """Makes genuine requests to each door, `text` in them, as of so long ago."""

    callers: dict[str, Caller]
    token: str
    notice_key: bytes
    count: int = 0

    def number(self) -> str:
        """Never the same."""
        self.count += 1
        return str(10_000_000 + self.count)

    def telegram(self, text: str, ago: timedelta) -> Asked:
        del ago
        user = {"id": 666, "is_bot": False, "first_name": "x"}
        message = {"message_id": 1, "date": 1, "chat": {"id": 666, "type": "private"}}
        update = {"update_id": int(self.number()), "message": {**message, "from": user}}
        update["message"] |= {"text": text}
        headers = {_SECRET: TELEGRAM_SECRET, "Content-Type": "application/json"}
        proof = ("header", _SECRET, TELEGRAM_SECRET)
        body = json.dumps(update).encode()
        return Asked("POST", "/telegram/telegram", proof, headers=headers, body=body)

    def _called(self, name: str, xml: str, ago: timedelta) -> Asked:
        caller = self.callers[name]
        caller.clock.ago = ago  # type: ignore[attr-defined]
        query, body = caller.envelope(xml)
        proof = ("query", "msg_signature", query["msg_signature"])
        return Asked("POST", caller.path, proof, query=query, body=body)

    def wechat(self, text: str, ago: timedelta) -> Asked:
        return self._called("wechat", text_xml(FORGED, text, self.number(), _seconds()), ago)

    def desk(self, text: str, ago: timedelta) -> Asked:
        return self._called("desk", text_xml(FORGED, text, self.number(), _seconds()), ago)

    def care(self, text: str, ago: timedelta) -> Asked:
        about = {"Token": text, "OpenKfId": OPEN_KFID}
        return self._called("care", event_xml("", "kf_msg_or_event", _seconds(), **about), ago)

    def notice(self, text: str, ago: timedelta) -> Asked:
        paid = {"token": text, "order_id": "LA1", "amount_cents": 1, "currency": "CNY"}
        paid |= {"paid_at": real_time().isoformat()}
        body = json.dumps(paid).encode()
        header = signed(self.notice_key, body, real_time() - ago)
        proof = ("header", HEADER, header)
        return Asked("POST", "/pay/notices", proof, headers={HEADER: header}, body=body)

    def message(self, text: str, ago: timedelta) -> Asked:
        del ago
        body = json.dumps({"id": str(uuid.UUID(int=int(self.number()))), "text": text}).encode()
        headers = {"Authorization": f"Bearer {self.token}"}
        proof = ("header", "Authorization", self.token)
        return Asked("POST", "/chat/web/api/messages", proof, headers=headers, body=body)

    def identity(self, text: str, ago: timedelta) -> Asked:
        until = real_time() + timedelta(hours=1) - ago * 20
        identity = sign_identity(SECRETS["identity"].encode(), "web", text, until)
        body = json.dumps({"identity": identity}).encode()
        proof = ("body", "identity", identity.rpartition(".")[2])
        return Asked("POST", "/chat/web/api/session", proof, body=body)


DOORS: tuple[Door, ...] = (
    Doors.telegram,
    Doors.wechat,
    Doors.desk,
    Doors.care,
    Doors.notice,
    Doors.message,
    Doors.identity,
)
# Their proofs carry no time of their own.
_TIMELESS = (Doors.telegram, Doors.message)


class AgoClock(RunningClock):
    """The providers' clock, some time ago."""

    ago = timedelta(0)

    def __call__(self) -> Any:
        return real_time() - self.ago


def _seconds() -> int:
    return int(real_time().timestamp())


def forged(doors: Doors, door: Door, chance: random.Random) -> Asked:
    """A request whose proof is nearly right, old, another's, or stands over other words."""
    if door not in _TIMELESS and chance.random() < 0.15:
        return door(doors, FORGED, _LATE)
    asked, other = door(doors, FORGED, timedelta(0)), door(doors, "other", timedelta(0))
    if door not in _TIMELESS and chance.random() < 0.2:
        return asked.with_proof(other.proof[2])
    return asked.with_proof(_spoiled(asked.proof[2], chance))


def _spoiled(proof: str, chance: random.Random) -> str:
    place = chance.randrange(len(proof))
    letters = [one for one in string.hexdigits.lower() + "xyz" if one != proof[place]]
    ways = (
        proof[:place] + chance.choice(letters) + proof[place + 1 :],
        proof[:place] or "0",
        proof + chance.choice(string.hexdigits),
        proof[::-1] if proof[::-1] != proof else "0",
        "".join(chance.choices(string.hexdigits, k=len(proof))),
        proof.swapcase() if proof.swapcase() != proof else proof + "0",
    )
    return chance.choice(ways)


def malformed(doors: Doors, door: Door, chance: random.Random) -> Asked:
    """A request with a body nobody would send, its proof right where that is possible."""
    if chance.random() < 0.05:
        return Asked("GET", chance.choice(_ODD_PATHS))
    asked = door(doors, "malformed", timedelta(0))
    body = _mangled(asked.body, chance)
    if door in {Doors.wechat, Doors.desk, Doors.care} and chance.random() < 0.7:
        xml = _mangled(text_xml("malformed", "x", doors.number(), _seconds()).encode(), chance)
        return doors._called(door.__name__, xml.decode("utf-8", "replace"), timedelta(0))
    if door is Doors.notice:
        headers = {HEADER: signed(doors.notice_key, body, real_time())}
        return replace(asked, body=body, headers=headers)
    return replace(asked, body=body)


_BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><xml>&b;</xml>'


def _mangled(body: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(max(len(body), 1))
    ways = (
        lambda: body[:place],
        lambda: body[:place] + chance.randbytes(chance.randrange(1, 20)) + body[place:],
        lambda: chance.randbytes(chance.randrange(0, 400)),
        lambda: b"[" * chance.randrange(1, 60_000),
        lambda: b'{"a":' * chance.randrange(1, 5_000),
        lambda: json.dumps(
            chance.choice((None, 1, [], {}, "x", [[]], {"update_id": "x"}))
        ).encode(),
        lambda: body.replace(b"1", b"-99999999999999999999999"),
        lambda: body.replace(b'"', b"'"),
        lambda: body.replace(b":", b":null,", 1),
        lambda: _BOMB,
        lambda: b"<xml>" * 3000,
        lambda: body.decode("utf-8", "replace").encode("utf-16"),
    )
    return chance.choice(ways)()


def oversized(doors: Doors, door: Door, chance: random.Random) -> Asked:
    """More than one MiB is announced."""
    asked = door(doors, "x", timedelta(0))
    more = str(MOST + 1 + chance.randrange(10**9))
    return replace(asked, headers={**asked.headers, "Content-Length": more})


async def refused(folder: Path, requests: int, large: int = 70) -> Line:
    """A third forged, the rest malformed, some oversized; the line of the table."""
    began = time.monotonic()
    mode = {"telegram": 'mode = "webhook"\npublic_url = "https://bot.example"\n'}
    async with staged(folder, Ground(), more=mode) as stage:
        doors, chance = await _doors(stage), random.Random(6)
        kinds = {"forged": requests // 3, "malformed": requests - requests // 3, "large": large}
        makers = {"forged": forged, "malformed": malformed, "large": oversized}
        work = [name for name, count in kinds.items() for _ in range(count)]
        chance.shuffle(work)
        answers: Counter[tuple[str, int]] = Counter()
        faults: list[str] = []

        async def ask() -> None:
            while work:
                kind = work.pop()
                door = DOORS[len(work) % len(DOORS)]
                asked = makers[kind](doors, door, chance)
                status = await _status(stage, asked)
                answers[kind, status] += 1
                if _is_fault(kind, status):
                    faults.append(f"{status} for {kind} {door.__name__} {str(asked)[:300]}")

        await asyncio.gather(*(ask() for _ in range(_AT_ONCE)))
        faults += await _let_in(stage)
    shown = ", ".join(
        f"{count} {kind} {status}" for (kind, status), count in sorted(answers.items())
    )
    size = f"{requests} forged or malformed requests to {len(DOORS)} doors, {large} over 1 MiB"
    wanted = "0 5xx, 0 accepted, all over 1 MiB refused with 413"
    return Line("6 malformed", size, wanted, shown, time.monotonic() - began, faults)


def _is_fault(kind: str, status: int) -> bool:
    match kind:
        case "large":
            return status != httpx.codes.REQUEST_ENTITY_TOO_LARGE
        case "forged":
            return not 400 <= status < 500
    return not 200 <= status < 500


async def _status(stage: Stage, asked: Asked) -> int:
    """The status of its answer; 0 if there was none."""
    headers = {name.encode(): value.encode() for name, value in asked.headers.items()}
    if "Content-Length" in asked.headers:
        return await _announced(stage, asked)
    try:
        answer = await stage.street.outside.http.request(
            asked.method,
            stage.street.outside.shop + asked.path,
            params=asked.query or None,
            headers=headers,
            content=asked.body,
        )
    except httpx.HTTPError:
        return 0
    return answer.status_code


async def _announced(stage: Stage, asked: Asked) -> int:
    """The answer to a head alone: who must read the body first never gives one."""
    head = [f"POST {asked.path}?{urlencode(asked.query)} HTTP/1.1", "Host: localhost"]
    head += [f"{name}: {value}" for name, value in asked.headers.items()]
    reader, writer = await asyncio.open_connection("127.0.0.1", stage.street.outside.port)
    try:
        writer.write(("\r\n".join(head) + "\r\n\r\n").encode())
        async with asyncio.timeout(10):
            first = await reader.readline()
    except TimeoutError:
        return 0
    finally:
        writer.close()
    return int(first.split()[1])


async def _doors(stage: Stage) -> Doors:
    http, browser = stage.street.outside.http, Browser(stage.street)
    await browser.open()
    query = select(notebook.c.value).where(notebook.c.key == "notice key")
    async with stage.watch.database.reading() as connection:
        key = await connection.scalar(query)
    paths = {
        "wechat": ("/wechat/wechat", APP_ID),
        "desk": ("/wecom/desk", CORP_ID),
        "care": ("/wechat-kf/care", CORP_ID),
    }
    callers = {name: Caller(http, path, AgoClock(), who) for name, (path, who) in paths.items()}
    token = browser.headers["Authorization"].removeprefix("Bearer ")
    return Doors(callers, token, str(key).encode())


async def _let_in(stage: Stage) -> list[str]:
    """What a forger got into the inbox."""
    marked = inbox.c.text.contains(FORGED) | inbox.c.customer.contains(FORGED)
    query = select(func.count()).where(marked)
    async with stage.watch.database.reading() as connection:
        count = await connection.scalar(query)
    return [f"{count} forged messages were accepted"] if count else []
