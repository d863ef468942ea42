"""What the channel itself says, in both languages."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Wording:
    """One language. The labels of choices come back as the customer's own words."""

    confirm: str
    cancel: str
    person: str
    helpful: str
    unhelpful: str
    choose: str
    to_pay: str
    pay: str
    left_out: str
    cut_short: str
    wait: str
    more: str
    stale: str


WORDING: dict[Language, Wording] = {
    "zh": Wording(
        confirm="确认购买",
        cancel="取消",
        person="转人工",
        helpful="有帮助",
        unhelpful="没帮助",
        choose="点一下就可以：",
        to_pay="待支付 {amount}（订单 {order}）\n请在 {time} 前付款",
        pay="去支付",
        left_out="（还有 {count} 张图片没有发出，需要的话请再说一次。）",
        cut_short="（内容较长，后面的没有发出，需要的话请再问我一次。）",
        wait="正在为您查询，请稍等几秒，回复任意内容获取答案。",
        more="（还有 {count} 条，回复任意内容查看）",
        stale="这个选项已经失效，请看最新的一条，或者直接告诉我。",
    ),
    "en": Wording(
        confirm="Confirm purchase",
        cancel="Cancel",
        person="Talk to a person",
        helpful="Helpful",
        unhelpful="Not helpful",
        choose="Just tap:",
        to_pay="To pay: {amount} (order {order})\nPlease pay before {time}",
        pay="Pay now",
        left_out="({count} more pictures could not be sent; ask again if you need them.)",
        cut_short="(That was long, the rest was not sent; ask again if you need it.)",
        wait="I am looking into it. Give me a few seconds, then send anything to get the answer.",
        more="({count} more; send anything to see it)",
        stale="That choice is out of date. Please use the latest one, or just tell me.",
    ),
}


def stale(label: str) -> str:
    """What is said to somebody who tapped an old choice, in the language of its label."""
    english = WORDING["en"]
    return WORDING["en" if label in {english.confirm, english.cancel} else "zh"].stale
