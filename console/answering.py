"""Taking a conversation over, answering in the bot's place, handing it back, closing it."""

import secrets
from typing import Any

from fastapi.responses import Response
from sqlalchemy import select

from agent.delivery_tables import conversations
from agent.drafting import draft
from agent.outbox import Address
from agent.person import NotHisError, Person, Words
from agent.reply import Image, Payment
from agent.speaking import spoken_in
from agent.taking_over import closed, handed_back, silent, taken_over
from agent.wakeups import LOST, WORK, Wakeups
from console.conversation import found, values
from console.routing import Acting, Ask, Refused, Route
from console.site import BrandDesk
from console.transcript import Talk
from tools.artifacts import Artifact, PaymentLink, Pictures
from tools.context import Caller, ShopDownError, ToolContext, ToolRefusedError
from tools.money import decimal_text, display
from tools.run import run_tool

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
    if not await silent(ask.console.database, name):
        raise Refused(503, "still_sending")
    return await _shown(ask)


async def give_back(ask: Ask) -> Response:
    """The bot answers again from the customer's next message on."""
    name = ask.path["id"]
    async with ask.acting("hand_back", name) as act:
        _not_anothers(ask, await _locked(act, name))
        if not await handed_back(act.connection, name, ask.console.clock(), ask.operator.name):
            raise Refused(409, "not_taken")
    return await _shown(ask)


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
    return await _shown(ask)


async def say(ask: Ask) -> Response:
    """Send what was typed."""
    text = ask.form.get("text", "").strip()[:LONGEST_TEXT]
    if text:
        await _send(ask, Words(text, _key(ask)))
    return await _shown(ask, anew=True)


async def send_product(ask: Ask) -> Response:
    """Send a product's card and pictures, as the bot's own tool gives them."""
    talk = await found(ask)
    desk = _desk(ask, talk)
    product = next((p for p in desk.agent.brand.products if p.sku == ask.form.get("sku")), None)
    if product is None:
        raise Refused(404, "not_found")
    images: tuple[Image, ...] = ()
    if product.images:
        gave = await _tool(ask, talk, "show_product_images", {"product": product.sku})
        if isinstance(gave, Pictures):
            images = tuple(Image(sku=p.sku, path=p.path, caption=p.caption) for p in gave.pictures)
    language = _language(talk, desk)
    price = display(product.price_cents, product.currency, language)
    text = " · ".join(filter(None, (product.name, price, product.summary)))
    await _send(ask, Words(text, _key(ask), images))
    return await _shown(ask)


async def send_payment(ask: Ask) -> Response:
    """Send the payment link of an order of the customer's own that is not paid yet."""
    talk = await found(ask)
    gave = await _tool(ask, talk, "create_payment_link", {"order_id": ask.form.get("order", "")})
    if not isinstance(gave, PaymentLink):
        raise Refused(409, "tool")
    payment = Payment(
        url=gave.url,
        amount=decimal_text(gave.amount_cents),
        currency=gave.currency,
        order_id=gave.order_id,
        expires_at=gave.expires_at.isoformat(),
    )
    language = _language(talk, _desk(ask, talk))
    text = ask.look.say(language, "conversation.pay_text", order=gave.order_id)
    await _send(ask, Words(text, _key(ask), payment=payment))
    return await _shown(ask)


async def attach(ask: Ask) -> Response:
    """What can be sent: products by name, and the customer's unpaid orders."""
    talk = await found(ask)
    desk = _desk(ask, talk)
    query = ask.query.get("q", "").strip()
    products = desk.agent.brand.products
    if query:
        wanted = query.casefold()
        products = tuple(
            p for p in products if any(wanted in n.casefold() for n in (p.name, p.sku, *p.aliases))
        )
    orders = [order for order in await _orders(talk, desk) if order.status == "unpaid"]
    prices = {p.sku: display(p.price_cents, p.currency, ask.language) for p in products}
    amounts = {o.order_id: display(o.amount_cents, o.currency, ask.language) for o in orders}
    shown = {"products": products[:24], "orders": orders, "prices": prices, "amounts": amounts}
    return ask.part("attach.html", talk=talk, **shown, query=query, key=secrets.token_hex(8))


async def suggest(ask: Ask) -> Response:
    """What the bot would say, into the text box; nothing is sent."""
    talk = await found(ask)
    desk = _desk(ask, talk)
    reply = await draft(desk.agent, talk.events, talk.customer, ask.console.clock())
    async with ask.acting("draft", talk.id):
        pass
    refused = reply is None or reply.refused
    shown = {"text": reply.text if reply else "", "refused": refused}
    return ask.part("composer_text.html", **shown, images=len(reply.images) if reply else 0)


async def _send(ask: Ask, words: Words) -> None:
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


async def _shown(ask: Ask, *, anew: bool = False) -> Response:
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


async def _tool(ask: Ask, talk: Talk, name: str, args: dict[str, Any]) -> Artifact:
    """The very tool that the bot has, on behalf of this customer."""
    desk = _desk(ask, talk)
    agent, now = desk.agent, ask.console.clock()
    context = ToolContext(
        brand=agent.brand,
        caller=_caller(talk),
        language=_language(talk, desk),
        now=now,
        orders=agent.services.orders,
        payments=agent.services.payments,
        knowledge=agent.services.knowledge,
    )
    try:
        return (await run_tool(name, args, f"operator-{_key(ask)}", context))[1]
    except (ToolRefusedError, ShopDownError):
        raise Refused(409, "tool") from None


async def _orders(talk: Talk, desk: BrandDesk) -> tuple[Any, ...]:
    try:
        return await desk.agent.services.orders.own_orders(_caller(talk))
    except (ToolRefusedError, ShopDownError):
        return ()


def _caller(talk: Talk) -> Caller:
    return Caller(talk.brand, talk.id, max(talk.turns, default=0), talk.customer)


def _desk(ask: Ask, talk: Talk) -> BrandDesk:
    desk = ask.console.brands.get(talk.brand)
    if desk is None:
        raise Refused(404, "not_found")
    return desk


def _language(talk: Talk, desk: BrandDesk) -> Any:
    return (talk.row["language"] if talk.row else None) or desk.agent.brand.language


def _key(ask: Ask) -> str:
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
    Route("GET", "/conversations/{id}/attach", "operator", attach),
    Route("POST", "/conversations/{id}/send-product", "operator", send_product),
    Route("POST", "/conversations/{id}/send-payment", "operator", send_payment),
    Route("POST", "/conversations/{id}/draft", "operator", suggest),
)
