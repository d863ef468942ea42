"""Customers on every channel, who go on until the shop has acknowledged what they said."""

import asyncio
import base64
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.channels.telegram.ledger import BOT_ID
from tests.channels.wechat.caller import Caller, event_xml, text_xml
from tests.channels.wechat.fake_wechat import APP_ID
from tests.channels.wechat.fake_wecom import CORP_ID, OPEN_KFID
from tests.chaos.outside import Outside, RunningClock

BUYING = ("几天内可以退货", "我要买晨光阅读台灯 白色", "确认")
_FORM = re.compile(r'name="form" value="([^"]+)"')


@dataclass(frozen=True)
class Said:
    """One line of a customer, as his provider numbered it."""

    bot: str
    chat: str
    message_id: str
    text: str


@dataclass
class Street:
    """Where customers come from. `said` is what was acknowledged, in that order."""

    outside: Outside
    said: list[Said] = field(default_factory=list)
    refused: int = 0
    count: int = 0

    async def call(self, path: str, **what: Any) -> httpx.Response:
        """Ask the shop until it answers with something else than trouble."""
        while True:
            try:
                answer = await self.outside.http.request(url=self.outside.shop + path, **what)
            except httpx.HTTPError:
                self.refused += 1
            else:
                if answer.status_code < 500 and answer.status_code != 429:
                    return answer
                self.refused += 1
            await asyncio.sleep(self.outside.chance.uniform(0.1, 0.3))

    def hear(self, bot: str, chat: str, message_id: str, text: str) -> None:
        """It was acknowledged."""
        self.said.append(Said(bot, chat, message_id, text))


@dataclass
class Telegrammer:
    """Writes to the bot on Telegram."""

    street: Street
    chat: str
    bot: str = "telegram"

    async def say(self, text: str) -> None:
        update = self.street.outside.telegram.says(text, user=int(self.chat))
        self.street.hear(self.bot, self.chat, f"{BOT_ID}-{update['update_id']}", text)


@dataclass
class Follower:
    """Writes to the Official Account."""

    street: Street
    chat: str
    bot: str = "wechat"

    async def say(self, text: str) -> None:
        outside, number = self.street.outside, f"{next(self.street.outside.wechat.numbers)}"
        outside.wechat.customer_did(self.chat)
        at = int(outside.wechat.clock().timestamp())
        await called(self.street, "/wechat/wechat", APP_ID, text_xml(self.chat, text, number, at))
        self.street.hear(self.bot, self.chat, number, text)


@dataclass
class Member:
    """Writes to the app in WeCom."""

    street: Street
    chat: str
    bot: str = "desk"

    async def say(self, text: str) -> None:
        outside, number = self.street.outside, f"{next(self.street.outside.wecom.numbers)}"
        outside.wecom.members |= {self.chat}
        at = int(outside.wecom.clock().timestamp())
        await called(self.street, "/wecom/desk", CORP_ID, text_xml(self.chat, text, number, at))
        self.street.hear(self.bot, self.chat, number, text)


@dataclass
class Guest:
    """Writes to WeChat customer service."""

    street: Street
    chat: str
    bot: str = "care"

    async def say(self, text: str) -> None:
        wecom = self.street.outside.wecom
        message = wecom.write(self.chat, text)
        at = int(wecom.clock().timestamp())
        about = {"Token": wecom.call_token(), "OpenKfId": OPEN_KFID}
        event = event_xml("", "kf_msg_or_event", at, **about)
        await called(self.street, "/wechat-kf/care", CORP_ID, event)
        self.street.hear(self.bot, self.chat, message["msgid"], text)


async def called(street: Street, path: str, receiver: str, xml: str) -> None:
    """Tell the shop, sealed anew for each try, until it says that it has it."""
    caller = Caller(street.outside.http, path, RunningClock(), receiver)
    while True:
        query, body = caller.envelope(xml)
        answer = await street.call(path, method="POST", params=query, content=body)
        if answer.status_code == httpx.codes.OK:
            return
        raise AssertionError(f"{path} answered {answer.status_code}: {answer.text[:200]}")


@dataclass
class Browser:
    """Writes in the web chat, and keeps what the page would show."""

    street: Street
    chat: str = ""
    bot: str = "web"
    headers: Mapping[str, str] = field(default_factory=dict)

    async def open(self) -> None:
        """Begin a session."""
        answer = await self.street.call("/chat/web/api/session", method="POST", json={})
        token = answer.json()["token"]
        body = token.partition(".")[0]
        self.chat = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))[0]
        self.headers = {"Authorization": f"Bearer {token}"}

    async def say(self, text: str) -> None:
        number = str(uuid.UUID(int=self.street.outside.chance.getrandbits(128), version=4))
        message: dict[str, str] = {"id": number, "text": text}
        if text == BUYING[-1]:
            message = {"id": number, "kind": "press", "text": "confirm"}
        path = "/chat/web/api/messages"
        answer = await self.street.call(path, method="POST", json=message, headers=self.headers)
        if answer.status_code != httpx.codes.ACCEPTED:
            raise AssertionError(f"{path} answered {answer.status_code}: {answer.text[:200]}")
        self.street.hear(self.bot, self.chat, f"{self.chat}:{number}", text)

    async def history(self) -> list[dict[str, Any]]:
        """What the page shows after it is opened again."""
        path = "/chat/web/api/history"
        answer = await self.street.call(path, method="GET", headers=self.headers)
        return answer.json()["events"]  # type: ignore[no-any-return]


Customer = Telegrammer | Follower | Member | Guest | Browser


async def arrive(street: Street, bot: str) -> Customer:
    """A new customer of this bot."""
    street.count += 1
    number = street.count
    match bot:
        case "telegram":
            return Telegrammer(street, str(1000 + number))
        case "wechat":
            return Follower(street, f"o{number}")
        case "desk":
            return Member(street, f"m{number}")
        case "care":
            return Guest(street, f"wm{number}")
    browser = Browser(street)
    await browser.open()
    return browser


async def pay(street: Street, token: str) -> None:
    """Open the payment page and press its button until it says that it is paid."""
    path = f"/pay/{token}"
    while True:
        page = await street.call(path, method="GET")
        form = _FORM.search(page.text)
        if form is None:
            return
        cookie = {"Cookie": f"pay_form={form[1]}"}
        await street.call(path, method="POST", data={"form": form[1]}, headers=cookie)
