"""The agent as an evaluation asks it: each reply with what is on record about its turn."""

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any
from zoneinfo import ZoneInfo

from agent.grounds import statements
from agent.log import Event
from app.wiring import Running
from evaluation.baselines import FIRST_FOUND
from evaluation.judging import Answered
from tools.artifacts import artifact_adapter


class LoggedAgent:
    """An agent whose log tells what each reply rests on.

    `fresh` opens it anew for each conversation: what one case buys is no other's order.
    """

    def __init__(self, fresh: Callable[[], AbstractAsyncContextManager[Running]]) -> None:
        self._fresh = fresh
        self._open = AsyncExitStack()
        self._conversation = ""
        self._running: Running | None = None

    async def aclose(self) -> None:
        """Close what the last conversation used; safe to call twice."""
        await self._open.aclose()

    async def answer(self, conversation: str, text: str, customer: str | None) -> Answered:
        """The reply, with the evidence and the model calls that its turn has on record."""
        running = self._running
        if running is None or conversation != self._conversation:
            await self._open.aclose()
            running = await self._open.enter_async_context(self._fresh())
            self._running, self._conversation = running, conversation
        reply = await running.agent.answer(conversation, text, customer)
        events = await running.log.read(conversation)
        own = [event for event in events if event.turn == reply.turn]
        zone = running.agent.brand.timezone
        evidence = [text for event in own if event.kind == "tool" for text in _grounds(event, zone)]
        return Answered(reply, tuple(evidence), tuple(_model_calls(own)), _first_found(own))


def _grounds(event: Event, zone: ZoneInfo) -> tuple[str, ...]:
    """What a recorded tool result states."""
    result = event.body["result"]
    if "artifact" not in result:
        return (result["text"],)
    return statements(artifact_adapter.validate_python(result["artifact"]), zone)


def _first_found(events: list[Event]) -> tuple[str, ...]:
    """The sources of the first five passages of each search."""
    return tuple(hit["source"] for hits in map(_hits, events) for hit in hits[:FIRST_FOUND])


def _hits(event: Event) -> list[dict[str, Any]]:
    artifact = event.body["result"].get("artifact") if event.kind == "tool" else None
    hits: list[dict[str, Any]] = artifact["hits"] if artifact and "hits" in artifact else []
    return hits


def _model_calls(events: list[Event]) -> Iterator[dict[str, Any]]:
    for event in events:
        if event.kind == "model":
            result = event.body["result"]
            yield {
                "purpose": event.body["role"],
                "prompt": event.body["prompt"],
                "text": result.get("text", result.get("down", "")),
                "total_ms": result.get("total_ms", 0.0),
                "prompt_tokens": result.get("prompt_tokens", 0),
            }
        elif event.kind in {"decision", "evidence", "verdict", "fault"}:
            yield {"purpose": event.kind, **event.body}
        elif hits := _hits(event):
            kept = ("source", "text", "similarity")
            found = [{name: hit[name] for name in kept} for hit in hits[:FIRST_FOUND]]
            yield {"purpose": "found", "hits": found}
