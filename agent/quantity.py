"""How many the customer wants."""

import re

_HAN = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"两": 2, "俩": 2, "仨": 3}
_ENGLISH = {
    word: n
    for n, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], start=1
    )
}
MEASURE = "盘碗桌间位次瓶个支盒件套片包袋罐只台部张份条双对把箱组本管枚颗贴束杯桶卷副辆顶根"
# A price is no quantity: "15 quid each, I'll have two", 15块一个我要3个.
_MONEY = re.compile(
    rf"[¥￥$£€]\s*\d[\d.,]*|(?<![\d要买来拿])\d[\d.,]*\s*(?:元|块钱?)?\s*[一每/]\s*[{MEASURE}]"
    r"|(?<![\d要买来拿])\d[\d.,]*\s*(?:块(?:\W|$)|元|块钱"
    r"|(?:quid|pounds?|bucks?|dollars?|euros?|cents?|pence|yuan|rmb|usd|gbp|eur|cny)\b)",
    re.I,
)
_PATTERNS = (
    re.compile(rf"(?<![\dA-Za-z.])(\d{{1,2}}|[一二两俩仨三四五六七八九十])\s*[{MEASURE}](?!装)"),
    re.compile(r"[xX×*]\s*(\d{1,2})(?!\d)"),
    re.compile(r"(?<![\dA-Za-z.])(\d{1,2})\s*[xX×](?![A-Za-z\d])"),
    re.compile(r"(?:数量|要|买|来|拿|quantity|qty)\s*:?\s*(\d{1,2})(?![\d.%A-Za-z])", re.I),
    re.compile(
        r"\b(\d{1,2}|" + "|".join(_ENGLISH) + r")\b(?!\s*(?:%|ml|g|kg|oz|percent|days?)\b)", re.I
    ),
)


def quantity_in(text: str) -> int:
    """The first quantity that the text states, or 1.

    Args:
        text: The customer's words with order numbers and phone digits taken out.
    """
    bare = _MONEY.sub(" ", text)
    for pattern in _PATTERNS:
        if found := pattern.search(bare):
            word = found.group(1).lower()
            count = _HAN.get(word) or _ENGLISH.get(word) or (int(word) if word.isdecimal() else 1)
            return max(1, min(count, 99))
    return 1
