"""Which of a customer's own orders a text speaks of."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agent.loose_names import LooseNames
from agent.own_orders import OrderNames
from agent.prompts import load_prompts
from knowledge.brand import Product
from knowledge.brand_folder import load_brand
from tests.brands.small_brand import write_brand
from tools.artifacts import OrderCard, OrderItem
from tools.catalog import CatalogIndex

CATALOG = (
    ("C-1", "大闸蟹礼盒 8只", "大闸蟹", "公蟹四只"),
    ("C-2", "金枕榴莲整果", "榴莲", "按整个卖"),
    ("C-3", "Mersey Half-Rim Frames", "Mersey", "metal glasses"),
    ("C-4", "Cove Polarised Sunglasses", "Cove", "tinted"),
    ("C-5", "Weekly Pill Box", "pill box", "fourteen compartments"),
    ("C-6", "鲜果礼盒", "果盒", "五种"),
)
EVERYDAY = frozenset(["are", "the", "my", "where", "is", "what", "in", "of", "from", "me", "when"])


def order(
    number: str, sku: str, status: str = "shipped", note: str = "", day: int = 1
) -> OrderCard:
    return OrderCard(
        order_id=number,
        status=status,
        created_at=datetime(2026, 11, day, tzinfo=UTC),
        items=(OrderItem(sku=sku, name=sku, quantity=1),),
        amount_cents=1,
        currency="CNY",
        note=note,
    )


@pytest.fixture
def names(tmp_path):
    whole = load_brand(write_brand(tmp_path / "shop"))
    products = tuple(
        Product(sku, name, (alias,), "", 100, "CNY", 9, "", (), summary)
        for sku, name, alias, summary in CATALOG
    )
    brand = replace(whole, products=products)
    everyday = load_prompts(brand).everyday | EVERYDAY
    return OrderNames(brand, CatalogIndex(products), LooseNames(products, everyday))


def found(orders):
    return [order.order_id for order in orders]


CRABS, DURIAN = order("1", "C-1"), order("2", "C-2", "refunding")
FRAMES, SHADES = order("3", "C-3", "packed"), order("4", "C-4", "delivered")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("大闸蟹到哪了", ["1"]),
        ("螃蟹到哪了", ["1"]),
        ("榴莲到哪了", ["2"]),
        ("where are the half rims", ["3"]),
        ("where are my polarised ones", ["4"]),
        ("where is the pill box", []),
        ("包裹到哪了", []),
        ("鲜果礼盒到哪了", []),
    ],
)
def test_orders_are_found_by_what_is_in_them_however_it_is_called(names, text, numbers):
    assert found(names.spoken_of((CRABS, DURIAN, FRAMES, SHADES), text)) == numbers


def test_a_thing_of_which_the_catalogue_has_a_better_name_is_not_the_one_ordered(names):
    assert names.spoken_of((CRABS,), "果礼盒到哪了") == ()


def test_what_the_catalogue_says_of_a_thing_counts_only_loosely(names):
    assert names.spoken_of((FRAMES,), "where are my metal glasses") == ()
    assert found(names.spoken_of((FRAMES,), "where are my metal glasses", loosely=True)) == ["3"]


def test_a_refund_is_asked_of_what_is_paid_back_and_not_of_what_was_kept(names):
    kept = order("5", "C-2", "delivered")
    assert found(names.asked_about((DURIAN,), "榴莲退款几号到")) == ["2"]
    assert names.asked_about((kept,), "榴莲退款几号到") == ()


def test_of_two_orders_with_a_product_the_open_one_is_meant_or_the_place_that_is_named(names):
    old, new = order("6", "C-5", "delivered"), order("7", "C-5", "packed")
    leeds = order("8", "C-5", "packed", "Collection from Leeds")
    assert found(names.asked_about((new, old), "where is my pill box")) == ["7"]
    assert found(names.asked_about((leeds, new), "when is my pill box ready in Leeds")) == ["8"]
    assert found(names.asked_about((leeds, new), "where is my pill box")) == ["8", "7"]


def test_a_product_goes_by_some_words_of_its_name_if_no_other_has_as_many(names):
    def nearest(text: str) -> Product | None:
        return names.names.nearest(text)

    assert nearest("what do them polarised sunnies look like") == names.brand.product("C-4")
    assert nearest("装大闸的那个盒子给我看看") == names.brand.product("C-1")
    assert nearest("礼盒长什么样") is None
    assert nearest("show me the box") is None
    assert nearest("what does it look like") is None
