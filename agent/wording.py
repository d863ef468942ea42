"""What code itself says to customers, in both languages: orders, links, pictures, small talk."""

from datetime import datetime
from zoneinfo import ZoneInfo

from agent.inbound import clean
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
from tools.money import display

MAX_LISTED_ORDERS = 5
_MAX_NOTE = 80

STATUS: dict[Language, dict[str, str]] = {
    "zh": {
        "unpaid": "待付款",
        "paid": "已付款，等待发货",
        "packed": "已打包，即将发出",
        "shipped": "已发货，正在路上",
        "delivered": "已签收",
        "cancelled": "已取消",
        "refunding": "退款处理中",
        "refunded": "已退款",
    },
    "en": {
        "unpaid": "waiting for payment",
        "paid": "paid and waiting to be shipped",
        "packed": "packed and about to be shipped",
        "shipped": "shipped and on its way",
        "delivered": "delivered",
        "cancelled": "cancelled",
        "refunding": "being refunded",
        "refunded": "refunded",
    },
}

REFUSALS: dict[Language, dict[str, str]] = {
    "zh": {
        "order_not_found": "没有查到订单 {order_id}，请核对一下订单号。",
        "sign_in_needed": "为了保护订单信息，请提供订单号和下单手机号的后四位，我马上为您查询。",
        "wrong_proof": "订单号和手机尾号对不上，请核对后再发一次。",
        "locked": "核对次数太多，为了保护订单信息，请一小时后再试，或让我为您转接人工客服。",
        "no_orders": "您名下目前没有订单。",
        "which_order": "您有不止一个待付款的订单，请告诉我要付哪一个的订单号：",
        "nothing_unpaid": "您目前没有待付款的订单。要买什么，告诉我商品名称和数量就可以。",
        "unknown_product": "没有找到这件商品，能再说一下商品的名称吗？",
        "which_product": "请问是哪一款商品呢？告诉我名称就可以。",
        "no_pictures": "这款商品暂时没有图片。",
        "out_of_stock": "抱歉，{product}目前库存不足，暂时不能下单。",
        "bad_quantity": "这个数量暂时不能下单，请换一个 1 到 99 之间的数量。",
        "not_payable": "订单 {order_id} 现在不需要付款。",
        "disabled": "抱歉，这里暂时办不了这件事。",
        "shop_down": "抱歉，订单系统暂时连不上，请稍后再试，或让我为您转接人工客服。",
        "other": "抱歉，这件事暂时没有办成，请稍后再试，或让我为您转接人工客服。",
    },
    "en": {
        "order_not_found": "I could not find order {order_id}. Please check the number.",
        "sign_in_needed": "To protect your order, please send me the order number and the last "
        "four digits of the phone number used.",
        "wrong_proof": "The order number and the phone digits do not match. Please check them.",
        "locked": "Too many attempts. Please try again in an hour, or ask me for a person.",
        "no_orders": "You have no orders yet.",
        "which_order": "You have more than one unpaid order. Please tell me which one to pay:",
        "nothing_unpaid": "You have no unpaid order. Tell me what you would like to buy.",
        "unknown_product": "I could not find that product. What is it called?",
        "which_product": "Which product do you mean? Please tell me its name.",
        "no_pictures": "There are no pictures of this product yet.",
        "out_of_stock": "Sorry, {product} is out of stock at the moment.",
        "bad_quantity": "Please choose a quantity from 1 to 99.",
        "not_payable": "Order {order_id} does not need to be paid now.",
        "disabled": "Sorry, that cannot be done here.",
        "shop_down": "Sorry, I cannot reach the order system now. Please try again later, or "
        "ask me for a person.",
        "other": "Sorry, that did not work. Please try again later, or ask me for a person.",
    },
}

TALK: dict[Language, dict[str, str]] = {
    "zh": {
        "greeting": "{greeting}",
        "thanks": "不客气，还有什么可以帮您？",
        "bye": "感谢光临{name}，再见！",
        "identity": "我是{name}的智能客服{agent}，可以帮您查订单、看商品、解答问题；需要的话也可以转接人工客服。",
        "other": "抱歉，这个我帮不上忙。我可以帮您查订单、介绍商品、解答{name}的相关问题，也可以转接人工客服。",
        "empty": "请问有什么可以帮您？可以直接打字告诉我。",
        "too_long": "这条消息太长了，我看不完。请用几句话说说您的问题。",
        "cancelled": "好的，没有下单。还有什么可以帮您？",
        "expired": "刚才的订单确认已经过期，请再告诉我一次要买的商品和数量。",
        "down": "抱歉，我这边暂时出了点问题，已经请同事来帮您，请稍等。",
    },
    "en": {
        "greeting": "{greeting}",
        "thanks": "You're welcome. Anything else I can do for you?",
        "bye": "Thank you for visiting {name}. Goodbye!",
        "identity": "I'm {agent}, the virtual assistant of {name}. I can look up orders, show "
        "products and answer questions, or call a colleague.",
        "other": "Sorry, I can't help with that. I can look up orders, show products and answer "
        "questions about {name}, or call a colleague.",
        "empty": "How can I help you? Just type your question.",
        "too_long": "That message is too long for me. Please put your question in a few sentences.",
        "cancelled": "All right, nothing was ordered. Anything else I can do for you?",
        "expired": "That summary has expired. Please tell me again what you would like to buy.",
        "down": "Sorry, something is wrong on my side. I have asked a colleague to help you.",
    },
}


def talk(kind: str, brand: Brand, language: Language) -> str:
    """A fixed sentence of small talk, in the customer's language."""
    greeting = brand.greeting if brand.language == language else TALK[language]["empty"]
    return TALK[language][kind].format(
        greeting=greeting, name=brand.name, agent=brand.agent_name
    )


def unknown(brand: Brand, language: Language) -> str:
    """The honest answer where the knowledge does not say."""
    if brand.language == language:
        return brand.unknown
    if language == "zh":
        return "抱歉，这个问题我需要请同事确认后再回复您。"
    return "Sorry, I'd like to have a colleague confirm this before I answer."


def told(result: Result, brand: Brand, language: Language) -> tuple[str, ...]:
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
    return words.get(result.refusal or "other", words["other"]).format(
        order_id=result.args.get("order_id", ""), product=product.name if product else ""
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
        return f"\n· {order.order_id}（{when}）：{what}，{amount}，{status}。"
    return f"\n- {order.order_id} ({when}): {what}, {amount}, {status}."


def _pictures(pictures: Pictures, language: Language) -> str:
    count = len(pictures.pictures)
    if language == "zh":
        return f"这是{pictures.name}的图片，共 {count} 张。"
    return f"Here {'is' if count == 1 else 'are'} {count} picture{'s' * (count > 1)} of {pictures.name}."


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
    return f"Please confirm: {what}, {unit} each, {total} in total. Reply \"confirm\" to order."


def _handoff(handoff: HandOff, language: Language) -> str:
    if language == "zh":
        if handoff.staffed:
            return "好的，正在为您转接人工客服，请稍等。"
        return f"已为您登记转接人工客服。人工服务时间为 {handoff.hours}，同事上班后会尽快联系您。"
    if handoff.staffed:
        return "I am handing you over to a colleague. One moment, please."
    return f"I have noted that you want a person. Our hours are {handoff.hours}."
