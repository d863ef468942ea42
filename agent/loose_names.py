"""Products called by some words of their names only: "the polarised ones", 装螃蟹的那个盒子."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import rjieba

from agent.grams import bigrams
from agent.spelling import is_common_english
from agent.terms import nouns
from knowledge.brand import Product

# Pairs of characters that speak of any order, and ends of nouns that name no thing in one.
_ANY_ORDER = frozenset(("快递", "物流", "订单", "退款", "单号", "包裹", "配送", "发货", "套餐"))
_NO_THINGS = frozenset("单款号递流裹间天钱点事人店家司度息候期价费量话址图照片样")
_ANY_TIME = frozenset(("时候", "时间", "日子", "消息", "动静", "进度", "状态", "东西"))
# What stands between the words of a name in speech: 初会的书, 做账那本练习册.
_GLUE = re.compile(r"的|[那这][个本件款种张条双台]")


@dataclass(frozen=True)
class LooseNames:
    """The words that products are called by; `everyday` words call nothing."""

    products: tuple[Product, ...]
    everyday: frozenset[str]

    def nearest(self, text: str) -> Product | None:
        """The one product that has most words of the text in its names; none where two have.

        Of two the Chinese one is meant that is such a thing: the 书 of 初会的书, and no course. A
        single word that English uses all the time is not enough.
        """
        said, last = self.telling(text), ends(text)
        shared = {product.sku: said & self.name_words(product) for product in self.products}
        most = max(map(len, shared.values()), default=0)
        best = [product for product in self.products if most and len(shared[product.sku]) == most]
        if len(best) > 1:
            alike = {product.sku: len(last & name_ends(product)) for product in best}
            most_alike = max(alike.values()) or 1
            best = [product for product in best if alike[product.sku] == most_alike]
        if len(best) != 1:
            return None
        words = [word for word in text.lower().split() if bigrams(word) & shared[best[0].sku]]
        common = all(word.isascii() and is_common_english(word.strip(".,?!")) for word in words)
        return None if most == 1 and common else best[0]

    def exceeds(self, most: int, shared: Callable[[Product], int]) -> bool:
        """Whether some product shares more than so much."""
        return any(shared(product) > most for product in self.products)

    def name_words(self, product: Product) -> frozenset[str]:
        """What its names consist of."""
        return self.telling(" ".join(_names(product)))

    def told_words(self, product: Product) -> frozenset[str]:
        """What else the catalogue says of it."""
        return self.telling(f"{product.category} {product.summary}")

    def telling(self, text: str) -> frozenset[str]:
        """Pairs of Chinese characters and stems of words, without those of everyday use."""
        text = _GLUE.sub("", text.lower())
        words = (word.strip(".,?!;:()\"'") for word in text.replace("'s", " ").split())
        grams = bigrams(" ".join(word for word in words if word not in self.everyday))
        return frozenset(g for g in grams if len(g) > 1 and not g[0].isdigit()) - _ANY_ORDER

    def names_nothing(self, text: str) -> bool:
        """Whether a text names no thing, so that it speaks of what was named before."""
        if text.isascii():
            return not self.telling(text)
        said = {word.strip("的了吗呢") for word in nouns(text) if not word.isascii()}
        return not said - _ANY_ORDER - _ANY_TIME - self.everyday


def ends(text: str) -> frozenset[str]:
    """The characters that Chinese nouns of the text end in, which say what kind of thing it is."""
    things = (word for word, tag in rjieba.tag(text) if tag.startswith("n"))
    last = (noun.rstrip("子儿")[-1:] for noun in things if not noun.isascii())
    return frozenset(end for end in last if end) - _NO_THINGS


def name_ends(product: Product) -> frozenset[str]:
    """The same of a product's names."""
    return frozenset(end for name in _names(product) for end in ends(name))


def _names(product: Product) -> Iterable[str]:
    return (product.name, *product.aliases)
