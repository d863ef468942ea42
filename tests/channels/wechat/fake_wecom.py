"""WeCom: an app's messages, and WeChat customer service with its sessions and its sync_msg."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.channels.wechat.provider import Delivered, Provider, RefusedError

CORP_ID, CORP_SECRET = "ww0123456789abcdef", "corp-secret"
AGENT_ID, OPEN_KFID = 1000002, "wkAJ2GCAAAZSfhHCt7IFSvLKtMPxyJTw"
_MESSAGE_ID = re.compile(r"[0-9a-zA-Z_-]{1,32}")
_PAGE = 3


@dataclass
class FakeWeCom(Provider):
    """`inbox` is what customers wrote, oldest first; a cursor is a place in it."""

    members: frozenset[str] = frozenset({"zhangsan", "lisi"})
    inbox: list[dict[str, Any]] = field(default_factory=list)
    sessions: dict[str, int] = field(default_factory=dict)
    allowed: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    used_ids: set[str] = field(default_factory=set)
    welcome: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    sync_tokens: dict[str, datetime] = field(default_factory=dict)
    moves: list[tuple[str, int]] = field(default_factory=list)

    def write(self, user: str, text: str, **more: Any) -> dict[str, Any]:
        """A customer writes: he may be answered, and his session opens if it was over."""
        self.allowed[user] = (self.clock(), 5)
        if self.sessions.get(user, 4) == 4:
            self.sessions[user] = 0
        return self._tell(
            msgtype="text", text={"content": text, **more}, external_userid=user, origin=3
        )

    def enter(self, user: str, scene_param: str = "") -> str:
        """A customer opens the chat; the code that welcomes him once."""
        code = f"welcome-{next(self.numbers)}"
        self.welcome[code] = (user, self.clock() + timedelta(seconds=20))
        event = {
            "event_type": "enter_session",
            "external_userid": user,
            "scene_param": scene_param,
            "welcome_code": code,
        }
        self._tell(msgtype="event", origin=4, event=event)
        return code

    def person_takes(self, user: str) -> None:
        self.sessions[user] = 3
        self._status(user, 1)

    def person_ends(self, user: str) -> None:
        self.sessions[user] = 4
        self._status(user, 3)

    def call_token(self) -> str:
        """What the callback carries; good for ten minutes."""
        token = f"sync-{next(self.numbers)}"
        self.sync_tokens[token] = self.clock() + timedelta(minutes=10)
        return token

    async def answer(
        self, method: str, path: str, query: Mapping[str, str], body: bytes
    ) -> dict[str, Any]:
        if path == "/cgi-bin/gettoken":
            if (query["corpid"], query["corpsecret"]) != (CORP_ID, CORP_SECRET):
                raise RefusedError(40001, "invalid credential")
            return self.stable_token()
        self.check_token(query)
        if path == "/cgi-bin/media/upload":
            return self.upload(body)
        asked = json.loads(body)
        does = {
            "/cgi-bin/message/send": self._app_send,
            "/cgi-bin/kf/sync_msg": self._sync,
            "/cgi-bin/kf/send_msg": self._service_send,
            "/cgi-bin/kf/send_msg_on_event": self._welcome,
            "/cgi-bin/kf/service_state/get": self._session,
            "/cgi-bin/kf/service_state/trans": self._move,
        }.get(path)
        if does is None:
            raise RefusedError(40066, "invalid url")
        return does(asked)

    def _session(self, asked: dict[str, Any]) -> dict[str, Any]:
        return {"service_state": self.sessions.get(asked["external_userid"], 0)}

    def _app_send(self, asked: dict[str, Any]) -> dict[str, Any]:
        user, kind = asked["touser"], asked["msgtype"]
        if asked["agentid"] != AGENT_ID:
            raise RefusedError(40056, "invalid agentid")
        if user not in self.members:
            return {"invaliduser": user, "msgid": "none"}
        self._content(kind, asked[kind])
        return {"msgid": self._deliver(user, kind, asked[kind], f"app-{next(self.numbers)}")}

    def _service_send(self, asked: dict[str, Any]) -> dict[str, Any]:
        user, kind, number = asked["touser"], asked["msgtype"], asked["msgid"]
        if asked["open_kfid"] != OPEN_KFID:
            raise RefusedError(95000, "invalid open_kfid")
        if not _MESSAGE_ID.fullmatch(number):
            raise RefusedError(40058, "invalid msgid")
        if number in self.used_ids:
            raise RefusedError(95032, "duplicate msgid")
        if self.sessions.get(user, 4) not in {0, 1}:
            raise RefusedError(95018, "send msg session status invalid")
        self._content(kind, asked[kind])
        at, left = self.allowed.get(user, (self.clock(), 0))
        if self.clock() - at >= timedelta(hours=48):
            raise RefusedError(95002, "out of 48 hours")
        if not left:
            raise RefusedError(95001, "send msg count limit")
        self.allowed[user] = (at, left - 1)
        return {"msgid": self._deliver(user, kind, asked[kind], number)}

    def _welcome(self, asked: dict[str, Any]) -> dict[str, Any]:
        user, until = self.welcome.pop(asked["code"], ("", self.clock()))
        if self.clock() >= until:
            raise RefusedError(95007, "invalid code")
        kind = asked["msgtype"]
        return {"msgid": self._deliver(user, kind, asked[kind], asked["msgid"])}

    def _content(self, kind: str, content: dict[str, Any]) -> None:
        if kind == "text" and len(content["content"].encode()) > 2048:
            raise RefusedError(45002, "content size out of limit")
        if kind == "image":
            self.check_media(content["media_id"])
        if kind == "msgmenu" and not 1 <= len(content["list"]) <= 10:
            raise RefusedError(95008, "menu items")

    def _deliver(self, user: str, kind: str, content: Any, number: str) -> str:
        self.used_ids.add(number)
        self.delivered.append(Delivered(user, kind, content, number, self.clock()))
        return number

    def _sync(self, asked: dict[str, Any]) -> dict[str, Any]:
        token = asked.get("token")
        if token is not None and self.sync_tokens.get(token, self.clock()) <= self.clock():
            raise RefusedError(95007, "invalid msg token")
        first = int(asked["cursor"] or 0)
        page = self.inbox[first : first + _PAGE]
        end = first + len(page)
        more = int(end < len(self.inbox))
        return {"next_cursor": str(end), "has_more": more, "msg_list": page}

    def _move(self, asked: dict[str, Any]) -> dict[str, Any]:
        user, state = asked["external_userid"], asked["service_state"]
        if self.sessions.get(user, 0) == 3 and state == 1:
            raise RefusedError(95016, "state cannot change so")
        self.sessions[user] = state
        self.moves.append((user, state))
        return {"msg_code": "code"}

    def _status(self, user: str, change: int) -> None:
        event = {
            "event_type": "session_status_change",
            "external_userid": user,
            "change_type": change,
        }
        self._tell(msgtype="event", origin=4, event=event)

    def _tell(self, **message: Any) -> dict[str, Any]:
        number = f"msg-{next(self.numbers)}"
        stamp = int(self.clock().timestamp())
        self.inbox.append({"msgid": number, "open_kfid": OPEN_KFID, "send_time": stamp, **message})
        return self.inbox[-1]
