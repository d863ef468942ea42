"""Corrections: marking a reply wrong, and the list of what was marked."""

from datetime import timedelta
from functools import partial
from typing import Any

from fastapi.responses import Response

from agent.corrections import (
    FAULTS,
    Correction,
    CorrectionError,
    Marked,
    corrections_of,
    find_correction,
    latest_corrections,
    mark,
)
from agent.facts import unsupported
from agent.reply import Reply
from agent.what_if import Side, side_of
from console.conversation import brand_of, found, revealed
from console.routing import Ask, Refused, Route
from console.transcript import Talk
from knowledge.brand import Brand
from knowledge.snippets import read_snippets

# How `evaluation.judge` begins its sentences, the longer ones first.
_FAULT_WORDS = (
    ("does not say", "没有说到："),
    ("does not call", "没有调用："),
    ("does not refuse", "没有拒答"),
    ("does not hand over", "没有转人工"),
    ("shows pictures of", "发出的图片："),
    ("issues no payment link", "没有发付款链接"),
    ("issues a payment link", "发出了付款链接"),
    ("asks for", "金额："),
    ("links order", "付款的订单："),
    ("cites", "引用了："),
    ("calls", "调用了："),
    ("says", "说了："),
    ("refuses", "拒答了"),
    ("hands over", "转了人工"),
    ("no reply", "没有回复"),
    ("crashed", "出错："),
)
REVIEW_AFTER = timedelta(days=180)


async def correct(ask: Ask) -> Response:
    """The form for one turn."""
    talk = await found(ask)
    number, side = _turn(ask, talk)
    return ask.page("correct.html", **await _values(ask, talk, number, side), problem="")


async def mark_wrong(ask: Ask) -> Response:
    """Put the correction on record, and go on with what can be made of it."""
    talk = await found(ask)
    number, side = _turn(ask, talk)
    form = ask.form
    marked = Marked(number, form.get("fault", ""), form.get("right", ""), form.get("note", ""))
    try:
        async with ask.acting("correction.mark", talk.id) as act:
            at = ask.console.clock()
            made = await mark(act.connection, talk.events, marked, ask.operator.name, at)
            act.details.update(correction=made, turn=number, fault=marked.fault)
    except CorrectionError as error:
        shown = await _values(ask, talk, number, side)
        return ask.page("correct.html", 422, **shown, problem=f"corrections.{error}")
    return ask.moved(f"/corrections/{made}")


async def corrections(ask: Ask) -> Response:
    """The last ones, and the snippets that are due for review."""
    brand, fault = ask.query.get("brand", ""), ask.query.get("fault", "")
    brands = {name: desk.agent.brand for name, desk in ask.console.brands.items()}
    today = ask.console.clock().date()
    snippets = [
        (one, snippet)
        for name, one in brands.items()
        if brand in {"", name}
        for snippet in read_snippets(one.folder)
    ]
    return ask.page(
        "corrections.html",
        corrections=await latest_corrections(ask.console.database, brand, fault),
        brands=brands,
        brand=brand,
        fault=fault,
        faults=FAULTS,
        snippets=sorted(snippets, key=lambda pair: pair[1].review)[:30],
        today=today,
    )


async def correction(ask: Ask) -> Response:
    """One correction and its four steps."""
    one = await correction_of(ask)
    return ask.page("correction.html", **steps(ask, one))


async def samples(ask: Ask) -> Response:
    """The training samples of a brand, as a file."""
    brand = ask.query.get("brand", "")
    if brand not in ask.console.brands:
        raise Refused(404, "not_found")
    async with ask.acting("samples.export") as act:
        act.details.update(brand=brand)
    lines = await ask.console.lessons.brands.samples(brand)
    name = f"{brand}-samples.jsonl"
    headers = {**ask.look.headers, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(lines, 200, headers, "application/x-ndjson")


async def correction_of(ask: Ask) -> Correction:
    """The correction that the address names."""
    number = ask.path["number"]
    one = await find_correction(ask.console.database, int(number)) if number.isdigit() else None
    if one is None or one.brand not in ask.console.brands:
        raise Refused(404, "not_found")
    return one


def steps(ask: Ask, one: Correction, **more: Any) -> dict[str, Any]:
    """What the page of a correction shows; the forms are filled in as far as code can."""
    brand = ask.console.brands[one.brand].agent.brand
    day = ask.console.clock().astimezone(brand.timezone).date()
    return {
        "one": one,
        "brand": brand,
        "says": _telling(one.right, brand),
        "never_says": _invented(one, brand),
        "refuses": _refuses(one),
        "tools": brand.tools,
        "review": day + REVIEW_AFTER,
        "tomorrow": day + timedelta(days=1),
        "held": ask.console.brands[one.brand].knowledge.held,
        "problem": "",
        "ran": None,
        "fault_words": partial(_fault_words, ask),
        **more,
    }


def _fault_words(ask: Ask, fault: str) -> str:
    """What a case found wrong, in the reader's language; what is about this reply stays."""
    if ask.language == "en":
        return fault
    for english, chinese in _FAULT_WORDS:
        if fault.startswith(english):
            return f"{chinese}{fault.removeprefix(english)}"
    return fault


def _telling(right: str, brand: Brand) -> tuple[str, ...]:
    """What makes the right answer right: its facts, or else its first words."""
    facts = tuple(dict.fromkeys(fact.shown for fact in unsupported(right, (), brand.products)))
    first = right.split("。")[0].split(". ")[0].strip()
    return facts or ((first,) if first else ())


def _invented(one: Correction, brand: Brand) -> tuple[str, ...]:
    """Facts of the wrong reply that the right one does not have."""
    if one.fault not in {"invented", "outdated"}:
        return ()
    support = (one.right, one.question)
    wrong = unsupported(one.wrong, support, brand.products)
    return tuple(dict.fromkeys(fact.shown for fact in wrong))


def _refuses(one: Correction) -> str:
    if one.fault == "should_refuse":
        return "yes"
    return "" if one.fault in {"tone", "wrong_tool"} else "no"


def _turn(ask: Ask, talk: Talk) -> tuple[int, Side]:
    """A turn that has a reply, as it went."""
    wanted = ask.path["number"]
    number = int(wanted) if wanted.isdigit() else 0
    own = [(event.kind, event.body) for event in talk.events if event.turn == number]
    message = next((body for kind, body in own if kind == "message"), None)
    if message is None or talk.brand not in ask.console.brands:
        raise Refused(404, "not_found")
    brand = ask.console.brands[talk.brand].agent.brand
    side = side_of(own, brand, (message["text"],))
    if not isinstance(side.reply, Reply):
        raise Refused(404, "not_found")
    return number, side


async def _values(ask: Ask, talk: Talk, number: int, side: Side) -> dict[str, Any]:
    made = await corrections_of(ask.console.database, talk.id)
    return {
        "talk": talk,
        "number": number,
        "side": side,
        "faults": FAULTS,
        "brand": brand_of(ask, talk),
        "made": [one for one in made if one.turn == number],
        "form": ask.form,
        "in_full": await revealed(ask, talk.id),
    }


ROUTES = (
    Route("GET", "/conversations/{id}/turns/{number}/correct", "operator", correct),
    Route("POST", "/conversations/{id}/turns/{number}/correct", "operator", mark_wrong),
    Route("GET", "/corrections", "viewer", corrections),
    Route("GET", "/corrections/samples", "editor", samples),
    Route("GET", "/corrections/{number}", "viewer", correction),
)
