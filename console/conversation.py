"""One conversation: what the customer saw, and beside it what happened in each turn."""

from datetime import timedelta
from typing import Any

from fastapi.responses import FileResponse, Response
from sqlalchemy import func, select, update

from agent.database import insert_new
from agent.delivery_tables import conversations, inbox, outbox
from agent.log import events as log_events
from agent.said import said
from agent.speaking import spoken_in
from console.deals import deal_of
from console.listing import present_in
from console.live import live_talk
from console.notes import notes_of, quick_replies_of
from console.routing import Ask, Refused, Route
from console.steps import pretty, steps_of
from console.tables import audit, operator_notes, operators, presence, sightings
from console.transcript import Talk, talk_of
from knowledge.personal import masked
from tools.help_tools import hours_text, is_staffed

REVEALED_FOR = timedelta(minutes=15)


async def conversation(ask: Ask) -> Response:
    """The page; `?turn=N` opens that turn beside it."""
    talk = await found(ask)
    wanted = ask.query.get("turn", "")
    number = int(wanted) if wanted.isdigit() else max(talk.turns, default=0)
    shown = await values(ask, talk)
    steps = steps_of(talk.events, number)
    return ask.page("conversation.html", **shown, turn=steps, pretty=pretty)


async def talk_part(ask: Ask) -> Response:
    """What was said, and whatever else of the page may have changed since."""
    talk = await found(ask)
    shown = await values(ask, talk)
    mode_before = ask.query.get("mode", "")
    return ask.part("talk_update.html", **shown, mode_before=mode_before)


async def turn_part(ask: Ask) -> Response:
    """The steps of one turn, or of the last one if it is another than `seen`, or went on."""
    talk = await found(ask)
    wanted, last = ask.path["number"], max(talk.turns, default=0)
    number = last if wanted == "last" else int(wanted) if wanted.isdigit() else 0
    steps = steps_of(talk.events, number)
    if wanted == "last" and (steps is None or ask.query.get("seen") == talk.mark(number)):
        return Response(None, 204)
    if steps is None:
        raise Refused(404, "not_found")
    shown = {"talk": talk, "turn": steps, "pretty": pretty, "brand": brand_of(ask, talk)}
    return ask.part("turn.html", **shown, in_full=await revealed(ask, talk.id))


async def reveal(ask: Ask) -> Response:
    """Show personal data in full for a while; who did so is on record."""
    talk = await found(ask)
    async with ask.acting("reveal", talk.id):
        pass
    return ask.moved(f"/conversations/{talk.id}")


async def revealed(ask: Ask, name: str) -> bool:
    """Whether he had them shown lately."""
    since = ask.console.clock() - REVEALED_FOR
    query = select(func.count()).where(
        audit.c.conversation == name,
        audit.c.operator == ask.operator.name,
        audit.c.act == "reveal",
        audit.c.at > since,
    )
    async with ask.console.database.reading() as connection:
        return bool(await connection.scalar(query))


async def conversation_events(ask: Ask) -> Response:
    """Says when something was said, sent, noted or done, and what the bot is saying."""
    talk = await found(ask)
    name, database = talk.id, ask.console.database
    shown = str if await revealed(ask, name) else masked

    async def fingerprint() -> str:
        async with database.reading() as connection:
            queries = (
                select(func.max(log_events.c.seq)).where(log_events.c.conversation == name),
                select(func.max(outbox.c.updated_at)).where(outbox.c.conversation == name),
                select(func.max(inbox.c.number)).where(inbox.c.conversation == name),
                select(func.max(operator_notes.c.number)).where(
                    operator_notes.c.conversation == name
                ),
                select(conversations.c.updated_at).where(conversations.c.id == name),
            )
            parts = [await connection.scalar(query) for query in queries]
            present = await present_in(connection, [name], ask.console.clock())
        return f"{parts} {present}"

    topic = spoken_in(talk.row["bot"], talk.row["chat"]) if talk.row else f"console:{name}"
    return live_talk(ask, (name, topic), fingerprint, shown)


