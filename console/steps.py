"""What happened in one turn, step by step, with how long each took."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.log import Event

_SHOWN = ("model", "spelling", "decision", "tool", "standing", "evidence", "verdict", "fault")
_CARRIED_OUT = {"model", "tool", "spelling", "standing"}


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a turn. Percentages are of the whole turn, for the waterfall."""

    seq: int
    kind: str
    at: datetime
    body: Mapping[str, Any]
    took_ms: float | None
    start_percent: float
    width_percent: float

    @property
    def hits(self) -> list[dict[str, Any]]:
        """The passages that a search found."""
        artifact = self._artifact
        return list(artifact.get("hits", ())) if artifact.get("kind") == "evidence" else []

    @property
    def version(self) -> int:
        """The version of the knowledge that was searched."""
        return int(self._artifact.get("version", 0))

    @property
    def result(self) -> Mapping[str, Any]:
        """What the step gave."""
        found = self.body.get("result")
        return found if isinstance(found, dict) else {}

    @property
    def _artifact(self) -> Mapping[str, Any]:
        found = self.result.get("artifact")
        return found if isinstance(found, dict) else {}

    @property
    def ok(self) -> bool:
        """Whether the tool did what it was asked."""
        return "refused" not in self.result and "error" not in self.result


@dataclass(frozen=True, slots=True)
class TurnSteps:
    """One turn: its message, its steps, its reply (none if it was broken off)."""

    number: int
    message: Event
    steps: tuple[Step, ...]
    reply: Mapping[str, Any] | None
    total_ms: float
    prompt_tokens: int
    completion_tokens: int

    @property
    def draft(self) -> str:
        """What the model answered last, before the check."""
        answers = [s for s in self.steps if s.kind == "model" and s.body.get("role") != "decide"]
        return str(answers[-1].result.get("text", "")) if answers else ""


def steps_of(events: Iterable[Event], number: int) -> TurnSteps | None:
    """The steps of a turn; none if there was no such turn."""
    own = [event for event in events if event.turn == number]
    message = next((event for event in own if event.kind == "message"), None)
    if message is None:
        return None
    after = [event for event in own if event.seq > message.seq]
    end = next((e for e in after if e.kind in {"reply", "failed", "operator"}), None)
    inside = [e for e in after if end is None or e.seq <= end.seq]
    reply = end.body if end and end.kind == "reply" else None
    last = inside[-1].at if inside else message.at
    total = max((last - message.at).total_seconds() * 1000, _told_ms(reply), 1.0)
    models = [event.body["result"] for event in inside if event.kind == "model"]
    return TurnSteps(
        number=number,
        message=message,
        steps=tuple(_steps(message.at, inside, total)),
        reply=reply,
        total_ms=total,
        prompt_tokens=sum(int(m.get("prompt_tokens") or 0) for m in models),
        completion_tokens=sum(int(m.get("completion_tokens") or 0) for m in models),
    )


def pretty(value: Any) -> str:
    """JSON for reading."""
    return json.dumps(value, ensure_ascii=False, indent=1)


def _steps(began: datetime, events: list[Event], total: float) -> Iterable[Step]:
    before = began
    for event in events:
        if event.kind not in _SHOWN:
            continue
        end = (event.at - began).total_seconds() * 1000
        took = None
        if event.kind in _CARRIED_OUT:
            # With the time that a model was waited for: that is what the customer waited, too.
            took = (event.at - before).total_seconds() * 1000
        width = 0.0 if took is None else min(100.0, took / total * 100)
        start = max(0.0, min(100.0, end / total * 100) - width)
        yield Step(event.seq, event.kind, event.at, event.body, took, start, width)
        before = event.at


def _told_ms(reply: Mapping[str, Any] | None) -> float:
    return float(reply["timings"]["total_ms"]) if reply else 0.0
