"""Compares what the provider, the log, the outbox and the shop each say happened."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from agent.database import Database
from agent.delivery_tables import conversations, inbox, outbox
from agent.log import events
from tests.delivery.fakes import Provider
from tools.store import payment_links, placements

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Record:
    """The database's side of it."""

    inbox: Rows
    outbox: Rows
    conversations: Rows
    events: Rows
    placements: Rows
    links: Rows

    @classmethod
    async def of(cls, database: Database) -> "Record":
        tables = (
            inbox.select().order_by(inbox.c.number),
            outbox.select().order_by(outbox.c.number),
            conversations.select(),
            select(events).order_by(events.c.conversation, events.c.seq),
            placements.select(),
            payment_links.select(),
        )
        async with database.reading() as connection:
            found = [
                [dict(row) for row in (await connection.execute(query)).mappings()]
                for query in tables
            ]
        return cls(*found)

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do."""
        return all(row["state"] == "done" for row in self.inbox) and not any(
            row["state"] in {"waiting", "sending"} for row in self.outbox
        )


def faults(provider: Provider, record: Record, *, repeatable: bool) -> list[str]:
    """What was lost, doubled or out of order; nothing if all is well."""
    return [
        *_inbox_faults(provider, record),
        *turn_faults(record),
        *_sequence_faults(record),
        *_letter_faults(provider, record, repeatable=repeatable),
        *_order_faults(provider),
        *shop_faults(record),
    ]


def _inbox_faults(provider: Provider, record: Record) -> list[str]:
    written = Counter(line["id"] for line in provider.written)
    saved = Counter(row["message_id"] for row in record.inbox)
    found = [f"message {name} was lost" for name in written - saved]
    found += [f"message {name} was saved twice" for name in saved - written]
    found += [
        f"message {row['message_id']} was left" for row in record.inbox if row["state"] != "done"
    ]
    return found


def turn_faults(record: Record) -> list[str]:
    """Every message in exactly one turn that ended, every turn ended once."""
    taken: Counter[int] = Counter()
    ended: Counter[tuple[str, int]] = Counter()
    for event in record.events:
        body = json.loads(event["body"])
        if event["kind"] in {"message", "said"}:
            taken.update(body.get("inbox", ()))
        if event["kind"] in {"reply", "failed"}:
            ended[event["conversation"], event["turn"]] += 1
    found = [
        f"message {row['number']} is in {taken[row['number']]} turns"
        for row in record.inbox
        if taken[row["number"]] != 1
    ]
    return found + [
        f"turn {turn} ended {count} times" for turn, count in ended.items() if count > 1
    ]


def _sequence_faults(record: Record) -> list[str]:
    """Within a conversation messages are read in the order they were written."""
    written = {row["number"]: int(row["message_id"]) for row in record.inbox}
    last: dict[str, int] = {}
    found = []
    for event in record.events:
        if event["kind"] not in {"message", "said"}:
            continue
        for number in json.loads(event["body"]).get("inbox", ()):
            if written[number] < last.get(event["conversation"], 0):
                found.append(f"message {written[number]} was read after a later one")
            last[event["conversation"]] = written[number]
    return found


def _letter_faults(provider: Provider, record: Record, *, repeatable: bool) -> list[str]:
    """What the provider accepted is what is on record, but for what is shown as unknown."""
    accepted = Counter(line["key"] for line in provider.accepted)
    if repeatable:
        accepted = Counter(dict.fromkeys(accepted, 1))
    states = {row["key"]: row["state"] for row in record.outbox}
    found = [f"{key} was accepted {count} times" for key, count in accepted.items() if count > 1]
    found += [f"{key} was accepted without a letter" for key in accepted if key not in states]
    found += [
        f"{key} is {state}"
        for key, state in states.items()
        if state not in {"sent", "delivery_unknown"}
    ]
    found += [
        f"{key} was not accepted"
        for key, state in states.items()
        if state == "sent" and not accepted[key]
    ]
    replies = sum(event["kind"] in {"reply", "failed"} for event in record.events)
    said = sum(event["kind"] == "said" for event in record.events)
    if len(states) != replies + said:
        found.append(f"{replies} replies and {said} asides became {len(states)} letters")
    return found


def _order_faults(provider: Provider) -> list[str]:
    """Within a chat, turns arrive in their order."""
    last: dict[str, int] = {}
    found = []
    for line in provider.accepted:
        if line["turn"] < last.get(line["chat"], 0):
            found.append(f"{line['chat']}: turn {line['turn']} after {last[line['chat']]}")
        last[line["chat"]] = line["turn"]
    return found


def shop_faults(record: Record) -> list[str]:
    """One order for each purchase that was confirmed, one live link for each order."""
    live = Counter(row["order_id"] for row in record.links if row["state"] == "live")
    found = [f"order {name} has {count} live links" for name, count in live.items() if count > 1]
    confirmed = sum(
        event["kind"] == "tool" and "confirmed" in json.loads(event["body"])
        for event in record.events
    )
    if len(record.placements) != confirmed:
        found.append(f"{confirmed} confirmations made {len(record.placements)} orders")
    return found
