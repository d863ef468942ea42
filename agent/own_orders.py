"""Which of a customer's own orders a text speaks of, by what is in them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from agent.loose_names import LooseNames, ends, name_ends
from agent.standing import is_of_own, may_be_asked_of
from knowledge.brand import Brand, Product
from tools.artifacts import OrderCard
from tools.catalog import CatalogIndex

_CLOSED = frozenset({"delivered", "cancelled", "refunded"})
Orders = tuple[OrderCard, ...]


@dataclass(frozen=True)
class OrderNames:
    """What the things in orders are called."""

    brand: Brand
    catalog: CatalogIndex
    names: LooseNames

    def spoken_of(self, orders: Orders, text: str, *, loosely: bool = False) -> Orders:
        """The orders with something that the text names; of the plainest kind of naming there is.

        That is a product of the catalogue, else words of its names, else the end of a Chinese
        noun (螃蟹 for 大闸蟹), else, `loosely`, words of what the catalogue says about it.
        """
        named = self.catalog.mentions(text)
        skus = {mention.sku for mention in named}
        found = tuple(o for o in orders if any(item.sku in skus for item in o.items))
        if named:
            return found
        said, last = self.names.telling(text), ends(text)
        kinds: list[Callable[[Product], int]] = [
            lambda product: len(said & self.names.name_words(product)),
            lambda product: len(last & name_ends(product)),
        ]
        if loosely:
            kinds.append(lambda product: len(said & self.names.told_words(product)))
        for shared in kinds:
            counts = [max(map(shared, self._products(order)), default=0) for order in orders]
            most = max(counts, default=0)
            if self.names.exceeds(most, shared):
                return ()  # something that he has not ordered is named better
            if most:
                return tuple(o for o, count in zip(orders, counts, strict=True) if count == most)
        return ()

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

    def _tells_of(self, order: OrderCard, text: str) -> bool:
        """Whether the order's carrier or note has a word of the text's that no name has."""
        own = {word for one in self._products(order) for word in self.names.name_words(one)}
        told = self.names.telling(f"{order.carrier} {order.note}")
        return bool((self.names.telling(text) - own) & told)

    def _products(self, order: OrderCard) -> Iterable[Product]:
        found = (self.brand.product(item.sku) for item in order.items)
        return [product for product in found if product]
