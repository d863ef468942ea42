"""Which products a text speaks of: names, aliases, parts of names and slips of the pen."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.brand import Language, Product
from knowledge.folding import Folded, fold, folded
from tools.near_names import NearNames, lengths_by_start
from tools.product_choice import narrowed, short_names
from tools.refusals import refusal

MAX_NAMES = 5
# A letter and a digit, but no size: "N1", "AX3000", not "50ml", "5G", "SPF50".
_MODEL = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,4}\d{1,4}[A-Za-z]{0,2}(?![A-Za-z0-9+])")


@dataclass(frozen=True, slots=True)
class Mention:
    """A product spoken of between `start` and `end`; several with one span: one is meant.

    `exact` is false for a part of a name, or for a name that is spelt a little differently.
    """

    sku: str
    start: int
    end: int
    exact: bool


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    end: int
    skus: tuple[str, ...]
    exact: bool


class CatalogIndex:
    """A catalogue made ready for finding its products in text; build it once per catalogue."""

    def __init__(self, products: Iterable[Product]) -> None:
        self._products = {product.sku: product for product in products}
        self._names: dict[str, tuple[str, ...]] = {}
        for product in self._products.values():
            for name in (product.sku, product.name, *product.aliases, *short_names(product)):
                self._add(fold(name), product.sku)
        for model, skus in _model_numbers(self._products.values()).items():
            if model not in self._names:
                self._names[model] = skus
        self._starts = lengths_by_start(self._names)
        self._near = NearNames(
            {
                spelling: self._names[fold(spelling)]
                for product in self._products.values()
                for spelling in (product.name, *product.aliases, *short_names(product))
            }
        )

    def _add(self, name: str, sku: str) -> None:
        if name and sku not in self._names.get(name, ()):
            self._names[name] = (*self._names.get(name, ()), sku)

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """The products a text speaks of, in its order; where they overlap, the longest counts."""
        source = folded(text)
        found = [*self._exact(source), *self._inexact(source)]
        # A name as it is written beats one that is a mere letter longer but misspelt.
        found.sort(key=lambda m: (m.start - m.end - m.exact, not m.exact, m.start))
        taken = [False] * len(source.text)
        kept: list[_Match] = []
        for match in found:
            if not any(taken[match.start : match.end]):
                taken[match.start : match.end] = [True] * (match.end - match.start)
                kept.append(match)
        kept.sort(key=lambda match: match.start)
        return tuple(
            Mention(sku, *source.span(match.start, match.end), match.exact)
            for match in kept
            for sku in match.skus
        )

    def resolve(self, product_text: str, language: Language = "zh") -> Product:
        """The one product that is meant.

        Raises:
            ToolRefusedError: `unknown_product`, or `which_product` with up to five names.
        """
        key = fold(product_text)
        exact = self._names.get(key, ())
        skus = exact or tuple(dict.fromkeys(m.sku for m in self.mentions(product_text)))
        if not skus and len(key) > 1:
            skus = tuple(
                dict.fromkeys(s for n, all_ in self._names.items() if key in n for s in all_)
            )
        shown = product_text.strip()[:40]
        if not skus:
            raise refusal("unknown_product", language, product=shown)
        if len(skus) > 1:
            joint = "、" if language == "zh" else ", "
            names = joint.join(self._products[sku].name for sku in skus[:MAX_NAMES])
            raise refusal("which_product", language, product=shown, names=names)
        return self._products[skus[0]]

    def meant(self, skus: tuple[str, ...], text: str) -> tuple[str, ...]:
        """Those of the products sharing a name that the rest of the text leaves."""
        return tuple(one.sku for one in narrowed([self._products[sku] for sku in skus], text))

    def named_in_full(self, text: str) -> str:
        """The text with nicknames replaced by the names, without sizes, that documents use."""
        for mention in reversed(self.mentions(text)):
            product = self._products[mention.sku]
            said = text[mention.start : mention.end]
            names = (*short_names(product), product.name)
            name = next((n for n in names if self._names[fold(n)] == (product.sku,)), said)
            alone = sum(m.start == mention.start for m in self.mentions(text)) == 1
            nickname = fold(said) not in fold(name) and fold(name) not in fold(said)
            if mention.exact and alone and nickname:
                text = f"{text[: mention.start]}{name}{text[mention.end :]}"
        return text

    def sibling(self, sku: str, told_apart_by: str) -> Product | None:
        """The product most like this one whose name has these words: the 3P to the 2P."""
        words = [fold(word) for word in re.findall(r"[A-Za-z0-9]+|[一-鿿]+", told_apart_by)]
        of = _name_parts(self._products[sku])
        like = [
            (len(of & _name_parts(other)), other)
            for other in self._products.values()
            if other.sku != sku
            and words
            and all(word in fold(f"{other.name} {' '.join(other.aliases)}") for word in words)
        ]
        shared, found = max(like, key=lambda one: one[0], default=(0, None))
        return found if shared else None

    def _exact(self, source: Folded) -> list[_Match]:
        text = source.text
        matches = []
        for start in range(len(text)):
            for length in self._starts.get(text[start : start + 2], ()):
                skus = self._names.get(text[start : start + length])
                if skus and start + length <= len(text) and _whole(source, start, start + length):
                    matches.append(_Match(start, start + length, skus, exact=True))
        return matches

    def _inexact(self, source: Folded) -> list[_Match]:
        return [
            _Match(near.start, near.end, near.skus, exact=False)
            for near in self._near.find(source)
            if _whole(source, near.start, near.end)
        ]


def mentions(text: str, products: Iterable[Product]) -> tuple[Mention, ...]:
    """The products a text speaks of; with many texts, keep a `CatalogIndex`."""
    return CatalogIndex(products).mentions(text)


def resolve(product_text: str, products: Iterable[Product], language: Language = "zh") -> Product:
    """The one product that is meant by a SKU, a name or an alias.

    Raises:
        ToolRefusedError: `unknown_product`, or `which_product` with up to five names.
    """
    every = tuple(products)
    key = fold(product_text)
    # Most calls come with the very SKU: no need for an index then.
    by_sku = next((product for product in every if fold(product.sku) == key), None)
    return by_sku or CatalogIndex(every).resolve(product_text, language)


def _name_parts(product: Product) -> frozenset[str]:
    """Latin words and single characters of a name."""
    return frozenset(re.findall(r"[a-z0-9]+|[一-鿿]", product.name.lower()))


def _model_numbers(products: Iterable[Product]) -> dict[str, tuple[str, ...]]:
    """What tells one product from all others by a letter and a digit: N1, AX3000."""
    owners: dict[str, list[str]] = {}
    for product in products:
        text = " ".join((product.name, *product.aliases))
        for token in {fold(match.group()) for match in _MODEL.finditer(text)}:
            owners.setdefault(token, []).append(product.sku)
    return {token: tuple(skus) for token, skus in owners.items() if len(skus) == 1}


def _whole(source: Folded, start: int, end: int) -> bool:
    """Whether no Latin word or number is cut in two at either end."""
    return not (_joined(source, start) or _joined(source, end))


def _joined(source: Folded, place: int) -> bool:
    if not 0 < place < len(source.text):
        return False
    before, after = source.text[place - 1], source.text[place]
    adjacent = source.places[place] - source.places[place - 1] <= 1
    return adjacent and _latin(before) and _latin(after)


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
