"""What the customer's words bear: which calls stay, and which are made by code."""

import pytest

from agent.bind import bind
from agent.decide import Proposal
from agent.memory import Memory
from agent.words import words_of
from knowledge.brand import Product
from knowledge.brand_folder import load_brand
from tests.brands.small_brand import write_brand
from tools.catalog import CatalogIndex


@pytest.fixture
def brand(tmp_path):
    return load_brand(write_brand(tmp_path / "lamps"))


def bound(brand, text, *tools, memory=None):
    words = words_of(text, CatalogIndex(brand.products))
    buys = {"for": "new"}
    proposals = tuple(
        Proposal(tool, buys if tool == "create_payment_link" else {}) for tool in tools
    )
    calls = bind(proposals, words, memory or Memory(), signed_in=True)
    return [(call.tool, call.args) for call in calls]


@pytest.mark.parametrize(
    ("text", "proposed", "expected"),
    [
        ("我的订单到哪了", ["lookup_order", "show_product_images"], ["lookup_order"]),
        ("看看L-1的照片", ["show_product_images", "search_knowledge"], ["show_product_images"]),
        (
            "看看L-1的照片，再说说它怎么装",
            ["show_product_images", "search_knowledge"],
            ["show_product_images", "search_knowledge"],
        ),
        ("发到外地的运费是多少", ["search_knowledge", "lookup_order"], ["search_knowledge"]),
        ("我要买一个L-1", ["search_knowledge", "show_product_images"], ["create_payment_link"]),
        ("我要投诉你们", ["search_knowledge"], ["hand_off_to_human"]),
        ("stop with the bot, put me thru to someone", ["search_knowledge"], ["hand_off_to_human"]),
        ("can someone come and fit the L-1", ["hand_off_to_human"], ["search_knowledge"]),
        ("can i pay the L-1 off monthly", ["create_payment_link"], ["search_knowledge"]),
        ("can i get 2 L-1", ["search_knowledge", "create_payment_link"], ["create_payment_link"]),
        (
            "can i get a discount on the L-1",
            ["search_knowledge", "create_payment_link"],
            ["search_knowledge"],
        ),
        (
            "can i get 2 weeks of trial with the L-1",
            ["search_knowledge", "create_payment_link"],
            ["search_knowledge"],
        ),
        (
            "LA20261101001 send me the link to the manual",
            ["lookup_order", "search_knowledge"],
            ["lookup_order", "search_knowledge"],
        ),
        ("my last one, whats happening with it", ["search_knowledge"], ["lookup_order"]),
        (
            "payment link for LA20261101001 and do you take paypal",
            ["create_payment_link", "search_knowledge"],
            ["create_payment_link", "search_knowledge"],
        ),
        (
            "i never paid LA20261101001 did i, send me the link again",
            ["verify_order", "create_payment_link"],
            ["create_payment_link"],
        ),
        ("帮我接人工客服谢谢", ["search_knowledge"], ["hand_off_to_human"]),
        ("LA20261101001 退货几天", ["search_knowledge"], ["lookup_order", "search_knowledge"]),
        ("迟到半小时还能进店不", ["lookup_order"], ["search_knowledge"]),
        ("店里能停车吗", ["verify_order", "show_product_images"], ["search_knowledge"]),
        ("我那盏灯寄出来没有", ["lookup_order"], ["lookup_order"]),
        ("我买的读书灯到哪了", ["search_knowledge"], ["lookup_order"]),
        ("where is the refund for the L-1 I sent back", ["search_knowledge"], ["lookup_order"]),
        ("给我14岁的儿子办张卡行不行", ["create_payment_link"], ["search_knowledge"]),
        ("我买的读书灯还没收到", ["lookup_order", "create_payment_link"], ["lookup_order"]),
        ("L-1来一张图", ["show_product_images"], ["show_product_images"]),
        (
            "LA20261101001 i never paid that did i, can i do it here",
            ["lookup_order"],
            ["create_payment_link"],
        ),
        (
            "帮看下单号LA20261101001 付上钱没",
            ["lookup_order", "create_payment_link"],
            ["lookup_order"],
        ),
        (
            "LA20261101001付了没，没付发个链接",
            ["lookup_order", "create_payment_link"],
            ["lookup_order", "create_payment_link"],
        ),
        (
            "LA20261101001 i have not paid yet, can i still cancel",
            ["lookup_order"],
            ["lookup_order"],
        ),
        (
            "can i hand my voucher on to a person i know",
            ["hand_off_to_human"],
            ["search_knowledge"],
        ),
        ("L-1有照片吗", ["show_product_images"], ["show_product_images"]),
        ("can I see the L-1", ["show_product_images"], ["show_product_images"]),
        ("证件照片不满意能不能重拍", ["show_product_images"], ["search_knowledge"]),
        ("LA20261120002我现在就交钱", ["lookup_order"], ["create_payment_link"]),
        ("LA20261120002我已经付过了，发货没", ["lookup_order"], ["lookup_order"]),
        (
            "能帮我下单一个L-1吗",
            ["search_knowledge", "create_payment_link"],
            ["create_payment_link"],
        ),
        (
            "多付点钱能延长L-1的保修吗",
            ["search_knowledge", "create_payment_link"],
            ["search_knowledge"],
        ),
    ],
)
def test_only_calls_that_the_words_bear_are_made(brand, text, proposed, expected):
    made = [tool for tool, _ in bound(brand, text, *proposed)]
    assert [tool for tool in made if tool in expected] == expected
    assert set(made) == set(expected)


