"""The tools about a customer's orders."""

from langchain.tools import tool

from tools.artifacts import OrderCard, OrderList
from tools.cards import order_card
from tools.context import ToolContext, Turn
from tools.money import display
from tools.refusals import refusal


@tool(parse_docstring=True, response_format="content_and_artifact")
async def lookup_order(order_id: str, runtime: Turn) -> tuple[str, OrderCard]:
    """Look up one order of the customer: its state, parcel, items and amount.

    Use it when the customer gives an order number or asks where a known order is.

    Args:
        order_id: The order number exactly as the customer wrote it, such as A20260102033.
    """
    context = runtime.context
    order = await context.orders.own_order(order_id, context.caller)
    card = order_card(order, context.brand)
    return _line(card, context), card


@tool(parse_docstring=True, response_format="content_and_artifact")
async def list_orders(runtime: Turn) -> tuple[str, OrderList]:
    """List all orders of the customer, newest first.

    Use it when the customer asks about his orders without saying which one.
    """
    context = runtime.context
    orders = await context.orders.own_orders(context.caller)
    if not orders and context.caller.customer is None:
        raise refusal("sign_in_needed", context.language)
    cards = tuple(order_card(order, context.brand) for order in orders)
    nothing = {"zh": "该顾客没有订单。", "en": "The customer has no orders."}[context.language]
    return "\n".join(_line(card, context) for card in cards) or nothing, OrderList(orders=cards)


@tool(parse_docstring=True, response_format="content_and_artifact")
async def verify_order(order_id: str, phone_tail: str, runtime: Turn) -> tuple[str, OrderCard]:
    """Show an order to a customer who is not signed in but knows its number and phone.

    Use it when the customer gives an order number together with the last four digits of a phone.

    Args:
        order_id: The order number exactly as the customer wrote it, such as A20260102033.
        phone_tail: The last four digits of the phone number, such as 5566.
    """
    context = runtime.context
    order = await context.orders.prove(order_id, phone_tail, context.caller)
    card = order_card(order, context.brand)
    return _line(card, context), card


def _line(card: OrderCard, context: ToolContext) -> str:
    """One order in one line, for the model."""
    items = "、".join(f"{item.name}×{item.quantity}" for item in card.items)
    amount = display(card.amount_cents, card.currency, context.language)
    parcel = f"{card.carrier} {card.tracking_no}".strip()
    day = f"{card.created_at:%Y-%m-%d}"
    facts = (card.order_id, card.status, day, items, amount, parcel, card.note)
    return " | ".join(fact for fact in facts if fact)
