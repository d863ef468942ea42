"""From an answer to what is kept of it: judged, with everything the metrics need."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from agent.facts import unsupported
from agent.reply import Reply
from evaluation.cases import Case, Turn
from evaluation.disclosure import discloses
from evaluation.judge import call_faults, faults
from evaluation.results import TurnResult
from knowledge.brand import Brand


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply, what it could rest on, and the model calls it took.

    `evidence` holds the passages found and the tools' results of this turn, `passages` the sources
    of the first five passages of each search. A model call may give `purpose` (decide, answer, …)
    and `total_ms`.
    """

    reply: Reply
    evidence: tuple[str, ...]
    model_calls: tuple[dict[str, Any], ...] = ()
    passages: tuple[str, ...] = ()


def judged_turn(
    case: Case, turn: Turn, answered: Answered, brand: Brand, said: Sequence[str]
) -> TurnResult:
    """What came of one turn; `said` is all the customer said, this message last."""
    expect, reply = turn.expect, answered.reply
    wrong = faults(expect, reply, brand)
    support = (*answered.evidence, *brand_facts(brand), *said)
    invented = unsupported(reply.text, support, brand.products)
    return TurnResult(
        user=said[-1],
        right=not wrong,
        faults=tuple(wrong),
        reply=reply,
        calls_right=(
            None if expect.calls is None else not call_faults(expect.calls, reply.calls, brand)
        ),
        expected_refusal=expect.refuses,
        expected_handoff=expect.handoff,
        source_found=_source_found(turn, answered.passages),
        disclosed=discloses(expect, case.tags, reply, brand),
        expect=_given(turn),
        unsupported=tuple(fact.shown for fact in invented),
        model_calls=answered.model_calls,
    )


def _source_found(turn: Turn, passages: Iterable[str]) -> bool | None:
    wanted = turn.expect.sources
    return not set(passages).isdisjoint(wanted) if wanted else None


def _given(turn: Turn) -> dict[str, Any]:
    return turn.expect.model_dump(mode="json", exclude_unset=True)


def unanswered_turn(turn: Turn, user: str, fault: str) -> TurnResult:
    """A turn that got no reply, and why."""
    expect = turn.expect
    return TurnResult(
        user=user,
        right=False,
        faults=(fault,),
        reply=None,
        calls_right=None if expect.calls is None else False,
        expected_refusal=expect.refuses,
        expected_handoff=expect.handoff,
        source_found=_source_found(turn, ()),
        expect=_given(turn),
    )


def brand_facts(brand: Brand) -> tuple[str, ...]:
    """What may be said at any time: the brand's own words and its working hours."""
    hours = f"{brand.hours.opens:%H:%M}-{brand.hours.closes:%H:%M}" if brand.hours else ""
    return (brand.name, brand.agent_name, brand.greeting, brand.unknown, brand.persona, hours)
