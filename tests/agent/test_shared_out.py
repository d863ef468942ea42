"""Several orders in one message, and order numbers as people type them."""

import pytest

from agent.bind import bind
from agent.decide import Proposal
from agent.memory import Memory
from agent.words import words_of
from knowledge.brand import Product
from tools.catalog import CatalogIndex

PAY = Proposal("create_payment_link", {"for": "order"})
LOOK_UP = Proposal("lookup_order", {})
FIRST, SECOND = "LA20261101001", "LA20261102002"


def bound(text, *proposals):
    calls = bind(proposals, words_of(text, CatalogIndex(())), Memory(), signed_in=True)
    return [(call.tool, call.args.get("order_id")) for call in calls]


@pytest.mark.parametrize(
    "text",
    [
        f"pay {FIRST} and where is {SECOND}",
        f"把{FIRST}的钱付一下，{SECOND}到哪了",
        f"{SECOND}发货了没，另外{FIRST}帮我付款",
        f"where's {SECOND} and send me the link for {FIRST}",
    ],
)
def test_each_order_is_paid_or_looked_up_as_its_own_clause_says(text):
    assert bound(text, PAY, LOOK_UP) == [(PAY.tool, FIRST), (LOOK_UP.tool, SECOND)]


def test_an_order_that_is_only_named_beside_another_is_not_paid():
    made = bound(f"where is order {FIRST}, what about order {SECOND}", PAY, LOOK_UP)
    assert made == [(LOOK_UP.tool, FIRST), (LOOK_UP.tool, SECOND)]
    assert bound(f"where is order {FIRST}", PAY) == [(LOOK_UP.tool, FIRST)]


def test_two_orders_of_one_clause_are_both_paid():
    made = bound(f"pay {FIRST} and {SECOND}", PAY)
    assert made == [(PAY.tool, FIRST), (PAY.tool, SECOND)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("can you look up LA 20261101001 please", FIRST),
        ("查下 lf 20261101001", "LF20261101001"),
        ("LA 2026 1101 001 how much was it", FIRST),
        (f"{FIRST} 0938", FIRST),
        ("status of LA 20261101 001", FIRST),
        ("打了三次10086都没人，LA20261101001", FIRST),
        ("order no 20261101001", "20261101001"),
        ("what is 20261101001", "20261101001"),
        ("WHERE IS 20261101001", "20261101001"),
        ("单号 20261101001", "20261101001"),
    ],
)
def test_letters_before_a_space_belong_to_the_number(text, number):
    assert words_of(text, CatalogIndex(())).order_numbers == (number,)


async def test_what_is_shown_is_what_its_own_clause_wants_to_see(talk):
    decided = '{"calls":[{"tool":"show_product_images"},{"tool":"search_knowledge"}]}'
    reply = await talk.say("发我读书灯的图 再说下星河吊灯多少钱", decided)
    assert {image.sku for image in reply.images} == {"L-1"}
    assert "1299元" in reply.text


@pytest.mark.parametrize(
    "text",
    [
        "发我读书灯的图，星河吊灯的也要",
        "读书灯和星河吊灯都看下图",
        "读书灯有图吗，星河吊灯的也看看",
    ],
)
def test_what_asks_nothing_else_is_shown_as_well(text):
    lamps = (
        Product("L-1", "读书灯", (), "", 100, "CNY", 1, "", (), ""),
        Product("L-3", "星河吊灯", (), "", 100, "CNY", 1, "", (), ""),
    )
    calls = (Proposal("show_product_images", {}), Proposal("search_knowledge", {}))
    made = bind(calls, words_of(text, CatalogIndex(lamps)), Memory(), signed_in=True)
    shown = {call.args["product"] for call in made if call.tool == "show_product_images"}
    assert shown == {"L-1", "L-3"}


def test_to_photograph_a_pair_is_to_order_one():
    show = Proposal("show_product_images", {})
    memory = Memory(products_in_focus=("L-1",))
    calls = bind((show,), words_of("那给我拍一双", CatalogIndex(())), memory, signed_in=True)
    assert [(call.tool, call.args["product"]) for call in calls] == [(PAY.tool, "L-1")]


@pytest.mark.parametrize("text", ["要30个", "那来30个", "给我来30个吧"])
def test_so_many_are_so_many_of_what_was_talked_of(text):
    search = Proposal("search_knowledge", {"query": "台灯"})
    memory = Memory(products_in_focus=("L-1",))
    calls = bind((search,), words_of(text, CatalogIndex(())), memory, signed_in=True)
    assert [(call.tool, call.args) for call in calls] == [
        (PAY.tool, {"product": "L-1", "quantity": 30})
    ]


def test_what_is_asked_behind_a_space_is_answered_beside_an_order():
    text = "我那个读书灯发了没 用之前要充电多久"
    made = bound(text, LOOK_UP, Proposal("search_knowledge", {}))
    assert [tool for tool, _ in made] == [LOOK_UP.tool, "search_knowledge"]


def test_a_picture_beside_an_order_is_shown_of_its_own_clause_alone():
    lamps = (
        Product("L-1", "reading lamp", (), "", 100, "GBP", 1, "", (), ""),
        Product("L-3", "travel lamp", (), "", 100, "GBP", 1, "", (), ""),
    )
    words = words_of(
        "pic of the reading lamp pls plus when is my travel lamp coming", CatalogIndex(lamps)
    )
    made = bind((Proposal("show_product_images", {}),), words, Memory(), signed_in=True)
    assert [call.args["product"] for call in made] == ["L-1"]


def test_the_figure_in_a_products_name_is_no_quantity():
    grinder = Product("G-58", "Pike 58", (), "", 100, "GBP", 9, "", (), "")
    words = words_of("can i have the Pike 58 for 199, one please", CatalogIndex((grinder,)))
    assert words.quantity == 1
    assert words_of("I'll have 2 Pike 58", CatalogIndex((grinder,))).quantity == 2
    buy = Proposal("create_payment_link", {"for": "new"})
    made = bind((buy,), words, Memory(), signed_in=True)
    assert [(call.tool, call.args) for call in made] == [
        (PAY.tool, {"product": "G-58", "quantity": 1})
    ]


async def test_a_yes_to_nothing_is_not_looked_up(talk):
    reply = await talk.say("yep go on", '{"talk":"other"}')
    assert (reply.calls, reply.refused) == ((), False)


async def test_what_it_costs_is_asked_of_the_product_that_is_shown_by_some_of_its_name(talk):
    decided = '{"calls":[{"tool":"show_product_images"},{"tool":"search_knowledge"}]}'
    reply = await talk.say("发个星河灯的图 再说下多少钱", decided)
    assert ("show_product_images", {"product": "L-3"}) in [(c.tool, c.args) for c in reply.calls]
    assert "1299元" in reply.text
