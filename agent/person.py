"""What a person says in a bot's place: through the same outbox, on every channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.channel import Channel
from agent.delivery_tables import conversations
from agent.log import append_beside, next_seq
from agent.memory import PendingPurchase
from agent.outbox import Address, post, shown
from agent.reply import Image, Payment, aside
from agent.streams import Streams
from knowledge.brand import Language


class NotHisError(Exception):
    """The conversation is not his to answer: nobody took it over, or somebody else did."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is sent: text, and what the shop's own tools gave. `key` is the same for every try.

    `pending` is the purchase that the text sums up, for the customer to say yes to.
    """

    text: str
    key: str
    images: tuple[Image, ...] = ()
    payment: Payment | None = None
    pending: PendingPurchase | None = None


@dataclass(frozen=True)
class Person:
    """Speaks for operators. `channels` by bot."""

    channels: Mapping[str, Channel]
    streams: Streams

    async def say(
        self,
        connection: AsyncConnection,
        conversation: str,
        operator: str,
        words: Words,
        at: datetime,
    ) -> Address:
        """Write it into the log and the outbox; `tell` the address once that is committed.

        Raises:
            NotHisError: he has not taken the conversation over.
        """
        row = await _taken(connection, conversation, operator)
        channel = self.channels[row["bot"]]
        language: Language = row["language"] or "zh"
        reply = aside(conversation, words.text, language).model_copy(
            update={
                "images": words.images,
                "payment": words.payment,
                "awaits_confirmation": words.pending is not None,
                # A tap on its buttons says by this number which summary it answers.
                "turn": await next_seq(connection, conversation) if words.pending else 0,
            }
        )
        to = Address.of(channel, row["bot"], row["chat"], conversation)
        key = f"{conversation}:operator:{words.key}"
        new = await post(connection, to, channel.parcels(reply), key, at, author="operator")
        if new:
            await shown(connection, reply, at)
            body: dict[str, Any] = {"act": "say", "operator": operator, "key": key}
            body |= {"pending": words.pending.as_json} if words.pending else {}
            said = reply.model_dump(mode="json", include={"text", "images", "payment"})
            await append_beside(connection, conversation, "operator", at, {**body, **said})
            answered = update(conversations).where(conversations.c.id == conversation)
            await connection.execute(answered.values(first_unread_at=None, updated_at=at))
        return to


async def _taken(connection: AsyncConnection, conversation: str, operator: str) -> RowMapping:
    query = select(conversations).where(conversations.c.id == conversation).with_for_update()
    row = (await connection.execute(query)).mappings().first()
    if row is None or row["state"] != "taken_over" or row["operator"] != operator:
        raise NotHisError(f"{conversation} is not {operator}'s to answer")
    return row
