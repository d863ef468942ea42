"""Taking a conversation over, answering in the bot's place, handing it back, closing it."""

import secrets
from typing import Any

from fastapi.responses import Response
from sqlalchemy import select

from agent.delivery_tables import conversations
from agent.drafting import draft
from agent.outbox import Address
from agent.person import NotHisError, Person, Words
from agent.speaking import spoken_in
from agent.taking_over import closed, handed_back, silent, taken_over
from agent.wakeups import LOST, WORK, Wakeups
from console.conversation import found, values
from console.routing import Acting, Ask, Refused, Route
from console.site import BrandDesk
from console.transcript import Talk

LONGEST_TEXT = 2000
CLOSING_REASONS = ("solved", "no_answer", "spam", "other")


async def take(ask: Ask) -> Response:
    """From the answer to this on the bot is silent here.

    Of two who press at once the second is told; `from` is whom he sees it belong to.
    """
    name, now = ask.path["id"], ask.console.clock()
    async with ask.acting("take_over", name) as act:
        row = await _locked(act, name)
        owner = row["operator"] if row["state"] == "taken_over" else ""
        if row["state"] == "closed" or owner not in {"", ask.form.get("from", "")}:
            raise Refused(409, "taken")
        act.details["from"] = owner or row["state"]
        await taken_over(act.connection, name, ask.operator.name, now)
    # A turn that runs is broken off, and what is being sent arrives before this is acknowledged.
    await Wakeups(ask.console.streams).ring(LOST)
    if not await silent(ask.console.database, name, ask.console.silence_seconds):
        raise Refused(503, "still_sending")
    return await shown(ask)


async def give_back(ask: Ask) -> Response:
    """The bot answers again from the customer's next message on."""
    name = ask.path["id"]
    async with ask.acting("hand_back", name) as act:
        _not_anothers(ask, await _locked(act, name))
        if not await handed_back(act.connection, name, ask.console.clock(), ask.operator.name):
            raise Refused(409, "not_taken")
    return await shown(ask)


async def close(ask: Ask) -> Response:
    """The matter is settled."""
    name, reason = ask.path["id"], ask.form.get("reason", "")
    if reason not in CLOSING_REASONS:
        raise Refused(422, "form")
    async with ask.acting("close", name) as act:
        _not_anothers(ask, await _locked(act, name))
        act.details["reason"] = reason
        now = ask.console.clock()
        if not await closed(act.connection, name, ask.operator.name, reason, now):
            raise Refused(409, "taken")
    return await shown(ask)


async def say(ask: Ask) -> Response:
    """Send what was typed."""
    text = ask.form.get("text", "").strip()[:LONGEST_TEXT]
    if text:
        await send(ask, Words(text, form_key(ask)))
    return await shown(ask, anew=True)


async def suggest(ask: Ask) -> Response:
    """What the bot would say, into the text box; nothing is sent."""
    talk = await found(ask)
    desk = desk_of(ask, talk)
    reply = await draft(desk.agent, talk.events, talk.customer, ask.console.clock())
    async with ask.acting("draft", talk.id):
        pass
    refused = reply is None or reply.refused
    shown = {"text": reply.text if reply else "", "refused": refused}
    return ask.part("composer_text.html", **shown, images=len(reply.images) if reply else 0)


async def send(ask: Ask, words: Words) -> None:
    """Say it in the bot's place, if the conversation is his."""
    name = ask.path["id"]
    person = Person(
        {bot: desk.channel for bot, desk in ask.console.bots.items()}, ask.console.streams
    )
    now = ask.console.clock()
    try:
        async with ask.acting("say", name) as act:
            to: Address = await person.say(act.connection, name, ask.operator.name, words, now)
            act.details.update(characters=len(words.text), images=len(words.images))
    except NotHisError:
        raise Refused(409, "not_taken") from None
    await to.tell(ask.console.streams)


async def shown(ask: Ask, *, anew: bool = False) -> Response:
    """The page's moving parts as they are now, and everybody else told that they moved."""
    talk = await found(ask)
    if talk.row:
        streams = ask.console.streams
        await streams.publish(spoken_in(talk.row["bot"], talk.row["chat"]), {"kind": "put"})
        await Wakeups(streams).ring(WORK)
    if "hx-request" not in ask.request.headers:
        return ask.moved(f"/conversations/{talk.id}")
    before = "" if anew else ask.form.get("mode", "")
    shown = await values(ask, talk)
    return ask.part("talk_update.html", **shown, mode_before=before)


def desk_of(ask: Ask, talk: Talk) -> BrandDesk:
    """Its brand, which this process has to serve."""
    desk = ask.console.brands.get(talk.brand)
    if desk is None:
        raise Refused(404, "not_found")
    return desk


def language_of(ask: Ask, talk: Talk) -> Any:
    """The customer's language, else the brand's."""
    own = talk.row["language"] if talk.row else None
    return own or desk_of(ask, talk).agent.brand.language


def form_key(ask: Ask) -> str:
    """Of the form that was sent: twice the same is once."""
    given = ask.form.get("key", "")
    return given[:40] if given.isalnum() else secrets.token_hex(8)


async def _locked(act: Acting, name: str) -> Any:
    query = select(conversations).where(conversations.c.id == name).with_for_update()
    row = (await act.connection.execute(query)).mappings().first()
    if row is None:
        raise Refused(404, "not_found")
    return row


def _not_anothers(ask: Ask, row: Any) -> None:
    """Whoever wants to end what a colleague is about takes it over from him first."""
    if row["state"] == "taken_over" and row["operator"] != ask.operator.name:
        raise Refused(409, "taken")


ROUTES = (
    Route("POST", "/conversations/{id}/take-over", "operator", take),
    Route("POST", "/conversations/{id}/hand-back", "operator", give_back),
    Route("POST", "/conversations/{id}/close", "operator", close),
    Route("POST", "/conversations/{id}/say", "operator", say),
    Route("POST", "/conversations/{id}/draft", "operator", suggest),
)
