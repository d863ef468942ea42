"""Whether a turn would have gone better or worse, by checks of code and by cases."""

from collections.abc import Callable, Sequence
from typing import Literal

from agent.reply import Reply
from agent.what_if import Side, WhatIfTurn

Outcome = Literal["unchanged", "changed", "better", "worse"]
OUTCOMES: tuple[Outcome, ...] = ("unchanged", "changed", "better", "worse")
# The faults that a case finds in a reply; None where no case is about the turn.
Judge = Callable[[str, int, Reply], Sequence[str] | None]


def no_case(conversation: str, turn: int, reply: Reply) -> None:
    """The judge where there are no cases."""
    del conversation, turn, reply


def outcome_of(conversation: str, turn: WhatIfTurn, judge: Judge = no_case) -> Outcome:
    """What became of a turn.

    A case about it decides first; then, in this order: that there is a reply at all, facts in it
    that nothing supports, models that failed, and last whether it was refused or answered.
    """
    if turn.alike:
        return "unchanged"
    before, after = (
        _badness(side, _by_case(conversation, turn.number, side, judge))
        for side in (turn.before, turn.after)
    )
    if after == before:
        return "changed"
    return "better" if after < before else "worse"


def worst(outcomes: Sequence[Outcome]) -> Outcome:
    """One word for a whole conversation."""
    for outcome in ("worse", "better", "changed"):
        if outcome in outcomes:
            return outcome
    return "unchanged"


def _by_case(conversation: str, number: int, side: Side, judge: Judge) -> int:
    faults = judge(conversation, number, side.reply) if side.reply else ("no reply",)
    return len(faults or ())


def _badness(side: Side, by_case: int) -> tuple[int, ...]:
    refused = side.reply is not None and side.reply.refused
    return (
        by_case,
        int(side.reply is None),
        len(side.unsupported),
        len(side.faults),
        int(refused),
    )
