"""Knowledge gaps: what customers ask that nothing answers, most frequent first."""

from datetime import timedelta

from fastapi.responses import Response

from agent.gaps import Gap, Gaps
from console.correcting import REVIEW_AFTER
from console.lesson_steps import written_snippet
from console.routing import Ask, Refused, Route
from knowledge.errors import KnowledgeError
from knowledge.snippets import SnippetError

_STATES = ("open", "answered", "dismissed")


async def gaps(ask: Ask) -> Response:
    """The list."""
    store = _store(ask)
    state = ask.query.get("state", "open")
    brand = ask.query.get("brand", "")
    if state not in _STATES:
        raise Refused(404, "not_found")
    groups = await store.most_frequent(brand, state)
    return ask.page(
        "gaps.html",
        gaps=groups,
        examples=await store.questions([gap.number for gap in groups]),
        state=state,
        states=_STATES,
        brand=brand,
        brands={name: desk.agent.brand for name, desk in ask.console.brands.items()},
    )


async def gap_form(ask: Ask) -> Response:
    """The form that answers a group of questions."""
    gap = await _gap(ask)
    return await _form(ask, gap)


async def answer_gap(ask: Ask) -> Response:
    """Write the snippet, and close the gap until it is asked again."""
    gap = await _gap(ask)
    try:
        source = await written_snippet(ask, gap.brand)
    except (SnippetError, KnowledgeError, OSError) as error:
        return await _form(ask, gap, str(error))
    async with ask.acting("gap.answer") as act:
        await _store(ask).settle(act.connection, gap.number, "answered", ask.operator.name)
        act.details.update(gap=gap.number, brand=gap.brand, snippet=source)
    return ask.moved("/gaps")


async def dismiss_gap(ask: Ask) -> Response:
    """None of ours."""
    gap = await _gap(ask)
    async with ask.acting("gap.dismiss") as act:
        await _store(ask).settle(act.connection, gap.number, "dismissed", ask.operator.name)
        act.details.update(gap=gap.number, brand=gap.brand)
    return ask.moved("/gaps")


async def _form(ask: Ask, gap: Gap, problem: str = "") -> Response:
    brand = ask.console.brands[gap.brand].agent.brand
    examples = await _store(ask).questions([gap.number], each=12)
    day = ask.console.clock().astimezone(brand.timezone).date()
    return ask.page(
        "gap.html",
        422 if problem else 200,
        gap=gap,
        brand=brand,
        examples=examples.get(gap.number, []),
        review=day + REVIEW_AFTER,
        tomorrow=day + timedelta(days=1),
        problem=problem,
        held=ask.console.brands[gap.brand].knowledge.held,
        form=ask.form,
    )


async def _gap(ask: Ask) -> Gap:
    number = ask.path["number"]
    gap = await _store(ask).find(int(number)) if number.isdigit() else None
    if gap is None or gap.brand not in ask.console.brands:
        raise Refused(404, "not_found")
    return gap


def _store(ask: Ask) -> Gaps:
    console = ask.console
    return Gaps(console.database, console.lessons.embedder, console.clock)


ROUTES = (
    Route("GET", "/gaps", "viewer", gaps),
    Route("GET", "/gaps/{number}", "viewer", gap_form),
    Route("POST", "/gaps/{number}/answer", "editor", answer_gap),
    Route("POST", "/gaps/{number}/dismiss", "editor", dismiss_gap),
)
