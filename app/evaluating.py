"""`evaluate`: cases against the agent, in a database of its own and at a time of one's choice."""

import sys
import tempfile
from argparse import Namespace
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Any

from rich.console import Console

from agent.model import Model
from agent.models import open_model
from app.comparing import compare_reports
from app.evaluated_agent import LoggedAgent
from app.progress import shown_progress
from app.settings import Settings
from app.wiring import Running, fresh_shop, model_options, open_agent, real_time
from evaluation.baselines import BASELINES
from evaluation.gate import Bound, GateError, load_gate
from evaluation.page import write_page
from evaluation.remembering import RememberingModel
from evaluation.report import report_of, write_report
from evaluation.results import CaseResult, ResultFile
from evaluation.runner import Plan, Progress, run
from evaluation.sampling import VARIED_TEMPERATURE, SampledModel
from evaluation.suite import Part, load_suite
from evaluation.table import print_report


async def run_evaluation(args: Namespace, settings: Settings) -> int:
    """Run the cases, print the table, write the report; 1 if interrupted or a bound is missed."""
    if args.compare:
        return compare_reports(*args.compare)
    if not args.cases:
        print("digital-human: evaluate needs --cases FILE, or --compare A B", file=sys.stderr)
        return 2
    parts = load_suite(args.brands or [settings.brand], args.cases, _words(args.tags))
    try:
        bounds = load_gate(args.gate, frozenset(f.name for f in args.cases)) if args.gate else ()
    except GateError as error:
        print(f"digital-human: {error}", file=sys.stderr)
        return 2
    evaluation = _Evaluation(args, settings, parts)
    with shown_progress() as progress:
        model = await open_model(settings.model, model_options(settings), progress)
    kept = RememberingModel(model, args.remember) if args.remember else None
    try:
        await evaluation.run(kept or model)
    finally:
        await model.close()
    report = evaluation.report(model.spec, kept.remembered if kept else 0)
    print_report(report, Console(highlight=False))
    if args.out:
        print(write_report(report, args.out))
        print(write_page(report, evaluation.results, args.out))
    return _status(report, bounds)


def _status(report: dict[str, Any], bounds: tuple[Bound, ...]) -> int:
    missed = [line for bound in bounds if (line := bound.missed(report))]
    for line in missed:
        print(f"gate: {line}")
    return 1 if report["interrupted"] or missed else 0


class _Evaluation:
    """All parts, runs and systems, one after the other; `results` grows as they are done."""

    def __init__(self, args: Namespace, settings: Settings, parts: tuple[Part, ...]) -> None:
        self._args = args
        self._settings = settings
        self._parts = parts
        self._clock = fixed_clock(args.now) if args.now else real_time
        self._kept = (
            ResultFile(args.out / "results.jsonl", resume=args.resume) if args.out else None
        )
        self._systems = ("", *dict.fromkeys(args.baseline))
        self.results: list[CaseResult] = []
        self.brands: list[str] = []
        self.interrupted = False

    async def run(self, model: Model) -> None:
        """Run everything, or until Ctrl-C."""
        with shown_progress() as bar:
            progress = _Shown(bar, self._total())
            for part, system in product(self._parts, self._systems):
                if not self.interrupted:
                    await self._system(part, system, model, progress)

    def report(self, model: str, remembered: int) -> dict[str, Any]:
        """The report of what was done, with so many answers that the model was not asked for."""
        about = {"model": model, "brand": " ".join(dict.fromkeys(self.brands))}
        return report_of(self.results, **about, interrupted=self.interrupted, remembered=remembered)

    def _total(self) -> int:
        cases = sum(len(part.cases) for part in self._parts)
        runs: int = self._args.runs
        return cases * runs * len(self._systems)

    async def _system(self, part: Part, system: str, model: Model, progress: "_Shown") -> None:
        """One system on one brand's cases, in a database that nobody else has changed."""
        settings = self._settings.model_copy(update={"brand": part.folder})
        with tempfile.TemporaryDirectory(prefix="digital-human-evaluation-") as folder:
            async with open_agent(settings, self._clock, Path(folder), model) as running:
                self.brands.append(running.agent.brand.id)
                for number in range(1, self._args.runs + 1):
                    sampled = self._sampled(running, number)
                    await self._one_run(part, system, number, sampled, progress)

    async def _one_run(
        self, part: Part, system: str, number: int, running: Running, progress: "_Shown"
    ) -> None:
        if self.interrupted:
            return
        agent = running.agent
        ours = LoggedAgent(self._fresh(running))
        answerer = BASELINES[system](agent) if system else ours
        setup = (
            f"{agent.model.spec} {agent.prompts.fingerprint} {agent.style} {agent.decisions} "
            f"{agent.brand.id} {self._sampling(number)} {system} v{running.knowledge.version}"
        )
        plan = Plan(part.cases, agent.brand, 1, setup, number, part.files, system)
        async with aclosing(ours):
            done = await run(plan, answerer, self._kept, progress.of(system))
        self.results += done.results
        self.interrupted = done.interrupted
        progress.done += len(part.cases)

    def _fresh(self, running: Running) -> Callable[[], AbstractAsyncContextManager[Running]]:
        """Opens the same agent over a database of its own."""

        @asynccontextmanager
        async def opened() -> AsyncIterator[Running]:
            with tempfile.TemporaryDirectory(prefix="digital-human-case-") as folder:
                where = (self._settings, self._clock, Path(folder))
                async with fresh_shop(running, *where) as fresh:
                    yield fresh

        return opened

    def _sampled(self, running: Running, number: int) -> Running:
        sampling = self._sampling(number)
        if sampling is None:
            return running
        model = SampledModel(running.agent.model, *sampling)
        return replace(running, agent=replace(running.agent, model=model))

    def _sampling(self, number: int) -> tuple[float, int] | None:
        """Temperature and seed of a run; None: as the agent itself asks."""
        args = self._args
        if args.temperature is None and args.runs == 1 and not args.seed:
            return None
        varied = VARIED_TEMPERATURE if args.runs > 1 else 0.0
        temperature = varied if args.temperature is None else args.temperature
        return temperature, args.seed + number - 1


@dataclass
class _Shown:
    """A bar on a terminal, a line every tenth of the way elsewhere."""

    bar: Callable[[int, int, str], None]
    total: int
    done: int = 0
    printed: int = 0

    def of(self, system: str) -> Progress:
        """What the runner tells of one system's cases."""

        def show(done: int, _: int, right: int) -> None:
            now = self.done + done
            self.bar(now, self.total, "cases")
            tenth = 10 * now // self.total
            if tenth > self.printed and not sys.stderr.isatty():
                self.printed = tenth
                who = system or "agent"
                line = f"{now}/{self.total} cases ({who}: {right} of {done} right)"
                print(line, file=sys.stderr, flush=True)

        return show


def _words(text: str) -> frozenset[str]:
    return frozenset(word for part in text.split(",") if (word := part.strip()))


def fixed_clock(text: str) -> Callable[[], datetime]:
    """A clock that stands at an ISO time with an offset.

    Raises:
        ValueError: it is none.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"--now {text}: give the offset too, such as 2026-11-23T10:00+08:00")
    return lambda: moment
