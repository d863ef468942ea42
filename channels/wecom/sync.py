"""Fetching the messages of WeChat customer service: a call only says that there are some."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from agent.channel import DeliveryError
from agent.channel_state import Hold, Leases, Notebook
from channels.wechat.api import Api
from channels.wechat.errors import RefusalError
from channels.wecom.service_updates import Told, told

_LOG = logging.getLogger(__name__)
_STALE_TOKEN: Final = 95007
_TOKEN_LASTS = timedelta(minutes=9)
_FIRST_LOOK_BACK = timedelta(minutes=10)
_LONGEST_PAUSE = 60.0

Heard = Callable[[Told], Awaitable[None]]


@dataclass(frozen=True)
class Sync:
    """Reads on from a saved cursor; the cursor moves when what was read is saved."""

    bot: str
    open_kfid: str
    api: Api
    notebook: Notebook
    leases: Leases
    clock: Callable[[], datetime]
    look_seconds: float = 1.0
    anyway_seconds: float = 600.0
    called: asyncio.Event = field(default_factory=asyncio.Event)

    async def call(self, token: str) -> None:
        """WeCom says that there are messages; from now on they will be fetched."""
        await self.notebook.put(self.bot, "call", f"{self.clock().isoformat()} {token}")
        self.called.set()

    async def run(self, heard: Heard) -> None:
        """Fetch until cancelled, as long as this process is the one that does."""
        while True:
            async with self.leases.hold(f"sync:{self.bot}") as hold:
                working = asyncio.create_task(self._work(heard, hold))
                losing = asyncio.create_task(hold.wait_lost())
                try:
                    await asyncio.wait({working, losing}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    working.cancel()
                    losing.cancel()
                    await asyncio.gather(working, losing, return_exceptions=True)
                if not working.cancelled():
                    working.result()

    async def fetch(self, heard: Heard) -> None:
        """Everything since the cursor.

        Raises:
            RefusalError: WeCom says no.
            TryAgainError: WeCom was not reached.
        """
        since = await self._since()
        more = True
        while more:
            answer = await self._page()
            for message in answer.get("msg_list") or ():
                one = told(message if isinstance(message, dict) else {})
                if one.update.at >= since:
                    await heard(one)
            cursor = str(answer.get("next_cursor") or "")
            if cursor:
                await self.notebook.put(self.bot, "cursor", cursor)
            more = bool(answer.get("has_more") and cursor)

    async def _since(self) -> datetime:
        """Older messages are left alone: WeCom tells three days of them at the very first time,
        which people have seen to.
        """
        note = await self.notebook.get(self.bot, "since")
        if note:
            return datetime.fromisoformat(note)
        since = self.clock() - _FIRST_LOOK_BACK
        await self.notebook.put(self.bot, "since", since.isoformat())
        return since

    async def _work(self, heard: Heard, hold: Hold) -> None:
        seen, failures = "", 0
        while not hold.lost:
            self.called.clear()
            latest = await self.notebook.get(self.bot, "call") or ""
            try:
                await self.fetch(heard)
            except (RefusalError, DeliveryError, SQLAlchemyError) as error:
                failures += 1
                pause = min(2.0 ** (failures - 1), _LONGEST_PAUSE)
                _LOG.warning("%s: no messages fetched, again in %s s: %s", self.bot, pause, error)
                await asyncio.sleep(pause)
                continue
            seen, failures = latest, 0
            await self._called_again(seen)

    async def _called_again(self, seen: str) -> None:
        """Wait until WeCom has called, perhaps another process; not for ever, calls get lost."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self.anyway_seconds
        while loop.time() < until and not self.called.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.called.wait(), self.look_seconds)
            if (await self.notebook.get(self.bot, "call") or "") != seen:
                return

    async def _page(self) -> dict[str, Any]:
        asked = {
            "cursor": await self.notebook.get(self.bot, "cursor") or "",
            "limit": 1000,
            "open_kfid": self.open_kfid,
        }
        token = await self._token()
        if not token:
            return await self.api.ask("/cgi-bin/kf/sync_msg", asked)
        try:
            return await self.api.ask("/cgi-bin/kf/sync_msg", {**asked, "token": token})
        except RefusalError as refusal:
            if refusal.code != _STALE_TOKEN:
                raise
        return await self.api.ask("/cgi-bin/kf/sync_msg", asked)

    async def _token(self) -> str:
        """What the last call gave, while it is good: without it WeCom allows few requests."""
        at, _, token = (await self.notebook.get(self.bot, "call") or "").partition(" ")
        if not token or self.clock() - datetime.fromisoformat(at) > _TOKEN_LASTS:
            return ""
        return token
