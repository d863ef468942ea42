"""Traces of turns for an OpenTelemetry collector: what took how long, and none of the words.

A turn's spans are made from its events when it has ended, so tracing costs a turn nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.log import Event
from agent.reply import Reply
from agent.watching import Watcher

_STEPS = frozenset({"model", "tool"})


@dataclass(frozen=True)
class Traces:
    """`agent.watching.Watcher` over an OpenTelemetry tracer. `within` puts a span into another."""

    tracer: Any
    within: Callable[[Any], Any]

    def turn_ended(self, bot: str, reply: Reply, events: Sequence[Event]) -> None:
        """One span for the turn, one within it for each model call and each tool."""
        if not events:
            return
        about = {
            "bot": bot,
            "conversation": reply.conversation,
            "turn": reply.turn,
            "model": reply.model,
            "refused": reply.refused,
            "handoff": reply.handoff.requested,
        }
        begun = events[0].at
        whole = self.tracer.start_span("turn", attributes=about, start_time=_nanoseconds(begun))
        for event in events:
            if event.kind in _STEPS:
                self._step(whole, event, begun)
            begun = event.at
        whole.end(_nanoseconds(events[-1].at))

    def turn_failed(self, bot: str, why: str) -> None:
        """A span without length that says so."""
        self.tracer.start_span("turn unanswered", attributes={"bot": bot, "why": why}).end()

    def delivered(self, bot: str, outcome: str, seconds: float) -> None:
        """Deliveries are counted, not traced."""

    def _step(self, whole: Any, event: Event, begun: datetime) -> None:
        name = event.body.get("role") or event.body.get("tool") or ""
        result = event.body["result"]
        counts = {
            key: result[key] for key in ("prompt_tokens", "completion_tokens") if key in result
        }
        failed = "down" in result or "refused" in result
        span = self.tracer.start_span(
            f"{event.kind} {name}",
            context=self.within(whole),
            attributes={**counts, "failed": failed},
            start_time=_nanoseconds(begun),
        )
        span.end(_nanoseconds(event.at))


@dataclass(frozen=True)
class Both:
    """Two watchers as one."""

    first: Watcher
    second: Watcher

    def turn_ended(self, bot: str, reply: Reply, events: Sequence[Event]) -> None:
        """Tell both."""
        self.first.turn_ended(bot, reply, events)
        self.second.turn_ended(bot, reply, events)

    def turn_failed(self, bot: str, why: str) -> None:
        """Tell both."""
        self.first.turn_failed(bot, why)
        self.second.turn_failed(bot, why)

    def delivered(self, bot: str, outcome: str, seconds: float) -> None:
        """Tell both."""
        self.first.delivered(bot, outcome, seconds)
        self.second.delivered(bot, outcome, seconds)


def open_traces(url: str) -> tuple[Traces, Callable[[], None]]:
    """Traces sent to that address, and what sends the last of them.

    Raises:
        ValueError: the extra `tracing` is not installed.
    """
    try:
        from opentelemetry import trace  # noqa: PLC0415 - an extra that few need
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ValueError(
            "DIGITAL_HUMAN_TRACE_URL needs more packages: pip install 'digital-human[tracing]'"
        ) from error
    provider = TracerProvider(resource=Resource({"service.name": "digital-human"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url)))
    return Traces(
        provider.get_tracer("digital-human"), trace.set_span_in_context
    ), provider.shutdown


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000_000)
