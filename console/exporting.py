"""A conversation as a file: its events as JSON Lines, or a page to read."""

import json

from fastapi.responses import Response

from console.conversation import brand_of, found, values
from console.routing import Ask, Refused, Route


async def export(ask: Ask) -> Response:
    """Download it; that he did is on record. Both files show personal data in full."""
    talk, kind = await found(ask), ask.form.get("format", "")
    if kind not in {"jsonl", "html"}:
        raise Refused(422, "form")
    async with ask.acting("export", talk.id) as act:
        act.details["format"] = kind
    if kind == "jsonl":
        lines = (
            {
                "conversation": event.conversation,
                "seq": event.seq,
                "turn": event.turn,
                "kind": event.kind,
                "at": event.at.isoformat(),
                "body": event.body,
            }
            for event in talk.events
        )
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        return _file(text, f"{talk.id}.jsonl", "application/jsonl")
    shown = {**await values(ask, talk), "in_full": True, "brand": brand_of(ask, talk)}
    page = ask.page("export.html", **shown)
    return _file(bytes(page.body).decode(), f"{talk.id}.html", "text/html")


def _file(text: str, name: str, kind: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "Cache-Control": "no-store",
    }
    return Response(text, media_type=f"{kind}; charset=utf-8", headers=headers)


ROUTES = (Route("POST", "/conversations/{id}/export", "operator", export),)
