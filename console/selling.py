"""What an operator sends besides words: products, payment links, and purchases to agree to.

All of it is given by the bot's own tools, on behalf of the customer: whose order it is, what it
costs and which link is sent is decided by code here too.
"""

import secrets
from typing import Any

from fastapi.responses import Response

from agent.deals import agreed_to
from agent.memory import PendingPurchase
from agent.person import Words
from agent.reply import Image, Payment
from agent.turn_state import Result
from agent.wording import told
from console.answering import desk_of, form_key, language_of, send, shown
from console.conversation import found
from console.routing import Ask, Refused, Route
from console.site import BrandDesk
from console.transcript import Talk
from knowledge.brand import Product
from tools.artifacts import Artifact, PaymentLink, Pictures, PurchaseSummary
from tools.context import Caller, ShopDownError, ToolContext, ToolRefusedError
from tools.money import decimal_text, display
from tools.run import run_tool

_PAY = "create_payment_link"
_LISTED = 24


async def attach(ask: Ask) -> Response:
    """What can be sent: products by name, and the customer's unpaid orders."""
    talk = await found(ask)
    desk = desk_of(ask, talk)
    query = ask.query.get("q", "").strip()
    products = _named(desk.agent.brand.products, query)
    orders = [order for order in await _orders(talk, desk) if order.status == "unpaid"]
    prices = {p.sku: display(p.price_cents, p.currency, ask.language) for p in products}
    amounts = {o.order_id: display(o.amount_cents, o.currency, ask.language) for o in orders}
    listed = {"products": products[:_LISTED], "orders": orders, "prices": prices}
    sells = _PAY in desk.agent.brand.tools
    about = {"talk": talk, "amounts": amounts, "query": query, "sells": sells}
    return ask.part("attach.html", **listed, **about, key=secrets.token_hex(8))


async def send_product(ask: Ask) -> Response:
    """Send a product's card and pictures, as the bot's own tool gives them."""
    talk = await found(ask)
    product = _product(ask, talk)
    images: tuple[Image, ...] = ()
    if product.images:
        gave = await _tool(ask, talk, "show_product_images", {"product": product.sku})
        if isinstance(gave, Pictures):
            images = tuple(Image(sku=p.sku, path=p.path, caption=p.caption) for p in gave.pictures)
    price = display(product.price_cents, product.currency, language_of(ask, talk))
    text = " · ".join(filter(None, (product.name, price, product.summary)))
    await send(ask, Words(text, form_key(ask), images))
    return await shown(ask)


async def send_payment(ask: Ask) -> Response:
    """Send the payment link of an order of the customer's own that is not paid yet."""
    talk = await found(ask)
    gave = await _tool(ask, talk, _PAY, {"order_id": ask.form.get("order", "")})
    if not isinstance(gave, PaymentLink):
        raise Refused(409, "tool")
    return await _link_sent(ask, talk, gave)


async def propose(ask: Ask) -> Response:
    """Sum a purchase up, for the customer to say yes to: nothing is ordered before he does."""
    talk = await found(ask)
    _only_his(ask, talk)
    product, quantity = _product(ask, talk), ask.form.get("quantity", "1")
    if not (quantity.isascii() and quantity.isdigit()):
        raise Refused(422, "form")
    args = {"product": product.sku, "quantity": int(quantity[:4])}
    gave = await _tool(ask, talk, _PAY, args, "no_purchase")
    if not isinstance(gave, PurchaseSummary):
        raise Refused(409, "no_purchase")
    brand = desk_of(ask, talk).agent.brand
    said = told(Result(_PAY, args, "", gave), brand, language_of(ask, talk))
    pending = PendingPurchase(gave.token, gave.item.sku, gave.item.quantity, gave.expires_at)
    await send(ask, Words("".join(said), form_key(ask), pending=pending))
    return await shown(ask)


async def order(ask: Ask) -> Response:
    """Place what the customer has agreed to, and send its link: his own words are looked at."""
    talk = await found(ask)
    _only_his(ask, talk)
    pending, desk = agreed_to(talk.events), desk_of(ask, talk)
    if pending is None or _PAY not in desk.agent.brand.tools:
        raise Refused(409, "not_agreed")
    async with ask.acting("order", talk.id) as act:
        act.details.update(product=pending.sku, quantity=pending.quantity)
    try:
        link = await desk.agent.services.payments.confirm(pending.token, _caller(talk))
    except (ToolRefusedError, ShopDownError):
        raise Refused(409, "no_purchase") from None
    return await _link_sent(ask, talk, link)


async def _link_sent(ask: Ask, talk: Talk, link: PaymentLink) -> Response:
    payment = Payment(
        url=link.url,
        amount=decimal_text(link.amount_cents),
        currency=link.currency,
        order_id=link.order_id,
        expires_at=link.expires_at.isoformat(),
    )
    text = ask.look.say(language_of(ask, talk), "conversation.pay_text", order=link.order_id)
    await send(ask, Words(text, form_key(ask), payment=payment))
    return await shown(ask)


async def _tool(
    ask: Ask, talk: Talk, name: str, args: dict[str, Any], otherwise: str = "tool"
) -> Artifact:
    """The very tool that the bot has, on behalf of this customer."""
    agent, now = desk_of(ask, talk).agent, ask.console.clock()
    context = ToolContext(
        brand=agent.brand,
        caller=_caller(talk),
        language=language_of(ask, talk),
        now=now,
        orders=agent.services.orders,
        payments=agent.services.payments,
        knowledge=agent.services.knowledge,
    )
    try:
        return (await run_tool(name, args, f"operator-{form_key(ask)}", context))[1]
    except (ToolRefusedError, ShopDownError):
        raise Refused(409, otherwise) from None


def _named(products: tuple[Product, ...], query: str) -> tuple[Product, ...]:
    wanted = query.casefold()
    return tuple(
        p for p in products if any(wanted in n.casefold() for n in (p.name, p.sku, *p.aliases))
    )


def _product(ask: Ask, talk: Talk) -> Product:
    product = desk_of(ask, talk).agent.brand.product(ask.form.get("sku", ""))
    if product is None:
        raise Refused(404, "not_found")
    return product


async def _orders(talk: Talk, desk: BrandDesk) -> tuple[Any, ...]:
    try:
        return await desk.agent.services.orders.own_orders(_caller(talk))
    except (ToolRefusedError, ShopDownError):
        return ()


def _caller(talk: Talk) -> Caller:
    return Caller(talk.brand, talk.id, max(talk.turns, default=0), talk.customer)


def _only_his(ask: Ask, talk: Talk) -> None:
    """Before anything is done in the shop; sending looks again, in its own transaction."""
    row = talk.row
    if row is None or talk.state != "taken_over" or row["operator"] != ask.operator.name:
        raise Refused(409, "not_taken")


ROUTES = (
    Route("GET", "/conversations/{id}/attach", "operator", attach),
    Route("POST", "/conversations/{id}/send-product", "operator", send_product),
    Route("POST", "/conversations/{id}/send-payment", "operator", send_payment),
    Route("POST", "/conversations/{id}/propose", "operator", propose),
    Route("POST", "/conversations/{id}/order", "operator", order),
)
