"""A purchase that waits for the customer's yes, as the page of his conversation shows it."""

from typing import Any

from agent.deals import agreed_to
from agent.memory import remember
from console.routing import Ask
from console.transcript import Talk


def deal_of(ask: Ask, talk: Talk) -> dict[str, Any] | None:
    """What it is and whether he has agreed; none once it is bought, called off or too old."""
    pending = remember(talk.events).pending
    desk = ask.console.brands.get(talk.brand)
    if pending is None or desk is None or pending.expires_at <= ask.console.clock():
        return None
    product = desk.agent.brand.product(pending.sku)
    name = product.name if product else pending.sku
    agreed = agreed_to(talk.events) is not None
    return {"name": name, "quantity": pending.quantity, "agreed": agreed}
