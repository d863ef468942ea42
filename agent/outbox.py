"""What is to be sent: written in the transaction that decides it, sent by `agent.sender`."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import RowMapping, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.channel import Channel, Parcel
from agent.database import Database, insert_new
from agent.delivery_tables import conversations, effects, outbox, shown_links
from agent.log import append_beside
from agent.phrases import ASIDES
from agent.reply import Paid, Reply, aside
from agent.speaking import spoken_in
from agent.streams import Streams
from agent.wakeups import Wakeups, outgoing
from knowledge.brand import Language
from tools.money import decimal_text, display

Author = Literal["bot", "notice", "operator"]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes, and which conversation it belongs to.

    `on_record`: it arrives by being on record, as in a web chat; nobody has to send it.
    """

    bot: str
    chat: str
    conversation: str
    on_record: bool = False

    @classmethod
    def of(cls, channel: Channel, bot: str, chat: str, conversation: str) -> "Address":
        """Of a chat on this channel, which may say `on_record = True` of itself."""
        return cls(bot, chat, conversation, getattr(channel, "on_record", False))

    async def tell(self, streams: Streams) -> None:
        """Something was put into the outbox: wake who sends it or shows it."""
        if self.on_record:
            await streams.publish(spoken_in(self.bot, self.chat), {"kind": "sent"})
        else:
            await Wakeups(streams).ring(outgoing(self.bot))


@dataclass(frozen=True, slots=True)
class PaidNotice:
    """A provider's word, already verified, that a link was paid."""

    token: str
    order_id: str
    amount_cents: int
    currency: str


async def post(  # noqa: PLR0913 - an envelope has that much on it
    connection: AsyncConnection,
    to: Address,
    parcels: Sequence[Parcel],
    key: str,
    at: datetime,
    turn: int = 0,
    author: Author = "bot",
) -> int:
    """Put parcels into the outbox, once per key; how many are new."""
    rows = [
        {
            "key": f"{key}:{place}",
            "bot": to.bot,
            "chat": to.chat,
            "conversation": to.conversation,
            "turn": turn,
            "place": place,
            "author": author,
            "parcel": json.dumps(parcel, ensure_ascii=False),
            "state": "sent" if to.on_record else "waiting",
            "tries": 0,
            "claim": 0,
            "next_at": at,
            "created_at": at,
            "updated_at": at,
        }
        for place, parcel in enumerate(parcels)
    ]
    if not rows:
        return 0
    posted = await connection.execute(insert_new(connection, outbox).values(rows))
    return posted.rowcount


def paid_key(token: Any) -> Any:
    """Under which it is noted that a payment was announced: of a token, or of a column of them."""
    return "paid:" + token


@dataclass(frozen=True)
class Announcer:
    """Says something to a customer without having been asked."""

    database: Database
    channels: Mapping[str, Channel]
    languages: Mapping[str, Language]
    streams: Streams
    clock: Callable[[], datetime]

    async def announce(self, conversation: str, text: str, key: str) -> bool:
        """Say it once per key; false if it was said before, or there is nobody to say it to.

        Where a person has taken the conversation over it is only written into the log.
        """

        def words(language: Language) -> tuple[str, Paid | None]:
            del language
            return text, None

        return await self._say(conversation, f"said:{key}", "said", words)

    async def paid(self, notice: PaidNotice) -> bool:
        """Tell the customer who was shown the link that it is paid, once however often told."""
        query = (
            select(shown_links.c.conversation)
            .where(shown_links.c.token == notice.token)
            .order_by(shown_links.c.shown_at.desc())
            .limit(1)
        )
        async with self.database.reading() as connection:
            conversation = await connection.scalar(query)
        if conversation is None:
            return False
        paid = Paid(
            token=notice.token,
            order_id=notice.order_id,
            amount=decimal_text(notice.amount_cents),
            currency=notice.currency,
        )

        def words(language: Language) -> tuple[str, Paid]:
            amount = display(notice.amount_cents, notice.currency, language)
            said = ASIDES[language]["paid"].format(order_id=notice.order_id, amount=amount)
            return said, paid

        return await self._say(conversation, paid_key(notice.token), "paid", words)

    async def _say(
        self,
        conversation: str,
        key: str,
        kind: str,
        words: Callable[[Language], tuple[str, Paid | None]],
    ) -> bool:
        now = self.clock()
        async with self.database.writing() as connection:
            row = await _locked(connection, conversation)
            if row is None or not await _first(connection, key, now):
                return False
            channel = self.channels[row["bot"]]
            to = Address.of(channel, row["bot"], row["chat"], conversation)
            language: Language = row["language"] or self.languages[row["brand"]]
            text, paid = words(language)
            reply = aside(conversation, text, language, paid=paid)
            body = {"text": text, "key": key, "sent": row["state"] != "taken_over"}
            details = paid.model_dump() if paid else {}
            await append_beside(connection, conversation, kind, now, {**body, **details})
            changing = update(conversations).where(conversations.c.id == conversation)
            await connection.execute(changing.values(updated_at=now))
            if body["sent"]:
                parcels = channel.parcels(reply)
                await post(connection, to, parcels, key, now, author="notice")
        await to.tell(self.streams)
        return True


async def shown(connection: AsyncConnection, reply: Reply, at: datetime) -> None:
    """Remember who was shown the reply's payment link."""
    if reply.payment is None:
        return
    token = reply.payment.url.rstrip("/").rpartition("/")[2]
    row = {"token": token[:64], "conversation": reply.conversation, "shown_at": at}
    await connection.execute(insert_new(connection, shown_links).values(row))


async def _locked(connection: AsyncConnection, conversation: str) -> RowMapping | None:
    query = select(conversations).where(conversations.c.id == conversation).with_for_update()
    return (await connection.execute(query)).mappings().first()


async def _first(connection: AsyncConnection, key: str, at: datetime) -> bool:
    row = {"key": key, "wanted": "{}", "state": "done", "intended_at": at, "done_at": at}
    return bool((await connection.execute(insert_new(connection, effects).values(row))).rowcount)
