"""What code says to customers, in both languages, from every kind of result."""

from datetime import UTC, datetime

import pytest

from agent.phrases import REFUSALS, STATUS, TALK
from agent.product_facts import asked_of
from agent.turn_state import Result
from agent.wording import talk, told, unknown
from knowledge.brand_folder import load_brand
from tests.brands.small_brand import write_brand
from tools.artifacts import (
    HandOff,
    OrderCard,
    OrderItem,
    OrderList,
    PaymentLink,
    Picture,
    Pictures,
    PurchaseSummary,
)

WHEN = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
ITEM = OrderItem(sku="L-1", name="Lamp", quantity=2)
ORDER = OrderCard(
    order_id="A-10001",
    status="shipped",
    created_at=WHEN,
    items=(ITEM,),
    amount_cents=33600,
    currency="CNY",
    carrier="SF",
    tracking_no="SF123456",
    note="ring\x1b twice",
)
LINK = PaymentLink(
    url="http://localhost/p", amount_cents=33600, currency="CNY", order_id="A-1", expires_at=WHEN
)
SUMMARY = PurchaseSummary(
    token="t", item=ITEM, unit_cents=16800, total_cents=33600, currency="CNY", expires_at=WHEN
)
PICTURES = Pictures(
    sku="L-1", name="Lamp", pictures=(Picture(sku="L-1", path="images/a.jpg", caption="Lamp"),)
)


@pytest.fixture
def brand(tmp_path):
    return load_brand(write_brand(tmp_path / "lamps"))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("artifact", "facts"),
    [
        (ORDER, ["A-10001", "Lamp ×2", "336", "SF123456", "ring twice"]),
        (OrderList(orders=(ORDER,)), ["A-10001", "336"]),
        (LINK, ["A-1", "336", "12:00"]),
        (SUMMARY, ["168", "336", "×2"]),
        (PICTURES, ["Lamp", "1"]),
        (HandOff(reason="asked", staffed=False, hours="09:00-21:00"), ["09:00-21:00"]),
    ],
)
def test_every_fact_of_a_result_is_said(brand, language, artifact, facts):
    text = " ".join(told(Result("tool", {}, "", artifact), brand, language))
    assert all(fact in text for fact in facts)
    assert any("一" <= char <= "鿿" for char in text) == (language == "zh")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_refusal_has_words(brand, language):
    for code in REFUSALS[language]:
        result = Result("lookup_order", {"order_id": "A-1", "product": "L-1"}, "", None, code)
        [text] = told(result, brand, language)
        assert "{" not in text
    assert told(Result("x", {}, "", None, "never heard of"), brand, language) == (
        REFUSALS[language]["other"],
    )


def test_both_languages_say_the_same_things(brand):
    assert REFUSALS["zh"].keys() == REFUSALS["en"].keys()
    assert STATUS["zh"].keys() == STATUS["en"].keys()
    assert TALK["zh"].keys() == TALK["en"].keys()
    assert unknown(brand, "zh") == brand.unknown
    assert "colleague" in unknown(brand, "en")
    assert talk("greeting", brand, "zh") == brand.greeting


def test_a_name_that_several_products_share_is_asked_about_with_their_names(brand):
    first, *_ = brand.products
    result = Result("show_product_images", {"product": first.name}, "", None, "which_product")
    assert told(result, brand, "zh") == (f"请问是哪一款呢：{first.name}？",)
    unnamed = Result("show_product_images", {}, "", None, "which_product")
    assert told(unnamed, brand, "en") == (REFUSALS["en"]["which_product"],)


@pytest.mark.parametrize(
    ("question", "priced"),
    [
        ("how much for two", True),
        ("how much does the lamp cost", True),
        ("how much weight will the bench hold", False),
        ("how much does it weigh", False),
    ],
)
def test_how_much_asks_for_a_price_unless_it_asks_for_a_measure(question, priced):
    assert ("price" in asked_of(question)) is priced
