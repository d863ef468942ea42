"""What the channel itself says: buttons, the payment card, the menu; in both languages."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Wording:
    """One language. `no_word` is what a press on "no" is taken as having typed."""

    confirm: str
    cancel: str
    no_word: str
    helpful: str
    unhelpful: str
    person: str
    to_pay: str
    pay: str
    order: str
    until: str
    thanks: str
    calling: str
    done: str
    stale: str
    menu: tuple[tuple[str, str], ...]


WORDING: dict[Language, Wording] = {
    "zh": Wording(
        confirm="✅ 确认购买",
        cancel="取消",
        no_word="取消",
        helpful="👍 有帮助",
        unhelpful="👎 没帮助",
        person="人工客服",
        to_pay="待支付",
        pay="去支付",
        order="订单号",
        until="请在 {time} 前完成支付",
        thanks="谢谢您的反馈！",
        calling="正在为您联系人工客服",
        done="收到",
        stale="这个按钮已经失效",
        menu=(
            ("help", "我能帮您做什么"),
            ("language", "切换语言：/language zh 或 en"),
            ("reset", "重新开始对话"),
        ),
    ),
    "en": Wording(
        confirm="✅ Confirm purchase",
        cancel="Cancel",
        no_word="cancel",
        helpful="👍 Helpful",
        unhelpful="👎 Not helpful",
        person="Talk to a person",
        to_pay="To pay",
        pay="Pay",
        order="Order",
        until="Please pay before {time}",
        thanks="Thanks for telling us!",
        calling="Asking a colleague to join",
        done="Got it",
        stale="This button no longer works",
        menu=(
            ("help", "What I can do for you"),
            ("language", "Change the language: /language zh or en"),
            ("reset", "Start over"),
        ),
    ),
}