async def picture(ask: Ask) -> Response:
    """A picture that a brand's catalogue names, and no other file."""
    desk = ask.console.brands.get(ask.path["brand"])
    file = desk.picture(ask.path["name"]) if desk else None
    if file is None or not file.is_file():
        raise Refused(404, "not_found")
    headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return FileResponse(file, headers=headers | {"Content-Security-Policy": "default-src 'none'"})


async def document(ask: Ask) -> Response:
    """A document of the knowledge as it is now, all its passages in order."""
    desk = ask.console.brands.get(ask.path["brand"])
    source = ask.query.get("source", "")
    own = await desk.knowledge.passages(source) if desk and source else ()
    if desk is None or not own:
        raise Refused(404, "not_found")
    shown: dict[str, Any] = {"source": source, "passages": own, "brand": desk.agent.brand}
    return ask.page("document.html", **shown, version=desk.knowledge.version)


async def found(ask: Ask) -> Talk:
    """The conversation that the address names."""
    talk = await talk_of(ask.console.database, ask.path["id"])
    if talk is None:
        raise Refused(404, "not_found")
    return talk


def brand_of(ask: Ask, talk: Talk) -> Any:
    """Its brand, if this process serves it."""
    desk = ask.console.brands.get(talk.brand)
    return desk.agent.brand if desk else None


def mode_of(ask: Ask, talk: Talk) -> str:
    """What this operator can do with it: mine, theirs, bot (or waiting), closed, looking."""
    if talk.row is None or talk.state == "closed":
        return "closed"
    if not ask.operator.may("operator"):
        return "looking"
    if talk.state == "taken_over":
        return "mine" if talk.row["operator"] == ask.operator.name else "theirs"
    return "bot"


async def values(ask: Ask, talk: Talk) -> dict[str, Any]:
    """What the page shows; whoever may answer is noted to be here and to have seen it."""
    database, now = ask.console.database, ask.console.clock()
    if ask.operator.may("operator") and talk.row:
        await _seen(ask, talk.id)
    brand = brand_of(ask, talk)
    async with database.reading() as connection:
        here = (await present_in(connection, [talk.id], now)).get(talk.id, ())
        names = dict(
            (await connection.execute(select(operators.c.name, operators.c.shown_name))).all()
        )
    return {
        "talk": talk,
        "brand": brand,
        "bots": ask.console.bots,
        "mode": mode_of(ask, talk),
        "deal": deal_of(ask, talk),
        "others": [name for name in here if name != ask.operator.shown_name],
        "names": names,
        "notes": await notes_of(database, talk.id),
        "quick": await quick_replies_of(database, talk.brand),
        "staffed": is_staffed(brand, now) if brand else True,
        "hours": hours_text(brand) if brand else "",
        "in_full": await revealed(ask, talk.id),
    }


async def _seen(ask: Ask, name: str) -> None:
    """Noted without an audit line: looking is no act; showing hidden data is."""
    now, who = ask.console.clock(), ask.operator.name
    last = select(func.max(said.c.number)).where(said.c.conversation == name)
    async with ask.console.database.writing() as connection:
        number = await connection.scalar(last) or 0
        here = {"conversation": name, "operator": who, "at": now}
        there = await connection.execute(insert_new(connection, presence).values(here))
        if not there.rowcount:
            mine = (presence.c.conversation == name, presence.c.operator == who)
            await connection.execute(update(presence).where(*mine).values(at=now))
        row = {"conversation": name, "number": number, "operator": who, "at": now}
        new = await connection.execute(insert_new(connection, sightings).values(row))
        if not new.rowcount:
            older = (sightings.c.conversation == name, sightings.c.number < number)
            await connection.execute(update(sightings).where(*older).values(row))


ROUTES = (
    Route("GET", "/conversations/{id}", "viewer", conversation),
    Route("GET", "/conversations/{id}/talk", "viewer", talk_part),
    Route("GET", "/conversations/{id}/events", "viewer", conversation_events),
    Route("GET", "/conversations/{id}/turns/{number}", "viewer", turn_part),
    Route("POST", "/conversations/{id}/reveal", "operator", reveal),
    Route("GET", "/brands/{brand}/pictures/{name:path}", "viewer", picture),
    Route("GET", "/brands/{brand}/document", "viewer", document),
)
