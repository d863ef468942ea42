"""Running cases against an agent, one after the other, and judging every turn."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from agent.facts import unsupported
from agent.reply import Reply
from evaluation.cases import Case, Turn
from evaluation.judge import call_faults, faults
from evaluation.results import CaseResult, ResultFile, TurnResult, fingerprint_of
from knowledge.brand import Brand


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply, the texts it could rest on, and the model calls it took.

    `evidence` holds the passages found and the tools' results of this turn. A model call may give
    `purpose` (decide, answer, …), `total_ms` and `first_token_ms`.
    """

    reply: Reply
    evidence: tuple[str, ...]
    model_calls: tuple[dict[str, Any], ...] = ()


class Answerer(Protocol):
    """Whoever answers: an agent with its model, or a script."""

    async def answer(self, conversation: str, text: str, customer: str | None) -> Answered:
        """Answer one message of a conversation that goes on under this id."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run. `setup` names model, prompts and knowledge: a change makes results stale."""

    cases: tuple[Case, ...]
    brand: Brand
    runs: int = 1
    setup: str = ""


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
    todo = [(case, number) for number in range(1, plan.runs + 1) for case in plan.cases]
    results: list[CaseResult] = []
    try:
        for case, number in todo:
            results.append(await _known_or_run(plan, case, number, answerer, kept))
            if progress:
                progress(len(results), len(todo), sum(result.right for result in results))
    except (KeyboardInterrupt, asyncio.CancelledError):
        if task := asyncio.current_task():
            task.uncancel()
        return Evaluated(_in_order(results, plan), interrupted=True)
    return Evaluated(_in_order(results, plan))


async def _known_or_run(
    plan: Plan, case: Case, number: int, answerer: Answerer, kept: ResultFile | None
) -> CaseResult:
    fingerprint = fingerprint_of(case, plan.setup)
    known = kept.known(case.id, number, fingerprint) if kept else None
    if known:
        return known
    turns, crashed = await _turns(case, number, answerer, plan.brand)
    result = CaseResult(
        id=case.id,
        run=number,
        fingerprint=fingerprint,
        tags=case.tags,
        right=all(turn.right for turn in turns),
        crashed=crashed,
        turns=turns,
    )
    if kept:
        kept.append(result)
    return result


async def _turns(
    case: Case, number: int, answerer: Answerer, brand: Brand
) -> tuple[tuple[TurnResult, ...], bool]:
    """The judged turns, and whether the case crashed; turns after a crash are not asked."""
    turns: list[TurnResult] = []
    said: list[str] = []
    crash = ""
    for turn in case.turns:
        if crash:
            turns.append(_unanswered(turn, "not asked: an earlier turn crashed"))
            continue
        said.append(turn.user)
        try:
            answered = await answerer.answer(f"eval-{case.id}-{number}", turn.user, case.customer)
        except Exception as error:  # noqa: BLE001 - one broken case must not end the evaluation
            crash = f"crashed: {type(error).__name__}: {error}"
            turns.append(_unanswered(turn, crash))
        else:
            turns.append(_judged(turn, answered, brand, said))
    return tuple(turns), bool(crash)


def _judged(turn: Turn, answered: Answered, brand: Brand, said: Iterable[str]) -> TurnResult:
    expect, reply = turn.expect, answered.reply
    wrong = faults(expect, reply, brand)
    support = (*answered.evidence, *brand_facts(brand), *said)
    invented = unsupported(reply.text, support, brand.products)
    return TurnResult(
        user=turn.user,
        right=not wrong,
        faults=tuple(wrong),
        reply=reply,
        calls_right=(
            None if expect.calls is None else not call_faults(expect.calls, reply.calls, brand)
        ),
        expected_refusal=expect.refuses,
        expected_handoff=expect.handoff,
        unsupported=tuple(fact.shown for fact in invented),
        model_calls=answered.model_calls,
    )


def _unanswered(turn: Turn, fault: str) -> TurnResult:
    expect = turn.expect
    return TurnResult(
        user=turn.user,
        right=False,
        faults=(fault,),
        reply=None,
        calls_right=None if expect.calls is None else False,
        expected_refusal=expect.refuses,
        expected_handoff=expect.handoff,
    )


def brand_facts(brand: Brand) -> tuple[str, ...]:
    """What may be said at any time: the brand's own words and its working hours."""
    hours = f"{brand.hours.opens:%H:%M}-{brand.hours.closes:%H:%M}" if brand.hours else ""
    return (brand.name, brand.agent_name, brand.greeting, brand.unknown, brand.persona, hours)


def _in_order(results: Iterable[CaseResult], plan: Plan) -> tuple[CaseResult, ...]:
    places = {case.id: place for place, case in enumerate(plan.cases)}
    return tuple(sorted(results, key=lambda result: (places[result.id], result.run)))
