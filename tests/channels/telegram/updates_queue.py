"""What customers do at the fake server, and how a bot hears of it: getUpdates or a webhook."""

import asyncio
import random
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.channels.telegram.chats import Chats
from tests.channels.telegram.ledger import BOT_ID, USERNAME, Params, Refused


@dataclass
class Updates(Chats):
    """`updates` wait to be fetched; they are `confirmed` by a higher offset."""

    updates: deque[Params] = field(default_factory=deque)
    confirmed: list[int] = field(default_factory=list)
    webhook: Params = field(default_factory=dict)
    conflicts: int = 0
    next_update: int = 5_000_001
    waiting: asyncio.Future[None] | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def push(self, **update: Any) -> Params:
        """Something happens; it waits until it is fetched and confirmed."""
        whole = {"update_id": self.next_update, **update}
        self.next_update += 1
        self.updates.append(whole)
        self.news.set()
        return whole

    def says(self, text: str, user: int = 77, **more: Any) -> Params:
        return self.push(message=self.message(text, user, **more))

    def message(self, text: str = "", user: int = 77, **more: Any) -> Params:
        self.next_message += 1
        found: Params = {
            "message_id": self.next_message,
            "date": 1_790_000_000,
            "chat": {"id": user, "type": "private"},
            "from": {"id": user, "is_bot": False, "first_name": "Li", "language_code": "zh-hans"},
        }
        if text:
            found["text"] = text
        if text.startswith("/"):
            length = len(text.split()[0])
            found["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return found | more

    def presses(self, data: str, user: int = 77, number: int | None = None) -> Params:
        """Press a button under a message the chat shows (the last one)."""
        shown = self.chats[user]
        under = number or max(shown, default=1)
        markup = shown.get(under, {}).get("reply_markup")
        message = self.message("…", user) | {"message_id": under}
        if markup:
            message["reply_markup"] = markup
        who = {"id": user, "is_bot": False, "first_name": "Li", "language_code": "zh-hans"}
        return self.push(
            callback_query={
                "id": f"q{self.next_update}",
                "from": who,
                "message": message,
                "data": data,
            }
        )

    def _getMe(self, params: Params) -> Params:
        return {"id": BOT_ID, "is_bot": True, "first_name": "Shop", "username": USERNAME}

    async def _getUpdates(self, params: Params) -> list[Params]:
        if self.webhook.get("url"):
            raise Refused(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        offset = int(params.get("offset", 0))
        while self.updates and self.updates[0]["update_id"] < offset:
            self.confirmed.append(self.updates.popleft()["update_id"])
        if self.waiting and not self.waiting.done():
            self.conflicts += 1
            self.waiting.set_exception(
                Refused(
                    409,
                    "Conflict: terminated by other getUpdates request; "
                    "make sure that only one bot instance is running",
                )
            )
        if not self.updates and float(params.get("timeout", 0)):
            await self._wait(float(params["timeout"]))
        return list(self.updates)[:100]

    async def _wait(self, seconds: float) -> None:
        mine = self.waiting = asyncio.get_running_loop().create_future()
        self.news.clear()
        news = asyncio.ensure_future(self.news.wait())
        try:
            await asyncio.wait({mine, news}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if mine.done():
                mine.result()
        finally:
            news.cancel()
            if self.waiting is mine:
                self.waiting = None
            if not mine.done():
                mine.cancel()

    def _setWebhook(self, params: Params) -> bool:
        if not params["url"].startswith("https://"):
            raise Refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided")
        self.webhook = dict(params)
        return True

    def _deleteWebhook(self, params: Params) -> bool:
        self.webhook = {}
        return True

    def _getWebhookInfo(self, params: Params) -> Params:
        found: Params = {"url": self.webhook.get("url", ""), "has_custom_certificate": False}
        found["pending_update_count"] = len(self.updates)
        return found | self.webhook.get("info", {})

    async def deliver(
        self, updates: list[Params], connections: int = 40, doubled: float = 0.2, seed: int = 1
    ) -> list[int]:
        """Call the webhook for each update, shuffled, a share of them twice, until it answers 2xx;
        every status it answered.
        """
        chance = random.Random(seed)
        queue = [u for u in updates for _ in range(2 if chance.random() < doubled else 1)]
        chance.shuffle(queue)
        address = self.webhook["local"]
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook["secret_token"]}
        statuses: list[int] = []

        async def connection(client: httpx.AsyncClient) -> None:
            nonlocal address
            while queue:
                update = queue.pop()
                # A bot that is started anew sets its webhook anew, at the same place.
                address = self.webhook.get("local", address)
                try:
                    answer = await client.post(address, json=update, headers=headers)
                    statuses.append(answer.status_code)
                    if answer.is_success:
                        continue
                except httpx.HTTPError:
                    statuses.append(0)
                await asyncio.sleep(0.02)
                queue.append(update)

        # A busy machine may be slow to answer; only a connection that ends counts as 0.
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            await asyncio.gather(*(connection(client) for _ in range(connections)))
        return statuses
