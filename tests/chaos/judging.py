"""Compares what customers said, what providers showed them, and what is on record."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.channels.telegram.markup import shown_text
from tests.channels.wechat.provider import Delivered
from tests.chaos.customers import Said
from tests.chaos.outside import Outside
from tests.delivery.checker import Record, Rows, shop_faults, turn_faults

LOST, TWICE, LINKS = "messages lost", "turns applied twice", "double payment links"
DOUBLED, WEB = "replies doubled", "replies doubled on web"
ORDER = "out of order"
KINDS = (LOST, TWICE, LINKS, WEB, DOUBLED, ORDER)
Histories = Mapping[str, list[dict[str, Any]]]


@dataclass
class Verdict:
    """What went wrong, by kind, and how many letters are shown as unknown."""

    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    unknown_arrived: int = 0
    unknown_lost: int = 0

    def add(self, kind: str, found: Iterable[str]) -> None:
        """These are faults of this kind."""
        self.faults[kind] += found

    @property
    def all(self) -> list[str]:
        """Every fault in words."""
        return [f"{kind}: {one}" for kind, found in self.faults.items() for one in found]

    def count(self, kind: str) -> int:
        """How many of a kind."""
        return len(self.faults[kind])


def judged(
    outside: Outside, said: list[Said], record: Record, histories: Histories | None = None
) -> Verdict:
    """The verdict over everything that happened."""
    verdict = Verdict()
    verdict.add(LOST, _unheard(said, record))
    verdict.add(TWICE, turn_faults(record))
    verdict.add(LOST, _unanswered(record))
    verdict.add(LINKS, [*shop_faults(record), *_links(record)])
    _telegram(verdict, outside, record)
    _wechat(verdict, outside, record)
    for chat, events in (histories or {}).items():
        _page(verdict, chat, events, record)
    verdict.add(ORDER, _order(said, record))
    return verdict


def _unheard(said: list[Said], record: Record) -> list[str]:
    """What was acknowledged is saved once, and was dealt with."""
    acknowledged = {(one.bot, one.message_id) for one in said}
    saved = Counter((row["bot"], row["message_id"]) for row in record.inbox)
    found = [f"{name} is not on record" for name in acknowledged - saved.keys()]
    found += [f"{name} was saved {count} times" for name, count in saved.items() if count > 1]
    left = [row for row in record.inbox if row["state"] != "done"]
    return found + [f"{row['bot']} {row['message_id']} was left" for row in left]


def _unanswered(record: Record) -> list[str]:
    """Every turn's reply is a letter, and no letter was given up."""
    keys = {row["key"].rpartition(":")[0] for row in record.outbox}
    found = [
        f"{event['conversation']}: the reply of turn {event['turn']} is no letter"
        for event in record.events
        if event["kind"] == "reply" and f"{event['conversation']}:{event['turn']}" not in keys
    ]
    found += [
        f"{row['bot']} {row['key']} is {row['state']}: {row['error']}"
        for row in record.outbox
        if row["state"] not in {"sent", "delivery_unknown"}
    ]
    return found + [
        f"{event['conversation']}: turn {event['turn']} failed"
        for event in record.events
        if event["kind"] == "failed"
    ]


def _links(record: Record) -> list[str]:
    """One link for each order made here, shown in one letter; one thank-you for each payment."""
    made = {row["order_id"] for row in record.placements}
    links = Counter(row["order_id"] for row in record.links)
    found = [f"order {name} has {links[name]} links" for name in made if links[name] != 1]
    shown = Counter(
        json.loads(row["parcel"])["payment"]["url"]
        for row in record.outbox
        if json.loads(row["parcel"]).get("payment")
    )
    found += [f"{url} is in {count} letters" for url, count in shown.items() if count > 1]
    paid = {row["token"] for row in record.links if row["state"] == "paid"}
    thanked = Counter(
        json.loads(event["body"])["token"] for event in record.events if event["kind"] == "paid"
    )
    return found + [
        f"payment {token[:8]} was announced {thanked[token]} times"
        for token in paid | thanked.keys()
        if thanked[token] != 1
    ]


