"""The catalogue as passages, and which product a piece of text is about."""

import re
from collections.abc import Iterable
from decimal import Decimal

from knowledge.brand import Brand, Language, Product
from knowledge.cleaning import clean_line
from knowledge.folding import fold, folded
from knowledge.known_names import KnownNames
from knowledge.passages import Passage
from knowledge.writing import passage

CATALOG = "catalog.csv"
_SIZE = re.compile(r"[\s,，]+\d[\w.]*[+]*(?:\s?\w{1,3}装?)?$")
_LABELS: dict[Language, tuple[str, ...]] = {
    "zh": ("商品", "名称", "货号", "别名", "类别", "价格", "状态", "简介"),
    "en": (
        "Products",
        "Name",
        "SKU",
        "Also called",
        "Category",
        "Price",
        "Availability",
        "Summary",
    ),
}
_STOCK: dict[Language, tuple[str, str]] = {
    "zh": ("暂时缺货", "有货"),
    "en": ("out of stock", "in stock"),
}


class ProductNames:
    """Finds the one product that a heading or a table cell names."""

    def __init__(self, products: Iterable[Product]) -> None:
        self._skus: dict[str, set[str]] = {}
        self._whole: dict[str, set[str]] = {}
        for product in products:
            for name in {product.sku, product.name, _SIZE.sub("", product.name)}:
                if len(fold(name)) > 1:
                    self._skus.setdefault(fold(name), set()).add(product.sku)
            for alias in (product.sku, product.name, *product.aliases):
                self._whole.setdefault(fold(alias), set()).add(product.sku)
        self._names = KnownNames(self._skus)

    def named_in(self, text: str) -> frozenset[str]:
        """The products whose number or full name occurs; an alias counts if it is all there is."""
        if not self._whole:
            return frozenset()
        folded = fold(text)
        found = {sku for name in self._names.found_in(folded) for sku in self._skus[name]}
        return frozenset(found or self._whole.get(folded, set()))

    def spelt_in(self, text: str) -> str:
        """The longest product name that occurs, as it is written there; empty if none does."""
        there = folded(text)
        name = max(self._names.found_in(there.text), key=len, default="")
        at = there.text.find(name)
        start, end = there.span(at, at + len(name)) if name else (0, 0)
        return text[start:end]

    def about(self, parts: Iterable[str]) -> str | None:
        """The product that the first part to name any names, if it is one."""
        for part in parts:
            if named := self.named_in(part):
                return next(iter(named)) if len(named) == 1 else None
        return None


def product_passages(brand: Brand) -> tuple[Passage, ...]:
    """One passage for each product, in the brand's language."""
    return tuple(product_passage(product, brand.language) for product in brand.products)


def catalog_terms(products: Iterable[Product]) -> tuple[str, ...]:
    """Every name a product goes by, for the full-text search."""
    terms = (term for p in products for term in (p.sku, p.name, _SIZE.sub("", p.name), *p.aliases))
    return tuple(dict.fromkeys(terms))


def product_passage(product: Product, language: Language) -> Passage:
    """What the catalogue says of a product, its price as well."""
    title, *labels = _LABELS[language]
    aliases = ("、" if language == "zh" else ", ").join(product.aliases)
    values = (
        product.name,
        product.sku,
        aliases,
        product.category,
        _price(product, language),
        _STOCK[language][product.stock > 0],
        product.summary,
    )
    pairs = (
        f"{label}: {clean_line(value)}"
        for label, value in zip(labels, values, strict=True)
        if value
    )
    heading = tuple(filter(None, (title, clean_line(product.category))))
    return passage(CATALOG, heading, "; ".join(pairs), "product", product.sku)


def _price(product: Product, language: Language) -> str:
    amount = f"{Decimal(product.price_cents) / 100:.2f}"
    return (
        f"{amount}元"
        if (language, product.currency) == ("zh", "CNY")
        else f"{amount} {product.currency}"
    )
