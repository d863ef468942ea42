"""An Official Account at WeChat: counts what it lets a developer send, and keeps a ledger."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.channels.wechat.provider import Delivered, Provider, RefusedError

APP_ID, APP_SECRET = "wx0123456789abcdef", "app-secret"
_LASTS = {"written": timedelta(hours=48), "clicked": timedelta(minutes=1)}
_ALLOWED = {"written": 5, "clicked": 3}


@dataclass
class FakeWeChat(Provider):
    """`typing` is the ledger of typing commands. `menus`: the kind of account has menus."""

    typing: list[str] = field(default_factory=list)
    menus: bool = True
    menu: list[dict[str, Any]] = field(default_factory=list)
    may_send: bool = True
    heard: dict[str, dict[str, tuple[datetime, int]]] = field(default_factory=dict)

    def customer_did(self, user: str, what: str = "written") -> None:
        """The customer did something: messages to him are allowed anew."""
        self.heard.setdefault(user, {})[what] = (self.clock(), _ALLOWED[what])

    async def answer(
        self, method: str, path: str, query: Mapping[str, str], body: bytes
    ) -> dict[str, Any]:
        if path == "/cgi-bin/stable_token":
            return self._stable(json.loads(body))
        self.check_token(query)
        match path:
            case "/cgi-bin/media/upload":
                return self.upload(body)
            case "/cgi-bin/message/custom/typing":
                self.typing.append(json.loads(body)["touser"])
                return {}
            case "/cgi-bin/menu/create":
                self.menu = json.loads(body)["button"]
                return {}
            case "/cgi-bin/message/custom/send":
                return self._send(json.loads(body))
        raise RefusedError(40066, "invalid url")

    def _stable(self, asked: dict[str, Any]) -> dict[str, Any]:
        if (asked["appid"], asked["secret"]) != (APP_ID, APP_SECRET):
            raise RefusedError(40125, "invalid appsecret")
        if asked["force_refresh"]:
            self.new_token()
        return self.stable_token()

    def _send(self, message: dict[str, Any]) -> dict[str, Any]:
        if not self.may_send:
            raise RefusedError(48001, "api unauthorized")
        user, kind = message["touser"], message["msgtype"]
        content = message[kind]
        if kind == "text" and len(content["content"].encode()) > 2048:
            raise RefusedError(45002, "content size out of limit")
        if kind == "image":
            self.check_media(content["media_id"])
        if kind == "msgmenu" and not self.menus:
            raise RefusedError(40200, "invalid account type")
        self._spend(user)
        number = f"sent-{next(self.numbers)}"
        self.delivered.append(Delivered(user, kind, content, number, self.clock()))
        return {}

    def _spend(self, user: str) -> None:
        windows = self.heard.get(user, {})
        still = [
            what
            for what in ("clicked", "written")
            if what in windows and self.clock() - windows[what][0] < _LASTS[what]
        ]
        if not still:
            raise RefusedError(45015, "response out of time limit or subscription is canceled")
        for what in still:
            at, left = windows[what]
            if left:
                windows[what] = (at, left - 1)
                return
        raise RefusedError(45047, "out of response count limit")