def _telegram(verdict: Verdict, outside: Outside, record: Record) -> None:
    """Every message in a chat is that of one letter, or of one that is shown as unknown."""
    letters: dict[str, Rows] = defaultdict(list)
    for row in record.outbox:
        if row["bot"] == "telegram":
            letters[row["chat"]].append(row)
    for chat, rows in letters.items():
        left = dict(outside.telegram.chats[int(chat)])
        for row in rows:
            numbers = [int(n) for n in (row["provider_id"] or "").split(",") if n]
            if row["state"] == "sent" and not all(left.pop(n, None) for n in numbers):
                verdict.add(LOST, [f"telegram {row['key']} is sent, but not in the chat"])
        unknown = [_words(row) for row in rows if row["state"] == "delivery_unknown"]
        for message in left.values():
            text = message.get("text", "")
            if text in unknown:
                unknown.remove(text)
                verdict.unknown_arrived += 1
            else:
                verdict.add(DOUBLED, [f"telegram {chat} also shows {text[:40]!r}"])
        verdict.unknown_lost += len(unknown)


def _words(row: dict[str, Any]) -> str:
    return shown_text(json.loads(row["parcel"]).get("html", ""), "HTML").strip()


def _wechat(verdict: Verdict, outside: Outside, record: Record) -> None:
    """The same for the providers that give messages no number of their own."""
    for bots, ledger in (
        ({"wechat"}, outside.wechat.delivered),
        ({"desk", "care"}, outside.wecom.delivered),
    ):
        arrived = Counter((one.to, _content(one)) for one in ledger)
        rows = [row for row in record.outbox if row["bot"] in bots]
        sent = Counter((r["chat"], _parcel(r)) for r in rows if r["state"] == "sent")
        unknown = Counter((r["chat"], _parcel(r)) for r in rows if r["state"] == "delivery_unknown")
        verdict.add(LOST, [f"{one} is sent, but did not arrive" for one in sent - arrived])
        more = arrived - sent
        verdict.add(DOUBLED, [f"{one} also arrived" for one in more - unknown])
        verdict.unknown_arrived += (more & unknown).total()
        verdict.unknown_lost += (unknown - more).total()


def _content(one: Delivered) -> str:
    names = {"text": "content", "msgmenu": "head_content", "textcard": "title"}
    return str(one.content[names[one.kind]]) if one.kind in names else one.kind


def _parcel(row: dict[str, Any]) -> str:
    parcel = json.loads(row["parcel"])
    names = {"text": "text", "menu": "head", "card": "title"}
    return str(parcel[names[parcel["kind"]]]) if parcel["kind"] in names else str(parcel["kind"])


def _page(verdict: Verdict, chat: str, events: list[dict[str, Any]], record: Record) -> None:
    """A page shows every letter of its chat once, and every line of the visitor."""
    replies = Counter(event["key"] for event in events if event["type"] != "message")
    rows = {row["key"] for row in record.outbox if row["bot"] == "web" and row["chat"] == chat}
    verdict.add(WEB, [f"{chat} {key} {n} times" for key, n in replies.items() if n > 1])
    turns = Counter(event["turn"] for event in events if event["type"] == "reply")
    verdict.add(WEB, [f"{chat} turn {turn} {n} times" for turn, n in turns.items() if n > 1])
    verdict.add(LOST, [f"{chat} does not show {key}" for key in rows - replies.keys()])


def _order(said: list[Said], record: Record) -> list[str]:
    """In each chat, what was said is read in the order it was said in."""
    place = {(one.bot, one.message_id): number for number, one in enumerate(said)}
    inbox = {row["number"]: row for row in record.inbox}
    last: dict[tuple[str, str], int] = {}
    found = []
    for event in record.events:
        if event["kind"] != "message":
            continue
        for number in json.loads(event["body"]).get("inbox", ()):
            row = inbox[number]
            now = place.get((row["bot"], row["message_id"]), -1)
            chat = (row["bot"], row["chat"])
            if 0 <= now < last.get(chat, -1):
                found.append(f"{chat}: {row['text']!r} was read after a later line")
            last[chat] = max(now, last.get(chat, -1))
    return found
