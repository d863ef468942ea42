"""Replaying one conversation: exactly, or as a what if, both sides beside each other."""

from difflib import SequenceMatcher
from typing import Any

from fastapi.responses import Response

from agent.verdicts import outcome_of
from agent.what_if import WhatIfTurn
from console.conversation import brand_of, found, revealed
from console.lessons import Change, LessonError
from console.routing import Ask, Refused, Route
from console.steps import pretty
from console.transcript import Talk
from knowledge.masking import masked_strictly
from knowledge.personal import masked

_LONGEST_COMPARED = 2000


async def replay_form(ask: Ask) -> Response:
    """What may be different."""
    talk = await found(ask)
    if not talk.turns or talk.brand not in ask.console.brands:
        raise Refused(404, "not_found")
    wanted = ask.query.get("turn", "")
    first = int(wanted) if wanted.isdigit() else min(talk.turns)
    return ask.page("replay.html", **await _values(ask, talk), first=first)


async def replay_now(ask: Ask) -> Response:
    """Run it; who looked at what is on record, nothing else is."""
    talk = await found(ask)
    if talk.brand not in ask.console.brands:
        raise Refused(404, "not_found")
    lessons = ask.console.lessons
    change = change_of(ask, _said(talk))
    try:
        turns = await lessons.rehearsals.rehearse(talk.brand, talk.events, change)
    except LessonError as error:
        return ask.part(
            "replay_result.html", talk=talk, problem=str(error), turns=(), pretty=pretty
        )
    judge = await lessons.cases.judge(talk.brand)
    async with ask.acting("replay", talk.id) as act:
        act.details.update(change.as_json)
    shown = [(turn, outcome_of(talk.id, turn, judge), _compared(turn)) for turn in turns]
    about = {"talk": talk, "brand": brand_of(ask, talk), "pretty": pretty}
    return ask.part("replay_result.html", **about, problem="", turns=shown)


def change_of(ask: Ask, said: dict[int, str] | None = None) -> Change:
    """What the form says; words are only changed where they differ from what was said."""
    form = ask.form
    first = form.get("first", "1")
    words = {
        number: text
        for number, before in (said or {}).items()
        if (text := form.get(f"say-{number}", before).strip())
        not in {"", before, masked_strictly(before)}
    }
    if form.get("mode") == "exact":
        return Change(exact=True)
    return Change(
        model=form.get("model", ""),
        prompts=form.get("prompts", ""),
        first=int(first) if first.isdigit() else 1,
        words=words,
        knowledge="knowledge" in form,
        shop="shop" in form,
        ask="ask" in form,
    )


def _said(talk: Talk) -> dict[int, str]:
    return {event.turn: event.body["text"] for event in talk.events if event.kind == "message"}


async def _values(ask: Ask, talk: Talk) -> dict[str, Any]:
    rehearsals = ask.console.lessons.rehearsals
    return {
        "talk": talk,
        "said": _said(talk),
        "brand": brand_of(ask, talk),
        "models": rehearsals.models,
        "prompts": rehearsals.prompts,
        "in_full": await revealed(ask, talk.id),
    }


def _compared(turn: WhatIfTurn) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Both replies in pieces: `same`, or `gone` on the left and `new` on the right.

    Masked before they are cut: half a telephone number would be none to the mask.
    """
    before, after = (
        masked(side.reply.text[:_LONGEST_COMPARED]) if side.reply else ""
        for side in (turn.before, turn.after)
    )
    left: list[tuple[str, str]] = []
    right: list[tuple[str, str]] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if i1 < i2:
            left.append(("same" if kind == "equal" else "gone", before[i1:i2]))
        if j1 < j2:
            right.append(("same" if kind == "equal" else "new", after[j1:j2]))
    return left, right


ROUTES = (
    Route("GET", "/conversations/{id}/replay", "operator", replay_form),
    Route("POST", "/conversations/{id}/replay", "operator", replay_now),
)
