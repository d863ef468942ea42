"""The check: nothing is said that the evidence of this turn does not hold."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from agent.evidence import Line
from agent.facts import Fact, unsupported
from agent.grounds import stated, statements
from agent.turn_state import Result, TurnContext


def support(turn: TurnContext) -> tuple[str, ...]:
    """Texts that support a reply besides this turn's evidence: the brand's facts, his own words."""
    brand = turn.brand
    hours = f"{brand.hours.opens:%H:%M}-{brand.hours.closes:%H:%M}" if brand.hours else ""
    said = tuple(past.customer for past in turn.memory.exchanges)
    return (brand.name, brand.agent_name, brand.greeting, hours, turn.message.text, *said)


def evidence_texts(results: Iterable[Result], zone: ZoneInfo) -> tuple[str, ...]:
    """Everything the tools stated in this turn."""
    return tuple(
        text
        for result in results
        if result.artifact is not None
        for text in statements(result.artifact, zone)
    )


def fault_of(text: str, lines: Iterable[Line], turn: TurnContext) -> Fact | None:
    """The first fact in a worded sentence that neither the lines nor the customer gave."""
    given = [stated(line.hit) for line in lines]
    faults = unsupported(text, [*given, *support(turn)], turn.brand.products)
    return faults[0] if faults else None
