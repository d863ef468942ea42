"""From a recorded conversation to a case: it expects what was done, for its author to correct."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from agent.log import Event
from agent.reply import Reply
from evaluation.cases import Case
from evaluation.judge import ALWAYS_ALLOWED


def case_of(events: Sequence[Event], case_id: str, tags: Iterable[str]) -> dict[str, Any]:
    """One case line; only turns that were finished are in it. `says` is left to its author.

    Raises:
        ValueError: no turn was finished.
    """
    messages = {event.turn: event.body for event in events if event.kind == "message"}
    replies = {
        event.turn: Reply.model_validate(event.body) for event in events if event.kind == "reply"
    }
    turns = [
        {"user": messages[number]["text"], "expect": _expected(reply)}
        for number, reply in sorted(replies.items())
        if number in messages
    ]
    if not turns:
        raise ValueError("This conversation has no finished turn.")
    customer = messages[min(replies)]["customer"]
    line = {"id": case_id, "customer": customer, "tags": list(tags), "turns": turns}
    Case.model_validate(line)
    return line


def corrected_case(
    events: Sequence[Event], turn: int, case_id: str, tags: Iterable[str], expect: Mapping[str, Any]
) -> dict[str, Any]:
    """The conversation up to a turn as a case line that judges this turn alone.

    Raises:
        ValueError: there is no such turn, or `expect` is not as a case file has it.
    """
    messages = {event.turn: event.body for event in events if event.kind == "message"}
    if turn not in messages:
        raise ValueError(f"This conversation has no turn {turn}.")
    turns: list[dict[str, Any]] = [
        {"user": messages[number]["text"]} for number in sorted(messages) if number < turn
    ]
    turns.append({"user": messages[turn]["text"], "expect": dict(expect)})
    customer = messages[turn]["customer"]
    line = {"id": case_id, "customer": customer, "tags": list(tags), "turns": turns}
    Case.model_validate(line)
    return line


def _expected(reply: Reply) -> dict[str, Any]:
    """What the reply did, without what is another every time: new order numbers, addresses."""
    expected: dict[str, Any] = {
        "calls": [
            {"tool": call.tool, "args": call.args if call.tool != "hand_off_to_human" else {}}
            for call in reply.calls
            if call.tool not in ALWAYS_ALLOWED
        ],
        "says": [],
        "refuses": reply.refused,
        "handoff": reply.handoff.requested,
        "images": sorted({image.sku for image in reply.images}),
        "payment": {"amount": reply.payment.amount} if reply.payment else None,
    }
    sources = sorted({citation.source for citation in reply.citations})
    return {**expected, **({"sources": sources} if sources else {})}
