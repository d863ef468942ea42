"""What a record or the catalogue states, comparable: the same of the same with another number."""

import re
from collections.abc import Hashable, Iterator
from decimal import Decimal

from knowledge.brand import Product
from knowledge.gist import naming, words_of
from knowledge.products import CATALOG, ProductNames
from knowledge.quantities import QUANTITY
from knowledge.review import Record, numbers_in

# What a catalogue's price is called in a text; a price of an offer is another.
_PRICE = frozenset({"价格", "售价", "零售价", "单价", "price"})
# What states it, what of its subject, and the value.
Fact = tuple[Record, str, str]


def facts_of(record: Record, names: ProductNames) -> Iterator[tuple[Hashable, Fact]]:
    """Keys under which two records speak of the same, with the attribute and its value."""
    fields = record.fields
    match record.kind:
        case "product_fact":
            skus = names.named_in(fields["product"])
            value = f"{fields['value']}{fields.get('unit', '')}"
            attribute = fields["attribute"].lower()
            words = ("price",) if attribute in _PRICE else words_of(attribute)
            if len(skus) == 1:
                yield ("product", *skus, words), (record, fields["attribute"], value)
        case "table_row":
            (first, key), *rest = fields.items()
            for header, cell in rest:
                about = (words_of(first), words_of(key), words_of(header))
                yield ("row", *about), (record, header, cell)
        case "opening_hours":
            days = fields.get("days", "")
            value = f"{fields['opens']}-{fields['closes']}"
            yield (
                ("hours", naming(words_of(fields["place"])), words_of(days)),
                (record, days, value),
            )
        case _:
            return


def price_of(product: Product) -> Record:
    """The catalogue's own word on what a product costs."""
    amount = f"{Decimal(product.price_cents) / 100:f}".removesuffix(".00")
    unit = "元" if product.currency == "CNY" else product.currency
    quote = f"{product.sku}, {product.name}: {amount} {unit}"
    fields = {"product": product.sku, "attribute": "price", "value": amount, "unit": unit}
    return Record(
        kind="product_fact", fields=fields, source=CATALOG, start=0, end=0, quote=quote, by="rules"
    )


def about_of(record: Record) -> str:
    """What it is about, as it says it."""
    fields = record.fields
    return fields.get("product") or fields.get("place") or next(iter(fields.values()))


def differ(first: str, second: str) -> bool:
    """Values with one number each, of the same unit, that is not the same."""
    one, other = (QUANTITY.fullmatch(value.strip()) for value in (first, second))
    if one and other:
        same_unit = (one["unit"] or "") == (other["unit"] or "")
        return same_unit and numbers_in(one["value"]) != numbers_in(other["value"])
    both_hours = all(re.fullmatch(r"\S+-\S+", value) for value in (first, second))
    return both_hours and ":" in first and ":" in second and numbers_in(first) != numbers_in(second)
