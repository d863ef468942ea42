"""A product as a person would tell of it: price, availability, what it is."""

import re
from collections.abc import Iterable

from knowledge.brand import Language, Product
from tools.money import display

_PRICE = re.compile(
    r"多少钱|几块|几元|价格|价钱|售价|贵|什么价|啥价|怎么卖|price|cost"
    # "how much weight will it hold" is no question of money.
    r"|how much(?:'?s|'?re|[?.!,]*$| (?:is|are|was|were|do|does|did|would|will|for|to|the|an?|your"
    r"|this|that|these|those|it|they|you)\b(?!.{0,40}\b(?:hold|weigh|carry|fit|take|cover|use)\b))",
    re.I,
)
_STOCK = re.compile(r"有货|现货|库存|缺货|补货|卖完|断货|还有吗|有没有货|in stock|available", re.I)
_LINK = re.compile(r"网址|商品链接|商品页|详情页|product page|\burl\b", re.I)
_SMALL_WORDS = re.compile(
    r"[\W_]+|请问|你们|咱们|您好|你好|这个|那个|这款|那款|这瓶|现在|目前|一[瓶支个盒件套片把张台部份]|大概|要|卖|是|的|吗|呢|啊|呀|亲|它|和|还|有|没|"
    r"\b(?:the|a|an|is|it|are|does|do|what|s|of|for|this|that|now|please|hi|hello|one)\b",
    re.IGNORECASE,
)
# A slip or a particle; two Chinese characters are a word already: 加急多少钱.
_MAX_REST, _MAX_HAN = 2, 1


def asked_of(question: str) -> frozenset[str]:
    """Which of price, stock and page a question asks for."""
    pairs = {"price": _PRICE, "stock": _STOCK, "page": _LINK}
    return frozenset(name for name, pattern in pairs.items() if pattern.search(question))


def only_asks(question: str, products: Iterable[Product] = ()) -> bool:
    """Whether price, stock or page is all that a question (without product names) asks.

    What kind of thing it is may be said again, in a word of the `products` asked about.
    """
    rest = _PRICE.sub("", _STOCK.sub("", _LINK.sub("", question)))
    left = _SMALL_WORDS.sub("", rest)
    if any(char.isdigit() for char in left):
        return False  # so many of them, or of a size, may have a price of their own
    again = any(left in f"{one.name} {one.category}" for one in products)
    return again or len(left) <= (_MAX_REST if left.isascii() else _MAX_HAN)


def told_of(product: Product, asked: frozenset[str], language: Language) -> str:
    """Price and what it is in a sentence; of what was asked only that."""
    price = display(product.price_cents, product.currency, language)
    in_stock = product.stock > 0
    if language == "zh":
        parts = {
            "price": f"售价 {price}",
            "stock": "现在有货" if in_stock else "暂时缺货",
            "page": f"商品页：{product.url}" if product.url else "",
        }
        told = [parts[name] for name in ("price", "stock", "page") if name in asked and parts[name]]
        if told:
            return f"{product.name}{'，'.join(told)}。"
        about = product.summary.rstrip("。")
        return f"{product.name}{f'：{about}。' if about else ''}售价 {price}。"
    parts = {
        "price": f"costs {price}",
        "stock": "is in stock" if in_stock else "is out of stock",
        "page": f"is at {product.url}" if product.url else "",
    }
    told = [parts[name] for name in ("price", "stock", "page") if name in asked and parts[name]]
    if told:
        return f"{product.name} {' and '.join(told)}."
    about = product.summary.rstrip(".")
    return f"{product.name}: {about}. {price}." if about else f"{product.name} costs {price}."
