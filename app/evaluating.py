"""`evaluate`: cases against the agent, in a database of its own and at a time of one's choice."""

import tempfile
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console

from agent.grounds import statements
from agent.log import Event
from app.progress import shown_progress
from app.settings import Settings
from app.wiring import Running, open_agent, real_time
from evaluation.cases import load_cases
from evaluation.metrics import report_of, write_report
from evaluation.results import ResultFile
from evaluation.runner import Answered, Plan, run
from evaluation.table import print_report
from tools.artifacts import artifact_adapter


@dataclass(frozen=True)
class LoggedAgent:
    """An agent whose log tells what each reply rests on."""

    running: Running

    async def answer(self, conversation: str, text: str, customer: str | None) -> Answered:
        """The reply, with the evidence and the model calls that its turn has on record."""
        reply = await self.running.agent.answer(conversation, text, customer)
        events = await self.running.log.read(conversation)
        own = [event for event in events if event.turn == reply.turn]
        zone = self.running.agent.brand.timezone
        evidence = [text for event in own if event.kind == "tool" for text in _grounds(event, zone)]
        return Answered(reply, tuple(evidence), tuple(_model_calls(own)))


def _grounds(event: Event, zone: ZoneInfo) -> tuple[str, ...]:
    """What a recorded tool result states."""
    result = event.body["result"]
    if "artifact" not in result:
        return (result["text"],)
    return statements(artifact_adapter.validate_python(result["artifact"]), zone)


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


async def run_evaluation(args: Namespace, settings: Settings) -> int:
    """Run the cases, print the table, write the report; 1 if it was interrupted."""
    clock = fixed_clock(args.now) if args.now else real_time
    with tempfile.TemporaryDirectory(prefix="digital-human-evaluation-") as folder:
        async with open_agent(settings, clock=clock, database=Path(folder)) as running:
            return await _evaluated(args, running)


async def _evaluated(args: Namespace, running: Running) -> int:
    agent = running.agent
    cases = load_cases(args.cases, agent.brand)
    setup = f"{agent.model.spec} {agent.prompts.fingerprint} {agent.style} {agent.decisions}"
    plan = Plan(cases, agent.brand, args.runs, f"{setup} v{running.knowledge.version}")
    kept = ResultFile(args.out / "results.jsonl", resume=args.resume) if args.out else None
    with shown_progress() as progress:
        evaluated = await run(
            plan,
            LoggedAgent(running),
            kept,
            lambda done, total, right: progress(done, total, f"cases, {right} right so far"),
        )
    report = report_of(
        evaluated.results,
        model=agent.model.spec,
        brand=agent.brand.id,
        interrupted=evaluated.interrupted,
    )
    print_report(report, Console(highlight=False))
    if args.out:
        print(write_report(report, args.out))
    return 1 if evaluated.interrupted else 0


def fixed_clock(text: str) -> Callable[[], datetime]:
    """A clock that stands at an ISO time with an offset.

    Raises:
        ValueError: it is none.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"--now {text}: give the offset too, such as 2026-11-23T10:00+08:00")
    return lambda: moment
