"""A channel, a provider and a model that keep ledgers of their own in files."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent.channel import Inbound, Inbox, Parcel
from agent.model import Completion, OnText, Request
from agent.reply import Reply
from tests.agent.conftest import calls, points_at


def append(file: Path, line: dict[str, Any]) -> None:
    """One line at the end, whole, even if the process is killed the moment after."""
    text = json.dumps(line, ensure_ascii=False) + "\n"
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(handle, text.encode())
    finally:
        os.close(handle)


def lines_of(file: Path) -> list[dict[str, Any]]:
    """What was written there so far."""
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


async def eventually(look: Callable[[], Awaitable[bool]], seconds: float = 20.0) -> None:
    """Wait until what is looked for is there."""
    async with asyncio.timeout(seconds):
        while not await look():  # noqa: ASYNC110 - another process may bring it about
            await asyncio.sleep(0.02)


@dataclass
class Provider:
    """A messaging provider: what customers wrote, what was acknowledged, what it accepted.

    It hands a message out again and again until it is acknowledged.
    """

    folder: Path

    @property
    def written(self) -> list[dict[str, Any]]:
        return lines_of(self.folder / "written.jsonl")

    @property
    def acknowledged(self) -> list[str]:
        return [line["id"] for line in lines_of(self.folder / "acknowledged.jsonl")]

    @property
    def accepted(self) -> list[dict[str, Any]]:
        return lines_of(self.folder / "accepted.jsonl")

    def write(self, chat: str, text: str, **more: Any) -> str:
        """A customer writes."""
        number = str(len(self.written) + 1)
        at = datetime.now(UTC).isoformat()  # noqa: TID251 - what the provider's clock says
        line = {"id": number, "chat": chat, "text": text, "kind": "text", "rest": "", "at": at}
        line |= more
        append(self.folder / "written.jsonl", line)
        return number

    def acknowledge(self, number: str) -> None:
        append(self.folder / "acknowledged.jsonl", {"id": number})

    def accept(self, chat: str, parcel: Parcel, key: str) -> str:
        """A message reaches the customer."""
        append(self.folder / "accepted.jsonl", {"chat": chat, "key": key, **parcel})
        return f"p-{key}"


@dataclass
class LedgerChannel:
    """A channel over a provider. `answers` are what sends end with, in turn; then all is well."""

    bot: str
    provider: Provider
    repeatable: bool = False
    customer: str | None = "u-1"
    answers: list[Exception | None] = field(default_factory=list)
    watched: list[tuple[str, str]] = field(default_factory=list)
    hold: asyncio.Event | None = None
    parcels_each: int = 1

    def parcels(self, reply: Reply) -> Sequence[Parcel]:
        about: dict[str, Any] = {
            "turn": reply.turn,
            "text": reply.text,
            "conversation": reply.conversation,
        }
        if reply.payment:
            about["url"] = reply.payment.url
        return [{**about, "part": part} for part in range(self.parcels_each)]

    async def send(self, chat: str, parcel: Parcel, key: str) -> str:
        if self.hold:
            await self.hold.wait()
        answer = self.answers.pop(0) if self.answers else None
        if answer:
            raise answer
        return self.provider.accept(chat, parcel, key)

    async def watch(self, chat: str, sentences: AsyncIterator[str]) -> None:
        async for sentence in sentences:
            self.watched.append((chat, sentence))

    async def receive(self, inbox: Inbox) -> None:
        while True:
            known = set(self.provider.acknowledged)
            for line in self.provider.written:
                if line["id"] not in known:
                    await inbox.put(self.inbound(line))
                    self.provider.acknowledge(line["id"])
            await asyncio.sleep(0.05)

    def inbound(self, line: dict[str, Any]) -> Inbound:
        return Inbound(
            bot=self.bot,
            chat=line["chat"],
            message_id=line["id"],
            at=datetime.fromisoformat(line["at"]),
            kind=line["kind"],
            text=line["text"],
            rest=line["rest"],
            customer=self.customer,
        )


@dataclass
class RuleModel:
    """Decides by a word of the message, so that the same question has the same answer."""

    spec: str = "scripted:rules"
    seconds: float = 0.0
    trouble: Callable[[], None] = lambda: None
    asked: list[str] = field(default_factory=list)

    async def complete(self, request: Request, on_text: OnText | None = None) -> Completion:
        said = request.messages[-1].text
        self.asked.append(said)
        self.trouble()
        await asyncio.sleep(self.seconds)
        return Completion(self._answer(request, said), "stop", 10, 5, 1.0, 2.0)

    async def close(self) -> None:
        pass

    def _answer(self, request: Request, said: str) -> str:
        if request.schema and "资料" in request.schema.get("properties", {}):
            return points_at(1)
        last = said.rpartition("顾客：")[2]
        rules = {
            "买": calls("buy"),
            "付": calls("pay"),
            "LA": calls("lookup_order"),
            "订单": calls("list_orders"),
            "退": calls(f"search:{last.strip()}"),
        }
        greeting = '{"talk":"greeting"}'
        return next((rule for word, rule in rules.items() if word in last), greeting)
