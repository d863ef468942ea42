"""The tools about products: seeing them and paying for them."""

from langchain.tools import tool

from tools.artifacts import PaymentLink, Picture, Pictures, PurchaseSummary
from tools.catalog import resolve
from tools.context import ToolContext, Turn
from tools.defuse import defused
from tools.money import display
from tools.refusals import refusal


@tool(parse_docstring=True, response_format="content_and_artifact")
async def show_product_images(product: str, runtime: Turn) -> tuple[str, Pictures]:
    """Send the customer the pictures of one product.

    Use it when the customer wants to see what a product looks like.

    Args:
        product: The product's name, alias or SKU, such as 蓝色雨伞 or YS-01.
    """
    context = runtime.context
    found = resolve(product, context.brand.products, context.language)
    if not found.images:
        raise refusal("no_pictures", context.language, product=found.name)
    name = defused(found.name)
    pictures = tuple(Picture(sku=found.sku, path=path, caption=name) for path in found.images)
    sent = {"zh": f"已发送 {len(pictures)} 张图片", "en": f"{len(pictures)} picture(s) sent"}
    text = f"{sent[context.language]}: {name} ({found.sku})"
    return text, Pictures(sku=found.sku, name=name, pictures=pictures)


@tool(parse_docstring=True, response_format="content_and_artifact")
async def create_payment_link(
    runtime: Turn, order_id: str = "", product: str = "", quantity: int = 1
) -> tuple[str, PaymentLink | PurchaseSummary]:
    """Let the customer pay: an unpaid order, or a product he wants to buy.

    Give either the order number or the product. For a product the customer first gets a summary
    to confirm; nothing is bought before that.

    Args:
        order_id: The number of an unpaid order, such as A20260102033.
        product: The name, alias or SKU of the product to buy, such as 蓝色雨伞.
        quantity: How many of the product, 1 to 99.
    """
    context = runtime.context
    if bool(order_id) == bool(product):
        problem = {"zh": "order_id 和 product 要且只要一个", "en": "order_id or product, not both"}
        raise refusal("bad_arguments", context.language, problem=problem[context.language])
    if order_id:
        order = await context.orders.own_order(order_id, context.caller)
        link = await context.payments.link(order, context.caller)
        return _link_line(link, context), link
    found = resolve(product, context.brand.products, context.language)
    summary = await context.payments.propose(found.sku, quantity, context.caller)
    return _summary_line(summary, context), summary


def _link_line(link: PaymentLink, context: ToolContext) -> str:
    # Without the address: the customer gets it as it is, the model has no need to spell it.
    amount = display(link.amount_cents, link.currency, context.language)
    sent = {"zh": "付款链接已发送", "en": "Payment link sent"}[context.language]
    return f"{sent}: {link.order_id} {amount}"


def _summary_line(summary: PurchaseSummary, context: ToolContext) -> str:
    total = display(summary.total_cents, summary.currency, context.language)
    wait = {"zh": "等待顾客确认", "en": "Waiting for the customer's yes"}[context.language]
    return f"{wait}: {summary.item.name} ×{summary.item.quantity} {total}"
