"""Fixed phrases for customers, in both languages; `agent.wording` fills them in."""

from knowledge.brand import Language

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
        "one_at_a_time": "一次只能下一单：这一单确认后，再告诉我要下“{product}”。",
        "not_payable": "订单 {order_id} 现在不需要付款。",
        "expired": "刚才的订单确认已经失效，请再告诉我一次要买的商品和数量。",
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
        "one_at_a_time": "I can only place one order at a time: once this one is confirmed, tell "
        "me again about “{product}”.",
        "not_payable": "Order {order_id} does not need to be paid now.",
        "expired": "That summary is no longer valid. Please tell me again what you want to buy.",
        "disabled": "Sorry, that cannot be done here.",
        "shop_down": "Sorry, I cannot reach the order system now. Please try again later, or "
        "ask me for a person.",
        "other": "Sorry, that did not work. Please try again later, or ask me for a person.",
    },
}

WHICH: dict[Language, str] = {
    "zh": "请问是哪一款呢：{names}？",
    "en": "Which one do you mean: {names}?",
}

TALK: dict[Language, dict[str, str]] = {
    "zh": {
        "greeting": "{greeting}",
        "thanks": "不客气，还有什么可以帮您？",
        "bye": "感谢光临{name}，再见！",
        "identity": "我是{name}的智能客服{agent}，是程序，不是真人。"
        "可以帮您查订单、看商品、解答问题；"
        "需要的话也可以转接人工客服。",
        "other": "抱歉，这个我帮不上忙。我可以帮您查订单、介绍商品、解答{name}的相关问题，"
        "也可以转接人工客服。",
        "chat": "嗯嗯，我在呢。有什么想了解的，随时告诉我。",
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
        "identity": "I'm {agent}, the virtual assistant of {name}: a program, not a person. "
        "I can check orders, show products and answer questions, or call a colleague.",
        "other": "Sorry, I can't help with that. I can check orders, show products and answer "
        "questions about {name}, or call a colleague.",
        "chat": "I'm here. Tell me whenever there is something I can do for you.",
        "empty": "How can I help you? Just type your question.",
        "too_long": "That message is too long for me. Please put your question in a few sentences.",
        "cancelled": "All right, nothing was ordered. Anything else I can do for you?",
        "expired": "That summary has expired. Please tell me again what you would like to buy.",
        "down": "Sorry, something is wrong on my side. I have asked a colleague to help you.",
    },
}

# Said beside the turns, without a model.
ASIDES: dict[Language, dict[str, str]] = {
    "zh": {
        "media": "我暂时看不了图片、语音和表情，请用文字告诉我您的问题。",
        "help": "您可以直接问我：查订单和物流、看商品图片、下单付款、售后规定。\n"
        "发送 /reset 重新开始，/language en 换成英文；想找同事，说“转人工”就可以。",
        "reset": "好的，我们重新开始。有什么可以帮您？",
        "language": "好的，接下来我用中文为您服务。",
        "holding": "正在为您确认，请稍等。",
        "paid": "订单 {order_id} 的付款 {amount} 已收到，谢谢您！",
    },
    "en": {
        "media": "I can't look at pictures, stickers or voice messages yet. "
        "Please tell me in words.",
        "help": "Just ask me: where an order is, what a product looks like, how to pay, what the "
        "rules are.\nSend /reset to start again, /language zh for Chinese; "
        "to reach a colleague, ask for a person.",
        "reset": "All right, let's start again. How can I help you?",
        "language": "All right, I'll go on in English.",
        "holding": "One moment, please. I am checking this for you.",
        "paid": "We have received {amount} for order {order_id}. Thank you!",
    },
}
