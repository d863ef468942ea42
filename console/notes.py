"""Notes to colleagues, and answers that are used again and again."""

from fastapi.responses import Response
from sqlalchemy import RowMapping, delete, insert, select

from agent.database import Database
from console.routing import Ask, Refused, Route
from console.tables import operator_notes, operators, quick_replies
from console.transcript import talk_of

_LONGEST = 2000


async def notes_of(database: Database, conversation: str) -> tuple[RowMapping, ...]:
    """The notes on a conversation, oldest first, each with its author's shown name."""
    query = (
        select(operator_notes, operators.c.shown_name)
        .outerjoin(operators, operators.c.name == operator_notes.c.operator)
        .where(operator_notes.c.conversation == conversation)
        .order_by(operator_notes.c.number)
    )
    async with database.reading() as connection:
        return tuple((await connection.execute(query)).mappings().all())


async def quick_replies_of(database: Database, brand: str) -> tuple[RowMapping, ...]:
    """The quick replies of a brand, by title."""
    query = select(quick_replies).where(quick_replies.c.brand == brand)
    async with database.reading() as connection:
        return tuple(
            (await connection.execute(query.order_by(quick_replies.c.title))).mappings().all()
        )


async def add_note(ask: Ask) -> Response:
    """Leave a note; customers never see it."""
    name, text = ask.path["id"], ask.form.get("text", "").strip()[:_LONGEST]
    talk = await talk_of(ask.console.database, name)
    if talk is None:
        raise Refused(404, "not_found")
    if text:
        row = {"conversation": name, "operator": ask.operator.name, "text": text}
        async with ask.acting("note", name) as act:
            at = ask.console.clock()
            await act.connection.execute(insert(operator_notes), [{**row, "at": at}])
    notes = await notes_of(ask.console.database, name)
    return ask.part("notes.html", notes=notes, id=name, brand=talk.brand)


async def quick_page(ask: Ask) -> Response:
    """All quick replies, by brand."""
    desks = ask.console.brands
    found = {name: await quick_replies_of(ask.console.database, name) for name in desks}
    names = {name: desk.agent.brand.name for name, desk in desks.items()}
    return ask.page("quick.html", found=found, names=names)


async def add_quick(ask: Ask) -> Response:
    """A new quick reply."""
    brand = ask.form.get("brand", "")
    title, text = ask.form.get("title", "").strip()[:80], ask.form.get("text", "").strip()
    if brand not in ask.console.brands or not title or not text:
        raise Refused(422, "form")
    row = {"brand": brand, "title": title, "text": text[:_LONGEST]}
    async with ask.acting("quick_reply.add") as act:
        act.details.update(brand=brand, title=title)
        more = {"operator": ask.operator.name, "at": ask.console.clock()}
        await act.connection.execute(insert(quick_replies), [{**row, **more}])
    return ask.moved("/quick-replies")


async def drop_quick(ask: Ask) -> Response:
    """Delete a quick reply."""
    number = ask.form.get("number", "")
    if not number.isdigit():
        raise Refused(422, "form")
    async with ask.acting("quick_reply.drop") as act:
        act.details["number"] = int(number)
        dropping = delete(quick_replies).where(quick_replies.c.number == int(number))
        await act.connection.execute(dropping)
    return ask.moved("/quick-replies")


ROUTES = (
    Route("POST", "/conversations/{id}/notes", "operator", add_note),
    Route("GET", "/quick-replies", "operator", quick_page),
    Route("POST", "/quick-replies", "operator", add_quick),
    Route("POST", "/quick-replies/drop", "operator", drop_quick),
)
