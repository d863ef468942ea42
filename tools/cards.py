"""Orders as the customer sees them: names instead of stock-keeping units, nothing private."""

from knowledge.brand import Brand, Order
from tools.artifacts import OrderCard, OrderItem
from tools.defuse import defused


def items_of(order: Order, brand: Brand) -> tuple[OrderItem, ...]:
    """The order's lines by name; what the catalogue no longer has keeps its number."""
    return tuple(
        OrderItem(
            sku=line.sku,
            name=product.name if (product := brand.product(line.sku)) else line.sku,
            quantity=line.quantity,
        )
        for line in order.lines
    )


def order_card(order: Order, brand: Brand) -> OrderCard:
    """Everything of an order that its customer may see, in the brand's time zone."""
    return OrderCard(
        order_id=order.order_id,
        status=order.status,
        created_at=order.created_at.astimezone(brand.timezone),
        items=items_of(order, brand),
        amount_cents=order.amount_cents,
        currency=order.currency,
        carrier=defused(order.carrier),
        tracking_no=defused(order.tracking_no),
        note=defused(order.note),
    )
