"""Running cases against an agent, one after the other, and judging every turn."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from evaluation.cases import Case
from evaluation.judging import Answered, judged_turn, unanswered_turn
from evaluation.results import CaseResult, ResultFile, TurnResult, fingerprint_of
from knowledge.brand import Brand


class Answerer(Protocol):
    """Whoever answers: an agent with its model, or a script."""

    async def answer(self, conversation: str, text: str, customer: str | None) -> Answered:
        """Answer one message of a conversation that goes on under this id."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run: `runs` runs of each case, from number `first` on.

    `setup` names model, prompts and knowledge: a change makes results stale. `files` has the name
    of each case's file by its id; `system` is who answers.
    """

    cases: tuple[Case, ...]
    brand: Brand
    runs: int = 1
    setup: str = ""
    first: int = 1
    files: Mapping[str, str] = field(default_factory=dict)
    system: str = ""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Results in the order of cases and runs. `interrupted`: some are missing."""

    results: tuple[CaseResult, ...]
    interrupted: bool = False


# Called after each case with: cases done, cases in all, cases right so far.
Progress = Callable[[int, int, int], None]


async def run(
    plan: Plan, answerer: Answerer, kept: ResultFile | None = None, progress: Progress | None = None
) -> Evaluated:
    """Run every case `plan.runs` times, each in a conversation of its own.

    Ctrl-C ends the run early: what was done until then is handed back. A case that crashes is
    wrong; the others are run all the same.
    """
    numbers = range(plan.first, plan.first + plan.runs)
    todo = [(case, number) for number in numbers for case in plan.cases]
    asking = _Asking(plan, answerer)
    results: list[CaseResult] = []
    try:
        for case, number in todo:
            results.append(await _known_or_run(asking, case, number, kept))
            if progress:
                progress(len(results), len(todo), sum(result.right for result in results))
    except (KeyboardInterrupt, asyncio.CancelledError):
        if task := asyncio.current_task():
            task.uncancel()
        return Evaluated(_in_order(results, plan), interrupted=True)
    return Evaluated(_in_order(results, plan))


@dataclass
class _Asking:
    """Who is asked for what; the first turn he answers is `cold`."""

    plan: Plan
    answerer: Answerer
    cold: bool = True


async def _known_or_run(
    asking: _Asking, case: Case, number: int, kept: ResultFile | None
) -> CaseResult:
    plan = asking.plan
    fingerprint = fingerprint_of(case, plan.setup)
    known = kept.known(case.id, number, fingerprint) if kept else None
    if known:
        return known
    turns, crashed = await _turns(asking, case, number)
    result = CaseResult(
        id=case.id,
        run=number,
        fingerprint=fingerprint,
        tags=case.tags,
        right=all(turn.right for turn in turns),
        crashed=crashed,
        turns=turns,
        brand=plan.brand.id,
        file=plan.files.get(case.id, ""),
        system=plan.system,
    )
    if kept:
        kept.append(result)
    return result


async def _turns(asking: _Asking, case: Case, number: int) -> tuple[tuple[TurnResult, ...], bool]:
    """The judged turns, and whether the case crashed; turns after a crash are not asked."""
    turns: list[TurnResult] = []
    said: list[str] = []
    crash = ""
    for turn in case.turns:
        user = turn.wording(number)
        if crash:
            turns.append(unanswered_turn(turn, user, "not asked: an earlier turn crashed"))
            continue
        said.append(user)
        try:
            answered = await asking.answerer.answer(f"eval-{case.id}-{number}", user, case.customer)
        except Exception as error:  # noqa: BLE001 - one broken case must not end the evaluation
            crash = f"crashed: {type(error).__name__}: {error}"
            turns.append(unanswered_turn(turn, user, crash))
        else:
            judged = judged_turn(case, turn, answered, asking.plan.brand, said)
            turns.append(judged.model_copy(update={"cold": asking.cold}))
        asking.cold = False
    return tuple(turns), bool(crash)


def _in_order(results: Iterable[CaseResult], plan: Plan) -> tuple[CaseResult, ...]:
    places = {case.id: place for place, case in enumerate(plan.cases)}
    return tuple(sorted(results, key=lambda result: (places[result.id], result.run)))
