"""Which of a customer's own orders a text speaks of, by what is in them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from agent.grams import bigrams
from agent.standing import is_of_own, may_be_asked_of
from agent.terms import nouns
from knowledge.brand import Brand, Product
from tools.artifacts import OrderCard
from tools.catalog import CatalogIndex

# Pairs of characters that speak of any order, and ends of nouns that name no thing in one.
_ANY_ORDER = frozenset(("快递", "物流", "订单", "退款", "单号", "包裹", "配送", "发货", "套餐"))
_NO_THINGS = frozenset("单款号递流裹间天钱点事人店家司度息候期价费量话址")
_CLOSED = frozenset({"delivered", "cancelled", "refunded"})
Orders = tuple[OrderCard, ...]


@dataclass(frozen=True)
class OrderNames:
    """What the things in orders are called; `everyday` words call nothing."""

    brand: Brand
    catalog: CatalogIndex
    everyday: frozenset[str]

    def spoken_of(self, orders: Orders, text: str, *, loosely: bool = False) -> Orders:
        """The orders with something that the text names; of the plainest kind of naming there is.

        That is a product of the catalogue, else words of its names, else the end of a Chinese
        noun (螃蟹 for 大闸蟹), else, `loosely`, words of what the catalogue says about it.
        """
        named = self.catalog.mentions(text)
        skus = {mention.sku for mention in named}
        found = tuple(o for o in orders if any(item.sku in skus for item in o.items))
        if found or any(mention.exact for mention in named):
            return found
        said, ends = self._telling(text), _ends(text)
        return (
            self._most(orders, lambda product: len(said & self._name_words(product)))
            or self._most(orders, lambda product: len(ends & _name_ends(product)))
            or (
                self._most(orders, lambda product: len(said & self._told_words(product)))
                if loosely
                else ()
            )
        )

    def asked_about(self, orders: Orders, text: str, *, loosely: bool = False) -> Orders:
        """Those spoken of whose progress the text may be asking for, rather than rules."""
        spoken = self.spoken_of(orders, text, loosely=loosely)
        fitting = tuple(o for o in spoken if may_be_asked_of(o.status, text))
        if not fitting and not is_of_own(text):
            return ()
        return self.likeliest(fitting or spoken, text)

    def likeliest(self, orders: Orders, text: str) -> Orders:
        """Of these orders those that the text has a place or carrier of, and those still open."""
        told = tuple(o for o in orders if self._tells_of(o, text)) or orders
        return tuple(o for o in told if o.status not in _CLOSED) or told

    def is_bare(self, text: str) -> bool:
        """Whether a text names no thing of its own, so that it speaks of what was named before."""
        said = (noun for noun in nouns(text) if not noun.isascii())
        left = self._telling(text) if text.isascii() else {n for n in said if n not in _ANY_ORDER}
        return not left

    def _most(self, orders: Orders, shared: Callable[[Product], int]) -> Orders:
        """The orders with the product that shares most, if none of the catalogue shares more."""
        counts = [max(map(shared, self._products(order)), default=0) for order in orders]
        most = max(counts, default=0)
        if not most or any(shared(product) > most for product in self.brand.products):
            return ()
        return tuple(o for o, count in zip(orders, counts, strict=True) if count == most)

    def _tells_of(self, order: OrderCard, text: str) -> bool:
        """Whether the order's carrier or note has a word of the text's that no name has."""
        names = {word for product in self._products(order) for word in self._name_words(product)}
        said = self._telling(text) - names
        return bool(said & self._telling(f"{order.carrier} {order.note}"))

    def _products(self, order: OrderCard) -> Iterable[Product]:
        found = (self.brand.product(item.sku) for item in order.items)
        return [product for product in found if product]

    def _name_words(self, product: Product) -> frozenset[str]:
        return self._telling(" ".join(_names(product)))

    def _told_words(self, product: Product) -> frozenset[str]:
        return self._telling(f"{product.category} {product.summary}")

    def _telling(self, text: str) -> frozenset[str]:
        words = (word.strip(".,?!;:()\"'") for word in text.lower().replace("'s", " ").split())
        grams = bigrams(" ".join(word for word in words if word not in self.everyday))
        return frozenset(g for g in grams if len(g) > 1 and not g[0].isdigit()) - _ANY_ORDER


def _names(product: Product) -> tuple[str, ...]:
    return (product.name, *product.aliases)


def _name_ends(product: Product) -> frozenset[str]:
    return frozenset(end for name in _names(product) for end in _ends(name))


def _ends(text: str) -> frozenset[str]:
    """The characters that Chinese nouns of the text end in, which say what kind of thing it is."""
    ends = (noun.rstrip("子儿")[-1:] for noun in nouns(text) if not noun.isascii())
    return frozenset(end for end in ends if end) - _NO_THINGS
