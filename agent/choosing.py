"""Which of the products that were offered in answer to "which one?" the customer takes."""

import re
from collections.abc import Iterable

from agent.clauses import asks
from agent.decide import Proposal
from agent.memory import Choice
from agent.turn_state import Result
from knowledge.brand import Brand, Product
from tools.catalog import MAX_NAMES
from tools.product_choice import called, narrowed

# Longer messages say something of their own.
_LONGEST = 40
_PLACES = (
    re.compile(r"第一|前[一者]|\b(?:first|1st|former)\b|^\W*(?:1|一)\W*$", re.I),
    re.compile(r"第二|\b(?:second|2nd)\b|^\W*(?:2|二)\W*$", re.I),
    re.compile(r"第三|\b(?:third|3rd)\b|^\W*(?:3|三)\W*$", re.I),
    re.compile(r"第四|\b(?:fourth|4th)\b|^\W*(?:4|四)\W*$", re.I),
    re.compile(r"第五|\b(?:fifth|5th)\b|^\W*(?:5|五)\W*$", re.I),
)
_LAST = re.compile(r"最后|后[一者]|\b(?:last|latter)\b", re.I)


def offered(results: Iterable[Result], brand: Brand) -> Choice | None:
    """The products that the customer was asked to choose from; None if he was not."""
    for result in results:
        name = str(result.args.get("product", ""))
        if result.refusal == "which_product" and name:
            names = called(name, brand.products)
            skus = tuple(product.sku for product in brand.products if product.name in names)
            if len(skus) > 1:
                buys = result.tool == "create_payment_link"
                quantity = int(result.args.get("quantity", 1)) if buys else None
                return Choice(skus[:MAX_NAMES], quantity)
    return None


def taken(choice: Choice, text: str, brand: Brand) -> Proposal | None:
    """The call for the one that an answer takes; None where it asks something, or takes none."""
    if len(text) > _LONGEST or asks(text):
        return None
    products = [product for sku in choice.skus if (product := brand.product(sku))]
    one = _by_place(products, text) or _by_words(products, text)
    if one is None:
        return None
    if choice.quantity is None:
        return Proposal("show_product_images", {"product": one.sku})
    return Proposal("create_payment_link", {"product": one.sku, "quantity": choice.quantity})


def _by_place(products: list[Product], text: str) -> Product | None:
    if products and _LAST.search(text):
        return products[-1]
    places = zip(_PLACES, products, strict=False)
    return next((product for place, product in places if place.search(text)), None)


def _by_words(products: list[Product], text: str) -> Product | None:
    left = narrowed(products, text)
    return left[0] if len(left) == 1 < len(products) else None
