"""Replaying many conversations: begun, watched, stopped and taken up again."""

from dataclasses import replace
from datetime import date
from typing import Any

from fastapi.responses import Response

from agent.replay_batches import Batch, ReplayBatches, Selection
from agent.verdicts import OUTCOMES
from console.rehearsing import change_of
from console.routing import Ask, Refused, Route

_PAGE = 25
_MOST = 5000


async def batches(ask: Ask) -> Response:
    """The form and the last ones."""
    return await _list(ask)


async def begin_batch(ask: Ask) -> Response:
    """Put a batch down; the service runs it."""
    form, store = ask.form, _store(ask)
    selection = _selection(ask)
    if selection.brand not in ask.console.brands:
        raise Refused(422, "form")
    change = replace(change_of(ask), first=1, words={})
    ids = await store.select(selection)
    title = form.get("title", "").strip() or _title(ask, selection)
    try:
        name = ask.operator.name
        number = await store.begin(ids, selection.brand, title, change.as_json, name)
    except ValueError:
        return await _list(ask, "batches.nothing")
    async with ask.acting("batch.begin") as act:
        act.details.update(batch=number, conversations=len(ids), **change.as_json)
    return ask.moved(f"/batches/{number}")


async def batch(ask: Ask) -> Response:
    """How far it is, and what changed."""
    return ask.page("batch.html", **await _shown(ask))


async def batch_progress(ask: Ask) -> Response:
    """The part of the page that grows."""
    return ask.part("batch_progress.html", **await _shown(ask))


async def cancel_batch(ask: Ask) -> Response:
    """Stop it; what was replayed stays."""
    found = await _found(ask)
    await _store(ask).cancel(found.number)
    async with ask.acting("batch.cancel") as act:
        act.details.update(batch=found.number)
    return ask.moved(f"/batches/{found.number}")


async def resume_batch(ask: Ask) -> Response:
    """Go on with what is left."""
    found = await _found(ask)
    await _store(ask).resume(found.number)
    async with ask.acting("batch.resume") as act:
        act.details.update(batch=found.number)
    return ask.moved(f"/batches/{found.number}")


async def _list(ask: Ask, problem: str = "") -> Response:
    console = ask.console
    return ask.page(
        "batches.html",
        422 if problem else 200,
        batches=await _store(ask).latest(),
        brands={name: desk.agent.brand for name, desk in console.brands.items()},
        bots=sorted(console.bots),
        models=console.lessons.rehearsals.models,
        prompts=console.lessons.rehearsals.prompts,
        outcomes=OUTCOMES,
        problem=problem,
    )


async def _shown(ask: Ask) -> dict[str, Any]:
    found = await _found(ask)
    outcome = ask.query.get("outcome", "")
    page = ask.query.get("page", "1")
    number = max(1, int(page)) if page.isdigit() and len(page) < 6 else 1
    if outcome not in {"", *OUTCOMES}:
        raise Refused(404, "not_found")
    results = await _store(ask).results(found.number, outcome, _PAGE + 1, (number - 1) * _PAGE)
    return {
        "batch": found,
        "brand": found.brand,
        "results": results[:_PAGE],
        "more": len(results) > _PAGE,
        "page": number,
        "outcome": outcome,
        "outcomes": OUTCOMES,
    }


async def _found(ask: Ask) -> Batch:
    number = ask.path["number"]
    found = await _store(ask).find(int(number)) if number.isdigit() else None
    if found is None:
        raise Refused(404, "not_found")
    return found


def _selection(ask: Ask) -> Selection:
    form = ask.form
    limit = form.get("limit", "")
    return Selection(
        brand=form.get("brand", ""),
        bot=form.get("bot", ""),
        first_day=_day(form.get("first_day", "")),
        last_day=_day(form.get("last_day", "")),
        refused="refused" in form,
        unhelpful="unhelpful" in form,
        words=form.get("words", "").strip()[:100],
        limit=min(_MOST, int(limit)) if limit.isdigit() and int(limit) else 1000,
    )


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise Refused(422, "form") from None


def _title(ask: Ask, selection: Selection) -> str:
    say = ask.look.say
    parts = [ask.console.brands[selection.brand].agent.brand.name, selection.bot]
    parts += [f"{selection.first_day}–{selection.last_day}".strip("–"), selection.words]
    parts += [say(ask.language, "batches.refused")] if selection.refused else []
    parts += [say(ask.language, "batches.unhelpful")] if selection.unhelpful else []
    return " · ".join(filter(None, parts))


def _store(ask: Ask) -> ReplayBatches:
    return ReplayBatches(ask.console.database, ask.console.clock)


ROUTES = (
    Route("GET", "/batches", "operator", batches),
    Route("POST", "/batches", "operator", begin_batch),
    Route("GET", "/batches/{number}", "operator", batch),
    Route("GET", "/batches/{number}/progress", "operator", batch_progress),
    Route("POST", "/batches/{number}/cancel", "operator", cancel_batch),
    Route("POST", "/batches/{number}/resume", "operator", resume_batch),
)
