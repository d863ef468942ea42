"""What is made of a correction, one step each: a case, a snippet, an example, a sample."""

from datetime import date
from typing import Any

from fastapi.responses import Response

from agent.corrections import Correction, note_outcome
from agent.gaps import Gaps
from console.correcting import REVIEW_AFTER, correction_of, steps
from console.lessons import LessonError, Wanted
from console.routing import Ask, Refused, Route
from knowledge.errors import KnowledgeError
from knowledge.snippets import Snippet, SnippetError, add_snippet

_MOST_LINES = 20


async def make_case(ask: Ask) -> Response:
    """A regression case of the brand; it is run at once, to see that it is red."""
    one = await correction_of(ask)
    try:
        case = await ask.console.lessons.cases.add(one, _wanted(ask))
    except LessonError as error:
        return _part(ask, one, problem=str(error))
    async with ask.acting("case.add", one.conversation) as act:
        await note_outcome(act.connection, one.number, case=case)
        act.details.update(correction=one.number, case=case)
    return await run_case(ask)


async def run_case(ask: Ask) -> Response:
    """Run the case now: red before, green after."""
    one = await correction_of(ask)
    if not one.case:
        raise Refused(404, "not_found")
    try:
        ran = await ask.console.lessons.cases.run(one.brand, one.case)
    except LessonError as error:
        return _part(ask, one, problem=str(error))
    async with ask.acting("case.run", one.conversation) as act:
        act.details.update(correction=one.number, case=one.case, right=ran.right)
    return _part(ask, one, ran=ran)


async def make_snippet(ask: Ask) -> Response:
    """A file of the brand's knowledge; live when this answers."""
    one = await correction_of(ask)
    try:
        source = await written_snippet(ask, one.brand, one.number)
    except (SnippetError, KnowledgeError, OSError) as error:
        return _part(ask, one, problem=str(error))
    gaps = Gaps(ask.console.database, ask.console.lessons.embedder, ask.console.clock)
    gap = await gaps.group_of(one.conversation, one.turn)
    async with ask.acting("snippet.add", one.conversation) as act:
        await note_outcome(act.connection, one.number, snippet=source)
        if gap is not None:
            await gaps.settle(act.connection, gap, "answered", ask.operator.name)
        act.details.update(correction=one.number, snippet=source)
    return _part(ask, await correction_of(ask))


async def make_example(ask: Ask) -> Response:
    """A labelled sentence for decisions."""
    one = await correction_of(ask)
    tool, text = ask.form.get("tool", ""), ask.form.get("text", "").strip() or one.question
    brand = ask.console.brands[one.brand].agent.brand
    if tool and tool not in brand.tools:
        raise Refused(422, "form")
    calls: list[dict[str, Any]] = [{"tool": tool, "args": {}}] if tool else []
    try:
        await ask.console.lessons.brands.add_example(one.brand, text, calls)
    except LessonError as error:
        return _part(ask, one, problem=str(error))
    async with ask.acting("example.add", one.conversation) as act:
        await note_outcome(act.connection, one.number, example=True)
        act.details.update(correction=one.number, tool=tool)
    return _part(ask, await correction_of(ask))


async def make_sample(ask: Ask) -> Response:
    """A training sample; `digital-human training export` writes them all."""
    one = await correction_of(ask)
    async with ask.acting("sample.add", one.conversation) as act:
        await note_outcome(act.connection, one.number, sample=True)
        act.details.update(correction=one.number)
    return _part(ask, await correction_of(ask))


async def written_snippet(ask: Ask, brand: str, correction: int | None = None) -> str:
    """Write the form's snippet and take it up; the name of its file."""
    desk = ask.console.brands[brand]
    today = ask.console.clock().astimezone(desk.agent.brand.timezone).date()
    snippet = Snippet(
        question=ask.form.get("question", ""),
        answer=ask.form.get("answer", ""),
        author=ask.operator.name,
        added=today,
        review=_day(ask.form.get("review", ""), today + REVIEW_AFTER),
        correction=correction,
    )
    made = await add_snippet(desk.agent.brand.folder, snippet)
    await ask.console.lessons.brands.refresh(brand)
    return made.source


def _day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise


def _wanted(ask: Ask) -> Wanted:
    tool = ask.form.get("tool", "")
    refuses = ask.form.get("refuses", "")
    return Wanted(
        says=tuple(tuple(one.split("|")) for one in _lines(ask.form.get("says", ""))),
        never_says=_lines(ask.form.get("never_says", "")),
        refuses={"yes": True, "no": False}.get(refuses),
        calls=(tool,) if tool else None,
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())[:_MOST_LINES]


def _part(ask: Ask, one: Correction, **more: object) -> Response:
    return ask.part("correction_steps.html", **steps(ask, one, **more))


ROUTES = (
    Route("POST", "/corrections/{number}/case", "editor", make_case),
    Route("POST", "/corrections/{number}/run", "operator", run_case),
    Route("POST", "/corrections/{number}/snippet", "editor", make_snippet),
    Route("POST", "/corrections/{number}/example", "editor", make_example),
    Route("POST", "/corrections/{number}/sample", "operator", make_sample),
)