def test_an_order_being_talked_about_is_looked_up_when_pointed_at(brand):
    memory = Memory(orders_in_focus=("LA20261101001",))
    assert bound(brand, "这单一共多少钱", "search_knowledge", memory=memory)[0] == (
        "lookup_order",
        {},
    )


def test_two_questions_are_searched_apart_and_keep_their_product(brand):
    whole = "L-1能调光吗，保修多久"
    calls = bound(brand, whole, "search_knowledge")
    assert calls == [
        ("search_knowledge", {"query": "L-1能调光吗", "also": (whole,)}),
        ("search_knowledge", {"query": "L-1 保修多久", "also": ("保修多久", whole)}),
    ]


@pytest.mark.parametrize(
    ("whole", "second"),
    [
        ("do you fit dishwashers, and how long does it take", "dishwashers how long does it take"),
        (
            "do you fit dishwashers, and what do you charge to take the old one away",
            "dishwashers what do you charge to take the old one away",
        ),
        ("do you fit dishwashers, and when are you open", "when are you open"),
        ("can I park at the Brecon shop, and is it open Sundays", "Brecon is it open Sundays"),
    ],
)
def test_a_second_english_question_gets_its_subject_only_where_it_points_back(brand, whole, second):
    calls = bound(brand, whole, "search_knowledge")
    assert [args["query"] for _, args in calls][1] == second


def test_a_product_is_not_what_an_earlier_question_is_about(brand):
    whole = "退货运费谁出，L-1能调光吗"
    calls = bound(brand, whole, "search_knowledge")
    assert [args["query"] for _, args in calls] == ["退货运费谁出", "L-1能调光吗"]


def test_all_orders_are_listed_though_the_model_would_search(brand):
    assert bound(brand, "我一共订过哪几单", "search_knowledge") == [("list_orders", {})]


def test_a_call_for_a_person_that_nobody_made_is_a_question(brand):
    made = [tool for tool, _ in bound(brand, "哪里可以退货", "hand_off_to_human")]
    assert made == ["search_knowledge"]
    made = [tool for tool, _ in bound(brand, "人工客服在哪里可以找到", "hand_off_to_human")]
    assert made == ["hand_off_to_human"]


def test_a_short_second_question_is_also_searched_with_the_one_before(brand):
    memory = Memory(question="怎么换灯泡")
    calls = bound(brand, "要多久", "search_knowledge", memory=memory)
    assert calls == [("search_knowledge", {"query": "要多久", "also": ("怎么换灯泡 要多久",)})]


def test_an_order_is_paid_where_its_number_stands_beside_the_wish(brand):
    made = bound(brand, "LA20261120002我把钱付了吧", "lookup_order")
    assert [tool for tool, _ in made] == ["create_payment_link"]
    made = bound(brand, "LA20261120002我付过了", "lookup_order")
    assert [tool for tool, _ in made] == ["lookup_order"]


