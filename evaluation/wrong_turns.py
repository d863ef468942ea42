"""The turns that went wrong, each with everything needed to see why; part of report.html."""

import json
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from evaluation.results import CaseResult, TurnResult


def wrong_turns(results: Iterable[CaseResult]) -> str:
    """A closed box for every wrong turn."""
    boxes = [
        _box(result, number, turn)
        for result in results
        for number, turn in enumerate(result.turns, 1)
        if not turn.right
    ]
    return f"<h2>Wrong turns ({len(boxes)})</h2>{''.join(boxes) or '<p>None.</p>'}"


def _box(result: CaseResult, number: int, turn: TurnResult) -> str:
    run = f" run {result.run}" if result.run > 1 else ""
    place = f"{result.brand} {result.file} {result.id}#{number}{run}"
    rows = [
        *_row("expected", _json(turn.expect)),
        *_row("faults", "\n".join(turn.faults), "bad"),
        *_row("unsupported", ", ".join(turn.unsupported), "bad"),
        *(_reply_rows(turn) if turn.reply else ()),
        *(row for note in turn.model_calls for row in _note_rows(note)),
    ]
    return (
        f"<details><summary><b>{escape(turn.user)}</b> <small>{escape(place)}</small><br>"
        f'<span class="bad">{escape("; ".join(turn.faults))}</span></summary>'
        f"<dl>{''.join(rows)}</dl></details>"
    )


def _reply_rows(turn: TurnResult) -> Iterator[str]:
    reply = turn.reply
    if reply is None:
        return
    calls = "\n".join(f"{c.tool} {_json(c.args)}{'' if c.ok else ' ✗'}" for c in reply.calls)
    yield from _row("reply", reply.text + (" (refuses)" if reply.refused else ""))
    yield from _row("calls", calls)
    yield from _row("cites", ", ".join(dict.fromkeys(c.source for c in reply.citations)))
    yield from _row("pictures", ", ".join(dict.fromkeys(image.sku for image in reply.images)))
    if reply.payment:
        yield from _row("payment", f"{reply.payment.amount} for {reply.payment.order_id}")


def _note_rows(note: dict[str, Any]) -> Iterator[str]:
    """What the log has on one step, by its kind."""
    match note.get("purpose"):
        case "decision":
            yield from _row("decision", _json({k: note.get(k) for k in ("calls", "talk")}))
        case "found":
            hits = [
                f"{hit['similarity']:.2f} {hit['source']}: {hit['text']}" for hit in note["hits"]
            ]
            yield from _row("found", "\n".join(hits))
        case "evidence":
            yield from _evidence_rows(note)
        case "verdict":
            checked = ", ".join(note.get("faults", ())) or "nothing left out"
            yield from _row("check", f"{checked}{' → unknown' if note.get('unanswered') else ''}")
        case "fault":
            yield from _row("fault", f"{note.get('where')}: {note.get('error')}", "bad")
        case role:
            yield from _row(f"model: {role}", str(note.get("text", "")))


def _evidence_rows(note: dict[str, Any]) -> Iterator[str]:
    sources = note.get("sources") or [""] * len(note.get("lines", ()))
    lines = [
        f"{line}  ({s})" if s else line for line, s in zip(note["lines"], sources, strict=False)
    ]
    yield from _row("question", note.get("question", ""))
    yield from _row("lines shown", "\n".join(lines) or "none")
    yield from _row("terms", ", ".join(note.get("terms", ())))
    yield from _row("missing", ", ".join(note.get("missing", ())))
    if note.get("sureness") is not None:
        yield from _row("sureness", f"{note['sureness']:g} {_json(note.get('signs'))}")


def _row(name: str, text: str, style: str = "") -> Iterator[str]:
    if text:
        shown = f' class="{style}"' if style else ""
        yield f"<dt>{escape(name)}</dt><dd{shown}>{escape(text)}</dd>"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
