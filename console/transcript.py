"""What was said in a conversation, as the customer saw it, read from the log and the outbox."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import RowMapping, select

from agent.database import Database
from agent.delivery_tables import conversations, inbox, outbox
from agent.log import Event, Log

Who = Literal["customer", "bot", "notice", "operator", "mark"]
# The worst of a reply's parcels is what is said of it.
_WORST = ("cancelled", "dead", "delivery_unknown", "sending", "waiting", "sent")


@dataclass(frozen=True, slots=True)
class Said:
    """One thing in the transcript. `mark`s are what happened beside the talk, by their act.

    `delivery` is the outbox's state; empty where the record of it is gone.
    """

    who: Who
    at: datetime
    seq: int
    turn: int
    text: str = ""
    kind: str = "text"
    operator: str = ""
    delivery: str = ""
    act: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation: its row (none if it was held without a channel), and all that was said."""

    id: str
    row: RowMapping | None
    events: tuple[Event, ...]
    said: tuple[Said, ...]

    @property
    def turns(self) -> tuple[int, ...]:
        """The turns there were."""
        return tuple(sorted({event.turn for event in self.events if event.kind == "message"}))

    def runs(self, number: int) -> bool:
        """Whether this turn is being run now."""
        held = self.row is not None and self.row["lease_owner"] is not None
        ended = any(e.turn == number and e.kind in {"reply", "failed"} for e in self.events)
        return held and not ended and number == max(self.turns, default=0)

    def mark(self, number: int) -> str:
        """Another one whenever there is more of this turn, or it ended."""
        last = max((event.seq for event in self.events if event.turn == number), default=0)
        return f"{number}.{last}.{int(self.runs(number))}"

    @property
    def state(self) -> str:
        """Whose it is now."""
        return str(self.row["state"]) if self.row else "closed"

    @property
    def brand(self) -> str:
        """The brand's id."""
        if self.row:
            return str(self.row["brand"])
        return next((str(e.body["brand"]) for e in self.events if e.kind == "message"), "")

    @property
    def customer(self) -> str | None:
        """Who he is, where that was proved."""
        if self.row:
            named = self.row["customer"]
        else:
            named = next((e.body["customer"] for e in self.events if e.kind == "message"), None)
        return None if named is None else str(named)


async def talk_of(database: Database, conversation: str) -> Talk | None:
    """A conversation by its id."""
    events = await Log(database.engine).read(conversation)
    async with database.reading() as connection:
        one = select(conversations).where(conversations.c.id == conversation)
        row = (await connection.execute(one)).mappings().first()
        came = select(inbox).where(inbox.c.conversation == conversation).order_by(inbox.c.number)
        incoming = (await connection.execute(came)).mappings().all()
        keyed = select(outbox.c.key, outbox.c.state).where(outbox.c.conversation == conversation)
        letters = {row.key: row.state for row in (await connection.execute(keyed)).all()}
    if row is None and not events:
        return None
    said = said_in(conversation, events, {one["number"]: one for one in incoming}, letters)
    return Talk(conversation, row, events, said)


def said_in(
    conversation: str,
    events: Iterable[Event],
    incoming: Mapping[int, Any],
    letters: Mapping[str, str],
) -> tuple[Said, ...]:
    """The transcript. The customer's words are those he typed, as long as the inbox has them."""
    told: set[int] = set()
    found: list[Said] = []
    for event in events:
        numbers = [n for n in event.body.get("inbox", ()) if n not in told]
        told.update(numbers)
        found.extend(_customer(event, [incoming[n] for n in numbers if n in incoming]))
        found.extend(_answered(conversation, event, letters))
    for number, row in incoming.items():
        if number not in told:
            found.append(_typed(row, 0, 0))
    return tuple(found)


def _customer(event: Event, rows: list[Any]) -> Iterable[Said]:
    if rows:
        return [_typed(row, event.seq, event.turn) for row in rows]
    text = event.body.get("heard") if event.kind not in {"message", "heard"} else event.body["text"]
    if not text:
        return []
    return [Said("customer", event.at, event.seq, event.turn, str(text))]


def _typed(row: Any, seq: int, turn: int) -> Said:
    body = {"rest": row["rest"]}
    return Said("customer", row["received_at"], seq, turn, row["text"], row["kind"], body=body)


def _answered(conversation: str, event: Event, letters: Mapping[str, str]) -> Iterable[Said]:
    body = event.body
    place = (event.at, event.seq, event.turn)
    match event.kind:
        case "reply":
            state = _delivery(letters, f"{conversation}:{event.turn}:")
            yield Said("bot", *place, body["text"], delivery=state, body=body)
        case "holding" | "failed" | "paid":
            yield Said("notice", *place, str(body.get("text", "")), act=event.kind, body=body)
        case "said" | "handover" if body.get("text"):
            first = next(iter(body.get("inbox", ())), "")
            state = _delivery(letters, f"{conversation}:aside:{first}:")
            yield Said("notice", *place, str(body["text"]), delivery=state, body=body)
        case "feedback":
            yield Said("mark", *place, act=str(body["value"]), body=body)
        case "operator" if body["act"] == "say":
            operator = str(body["operator"])
            state = _delivery(letters, f"{body['key']}:")
            text = str(body.get("text", ""))
            yield Said("operator", *place, text, operator=operator, delivery=state, body=body)
        case "operator":
            name = str(body.get("operator") or "")
            yield Said("mark", *place, operator=name, act=str(body["act"]), body=body)
        case _:
            return
    if event.kind == "handover" and not body.get("text"):
        yield Said("mark", *place, act="handover", body=body)


def _delivery(letters: Mapping[str, str], prefix: str) -> str:
    """Of `prefix` and a place; a longer key belongs to something else."""
    states = {
        state
        for key, state in letters.items()
        if key.startswith(prefix) and key.removeprefix(prefix).isdigit()
    }
    return next((state for state in _WORST if state in states), "")
