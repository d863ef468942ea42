"""What the model is told when a tool will not do it, by code and language."""

from typing import Final

from knowledge.brand import Language
from tools.context import ToolRefusedError

_MESSAGES: Final[dict[Language, dict[str, str]]] = {
    "zh": {
        "order_not_found": "该顾客名下没有订单 {order_id}。",
        "sign_in_needed": "顾客未登录：请让顾客提供订单号和手机号后四位。",
        "wrong_proof": "订单号与手机号后四位不匹配。",
        "locked": "核对失败次数过多，一小时内不能再核对。",
        "unknown_product": "目录里没有“{product}”。",
        "which_product": "“{product}”可能是：{names}。请让顾客选择。",
        "no_pictures": "{product}没有图片。",
        "out_of_stock": "{product}库存不足，现有 {stock} 件。",
        "bad_quantity": "数量必须是 1 到 99。",
        "not_payable": "订单 {order_id} 不是待付款状态，不能付款。",
        "expired": "这份购买确认已失效，请顾客重新确认。",
        "unknown_link": "没有这个付款链接。",
        "expired_link": "这个付款链接已失效，请重新获取。",
        "disabled": "这里没有开通这项功能。",
        "bad_arguments": "工具参数不对：{problem}。",
    },
    "en": {
        "order_not_found": "This customer has no order {order_id}.",
        "sign_in_needed": "Not signed in: ask for the order number and the phone's last 4 digits.",
        "wrong_proof": "The order number and the last four digits do not match.",
        "locked": "Too many wrong tries; nothing can be verified for an hour.",
        "unknown_product": "The catalogue has no “{product}”.",
        "which_product": "“{product}” may be: {names}. Let the customer choose.",
        "no_pictures": "There are no pictures of {product}.",
        "out_of_stock": "Not enough of {product} in stock: {stock} left.",
        "bad_quantity": "The quantity must be from 1 to 99.",
        "not_payable": "Order {order_id} is not waiting for payment.",
        "expired": "This purchase summary is no longer valid; the customer must confirm again.",
        "unknown_link": "There is no such payment link.",
        "expired_link": "This payment link has expired; ask for a new one.",
        "disabled": "This is not available here.",
        "bad_arguments": "Wrong arguments: {problem}.",
    },
}


def refusal(code: str, language: Language, **facts: str | int) -> ToolRefusedError:
    """The error to raise; its message states the facts in the language of the conversation."""
    return ToolRefusedError(code, _MESSAGES[language][code].format(**facts))
