"""What code itself says to customers, in both languages: orders, links, pictures, small talk."""

from datetime import datetime
from zoneinfo import ZoneInfo

from agent.inbound import clean
from agent.phrases import REFUSALS, STATUS, TALK, WHICH
from agent.turn_state import Result
from knowledge.brand import Brand, Language
from tools.artifacts import (
    HandOff,
    OrderCard,
    OrderItem,
    OrderList,
    PaymentLink,
    Pictures,
    PurchaseSummary,
)
from tools.catalog import MAX_NAMES
from tools.money import display
from tools.product_choice import called

MAX_LISTED_ORDERS = 5
_MAX_NOTE = 80


def talk(kind: str, brand: Brand, language: Language) -> str:
    """A fixed sentence of small talk, in the customer's language."""
    greeting = brand.greeting if brand.language == language else TALK[language]["empty"]
    return TALK[language][kind].format(greeting=greeting, name=brand.name, agent=brand.agent_name)


def unknown(brand: Brand, language: Language) -> str:
    """The honest answer where the knowledge does not say."""
    if brand.language == language:
        return brand.unknown
    if language == "zh":
        return "抱歉，这个问题我需要请同事确认后再回复您。"
    return "Sorry, I'd like to have a colleague confirm this before I answer."


def not_now(standing: str | None, language: Language) -> str:
    """What is said before a notice that does not hold today."""
    words = {
        "zh": {"ended": "（已结束）", "coming": "（尚未开始）", "replaced": "（已有新规定）"},
        "en": {"ended": "(This is over.) ", "coming": "(Not yet begun.) ", "replaced": "(Old.) "},
    }
    return words[language].get(standing or "", "")


def told(  # noqa: PLR0911 - one return a kind of artifact
    result: Result, brand: Brand, language: Language
) -> tuple[str, ...]:
    """What to say of a tool's result; nothing for knowledge, which is answered elsewhere."""
    match result.artifact:
        case OrderList(orders=()):
            return (REFUSALS[language]["no_orders"],)
        case OrderList(orders=orders):
            lead = (REFUSALS[language]["which_order"],) if result.refusal else ()
            return (*lead, *(_short_order(o, brand, language) for o in orders[:MAX_LISTED_ORDERS]))
        case OrderCard() as order:
            return _order(order, brand, language)
        case Pictures() as pictures:
            return (_pictures(pictures, language),)
        case PaymentLink() as link:
            return (_link(link, brand, language),)
        case PurchaseSummary() as summary:
            return (_summary(summary, language),)
        case HandOff() as handoff:
            return (_handoff(handoff, language),)
        case _:
            return (_refusal(result, brand, language),) if result.refusal else ()


def _refusal(result: Result, brand: Brand, language: Language) -> str:
    words = REFUSALS[language]
    product = brand.product(str(result.args.get("product", "")))
    if result.refusal == "which_product" and (
        names := called(str(result.args.get("product", "")), brand.products)[:MAX_NAMES]
    ):
        joint = "、" if language == "zh" else ", "
        return WHICH[language].format(names=joint.join(names))
    return words.get(result.refusal or "other", words["other"]).format(
        order_id=result.args.get("order_id", ""),
        product=product.name if product else result.args.get("product", ""),
    )


def items(lines: tuple[OrderItem, ...], language: Language) -> str:
    """Names and quantities in one phrase."""
    mark = "、" if language == "zh" else ", "
    return mark.join(f"{line.name} ×{line.quantity}" for line in lines)


def day(moment: datetime, zone: ZoneInfo, language: Language) -> str:
    """A date as the customer would write it."""
    local = moment.astimezone(zone)
    if language == "zh":
        return f"{local.year}年{local.month}月{local.day}日"
    return f"{local:%Y-%m-%d}"


def clock_time(moment: datetime, zone: ZoneInfo) -> str:
    """Hours and minutes in the brand's time zone."""
    return f"{moment.astimezone(zone):%H:%M}"


def _order(order: OrderCard, brand: Brand, language: Language) -> tuple[str, ...]:
    what = items(order.items, language)
    amount = display(order.amount_cents, order.currency, language)
    when = day(order.created_at, brand.timezone, language)
    status = STATUS[language][order.status]
    note = clean(order.note)[:_MAX_NOTE]
    if language == "zh":
        said = [f"订单 {order.order_id}：{status}。{when}下单，{what}，合计 {amount}。"]
        if order.tracking_no:
            said.append(f"由{order.carrier or '快递'}承运，运单号 {order.tracking_no}。")
        return (*said, f"备注：{note}。") if note else tuple(said)
    said = [f"Order {order.order_id} is {status}. Placed {when}: {what}, {amount} in total."]
    if order.tracking_no:
        said.append(f"Carrier: {order.carrier or '-'}, tracking number {order.tracking_no}.")
    return (*said, f"Note: {note}.") if note else tuple(said)


def _short_order(order: OrderCard, brand: Brand, language: Language) -> str:
    what = items(order.items, language)
    amount = display(order.amount_cents, order.currency, language)
    when = day(order.created_at, brand.timezone, language)
    status = STATUS[language][order.status]
    if language == "zh":
        return f"\n· {order.order_id}（{when}）：{what}，共 {amount}，{status}。"
    return f"\n- {order.order_id} ({when}): {what}, {amount}, {status}."


def _pictures(pictures: Pictures, language: Language) -> str:
    count = len(pictures.pictures)
    if language == "zh":
        return f"这是{pictures.name}的图片，共 {count} 张。"
    return f"Pictures of {pictures.name}: {count}."


def _link(link: PaymentLink, brand: Brand, language: Language) -> str:
    amount = display(link.amount_cents, link.currency, language)
    until = clock_time(link.expires_at, brand.timezone)
    if language == "zh":
        return f"订单 {link.order_id} 应付 {amount}，请在 {until} 前打开付款链接完成支付。"
    return f"Order {link.order_id}: {amount} to pay. Please use the payment link before {until}."


def _summary(summary: PurchaseSummary, language: Language) -> str:
    unit = display(summary.unit_cents, summary.currency, language)
    total = display(summary.total_cents, summary.currency, language)
    what = f"{summary.item.name} ×{summary.item.quantity}"
    if language == "zh":
        return f"请确认：{what}，单价 {unit}，合计 {total}。回复“确认”就为您下单并发送付款链接。"
    return f'Please confirm: {what}, {unit} each, {total} in total. Reply "confirm" to order.'


def _handoff(handoff: HandOff, language: Language) -> str:
    if language == "zh":
        if handoff.staffed:
            return "好的，正在为您转接人工客服，请稍等。"
        return f"已为您登记转接人工客服。人工服务时间为 {handoff.hours}，同事上班后会尽快联系您。"
    if handoff.staffed:
        return "I am handing you over to a colleague. One moment, please."
    return f"I have noted that you want a person. Our hours are {handoff.hours}."
