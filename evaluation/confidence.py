"""How sure a turn was, and how often the sure ones are right."""

from collections.abc import Iterable

from evaluation.results import TurnResult


def confidence(turn: TurnResult) -> float | None:
    """How sure the answer from the knowledge was; None for a turn that did not search.

    What the agent noted of its own sureness; where it notes none, how near the nearest passage is.
    """
    own = [
        float(note["sureness"])
        for note in turn.model_calls
        if note.get("purpose") == "evidence" and note.get("sureness") is not None
    ]
    near = [
        float(hit["similarity"])
        for note in turn.model_calls
        if note.get("purpose") == "found"
        for hit in note["hits"]
    ]
    return max(own or near, default=None)


def risk_coverage(turns: Iterable[TurnResult]) -> tuple[tuple[float, float], ...]:
    """For each share of the answered turns, the surest first: the share of wrong ones in it.

    Refusals are no answers. Turns that are equally sure come in together.
    """
    sure = sorted(
        (-value, not turn.right)
        for turn in turns
        if turn.reply and not turn.refused and (value := confidence(turn)) is not None
    )
    points = []
    wrong = 0
    for place, (value, is_wrong) in enumerate(sure, start=1):
        wrong += is_wrong
        if place == len(sure) or sure[place][0] != value:
            points.append((place / len(sure), wrong / place))
    return tuple(points)
