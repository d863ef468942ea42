"""Counting what happens, for Prometheus."""

from collections.abc import Mapping, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from agent.log import Event
from agent.reply import Reply

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120)


class Metrics:
    """`agent.watching.Watcher` with a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        registry = self._registry
        self._turns = Counter(
            "digital_human_turns", "Turns answered.", ["bot", "outcome"], registry=registry
        )
        self._failed = Counter(
            "digital_human_turns_unanswered",
            "Turns that failed, were dropped as stale, given back or tried again.",
            ["bot", "why"],
            registry=registry,
        )
        self._seconds = Histogram(
            "digital_human_turn_seconds",
            "Whole turns, and their part outside models.",
            ["bot", "part"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._tokens = Counter(
            "digital_human_tokens", "Tokens read and written.", ["bot", "way"], registry=registry
        )
        self._handoffs = Counter(
            "digital_human_handoffs", "Turns that called a person.", ["bot"], registry=registry
        )
        self._model_errors = Counter(
            "digital_human_model_errors",
            "Model calls without an answer.",
            ["bot"],
            registry=registry,
        )
        self._deliveries = Counter(
            "digital_human_deliveries",
            "Tries to send a message.",
            ["bot", "outcome"],
            registry=registry,
        )
        self._delivery_seconds = Histogram(
            "digital_human_delivery_seconds",
            "From the outbox to the provider.",
            ["bot"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._queue = Gauge("digital_human_queue", "Rows that wait.", ["queue"], registry=registry)

    def turn_ended(self, bot: str, reply: Reply, events: Sequence[Event]) -> None:
        """Count the turn, its time and its tokens."""
        self._turns.labels(bot, "refused" if reply.refused else "answered").inc()
        self._seconds.labels(bot, "whole").observe(reply.timings.total_ms / 1000)
        self._seconds.labels(bot, "own").observe(reply.timings.own_ms / 1000)
        if reply.handoff.requested:
            self._handoffs.labels(bot).inc()
        for event in events:
            if event.kind == "model":
                self._model_call(bot, event.body["result"])

    def turn_failed(self, bot: str, why: str) -> None:
        """Count it under its reason."""
        self._failed.labels(bot, why).inc()

    def delivered(self, bot: str, outcome: str, seconds: float) -> None:
        """Count the try and how long it waited."""
        self._deliveries.labels(bot, outcome).inc()
        if outcome == "sent":
            self._delivery_seconds.labels(bot).observe(max(0.0, seconds))

    def text(self, queues: Mapping[str, int]) -> bytes:
        """Everything in Prometheus' own format, with how much waits now."""
        for name, count in queues.items():
            self._queue.labels(name).set(count)
        return generate_latest(self._registry)

    def _model_call(self, bot: str, result: Mapping[str, object]) -> None:
        if "down" in result:
            self._model_errors.labels(bot).inc()
            return
        for way in ("prompt", "completion"):
            count = result.get(f"{way}_tokens", 0)
            if isinstance(count, int):
                self._tokens.labels(bot, way).inc(count)