def test_a_name_of_several_products_is_asked_back_before_a_purchase(brand):
    assert bound(brand, "来一个晨光台灯", "create_payment_link") == [
        ("create_payment_link", {"product": "晨光台灯", "quantity": 1})
    ]


def test_what_is_to_be_bought_is_never_guessed_from_an_unpaid_order(brand):
    assert bound(brand, "照500块给我开一单新的", "create_payment_link") == [
        ("create_payment_link", {"new": True, "quantity": 1})
    ]


def test_the_order_before_the_one_before_is_meant_by_its_place(brand):
    for text in ("上一单呢", "再往前那一单呢", "更早那一单呢"):
        assert bound(brand, text, "lookup_order")[0][1].get("previous"), text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("want to buy a spare Bulb for my L-1", ["L-2"]),
        ("给我来一个L-1的Bulb", ["L-2"]),
        ("想买L-1和Bulb", ["L-1", "L-2"]),
        ("I want to buy the L-1", ["L-1"]),
    ],
)
def test_what_a_part_is_for_is_not_bought_with_it(text, wanted):
    catalog = CatalogIndex([lamp("L-1", "L-1"), lamp("L-2", "Bulb")])
    words = words_of(text, catalog)
    calls = bind(
        (Proposal("create_payment_link", {"for": "new"}),), words, Memory(), signed_in=True
    )
    assert [call.args["product"] for call in calls] == wanted


def lamp(sku, name):
    return Product(sku, name, (), "", 100, "CNY", 1, "", (), "")


@pytest.mark.parametrize(
    ("text", "proposed", "expected"),
    [
        ("L-1 to Leeds, what's delivery going to set me back", "lookup_order", "search_knowledge"),
        ("寄到新疆运费多少钱", "list_orders", "search_knowledge"),
        ("我的订单运费多少钱", "lookup_order", "lookup_order"),
        ("what does the L-1 look like", "search_knowledge", "show_product_images"),
        ("L-1长什么样", "search_knowledge", "show_product_images"),
        ("L-1能调光吗", "search_knowledge", "search_knowledge"),
        ("我晨光那个退款到哪一步了", "search_knowledge", "lookup_order"),
        ("上次订的台灯退的钱退回来没", "search_knowledge", "lookup_order"),
        ("any news on my refund?", "search_knowledge", "lookup_order"),
        ("我那个练习册到哪儿了呀", "search_knowledge", "lookup_order"),
        ("L-1的书怎么还没发", "search_knowledge", "lookup_order"),
        ("计算器买了两天了有动静没", "search_knowledge", "lookup_order"),
        ("sent them back ages ago, where's my money", "search_knowledge", "lookup_order"),
        ("what time's the rope turning up today", "search_knowledge", "lookup_order"),
        ("下单后多久发货", "search_knowledge", "search_knowledge"),
        ("不发货怎么办", "search_knowledge", "search_knowledge"),
        ("when do orders usually arrive", "search_knowledge", "search_knowledge"),
        ("退款多久到账", "search_knowledge", "search_knowledge"),
        ("我想退货，退款多久能到账", "search_knowledge", "search_knowledge"),
    ],
)
def test_a_price_asked_for_is_no_order_and_looks_asked_for_are_shown(
    brand, text, proposed, expected
):
    assert [tool for tool, _ in bound(brand, text, proposed)] == [expected]


def test_a_link_asked_for_is_not_told_of_twice(brand):
    decided = ("lookup_order", "create_payment_link")
    text = "LA20261120002那单还能付吗 能的话发我付款链接"
    assert [tool for tool, _ in bound(brand, text, *decided)] == ["create_payment_link"]
    both = [tool for tool, _ in bound(brand, "LA20261120002到哪了，付款链接也发我", *decided)]
    assert both == list(decided)


def test_who_looks_at_a_parcel_sees_no_picture(brand):
    decided = ("lookup_order", "show_product_images")
    text = "订单LA20261120002 手机尾号8891 看下物流"
    assert "show_product_images" not in [tool for tool, _ in bound(brand, text, *decided)]
