"""Whether a text asks how something of one's own stands, or what holds in general."""

import pytest

from agent.standing import (
    asks_only_rules,
    asks_progress,
    asks_rules,
    is_of_own,
    may_ask_progress,
    may_be_asked_of,
)


@pytest.mark.parametrize(
    "text",
    [
        "台灯发顺丰了没",
        "吊灯那个退款几号能到",
        "我明天几点能去店里拿台灯",
        "灯罩的单号给我",
        "吊灯到底退不退",
        "台灯寄出来没",
        "are the lamps with the blue shades done yet",
        "when can I pick my lamp up in Leeds",
        "what time's my fitting on Monday",
        "what slot have DPD given me",
        "is the desk lamp on its way?",
        "did you lot ever refund the lamp",
        "any idea when I can get the bulbs from Leeds",
        "how's the refund on my lamp doing",
        "do you know when my lamp is coming",
    ],
)
def test_how_far_something_has_got_is_heard(text):
    assert asks_progress(text)
    assert not asks_rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "台灯坏了能退吗",
        "吊灯一般几天到",
        "下单后几天能发货",
        "如果没收到怎么办",
        "台灯怎么退货",
        "吊灯什么时候补货",
        "can I return the lamp if it arrives broken",
        "how long does the lamp take to arrive",
        "is the lamp sent with a bulb",
        "do you deliver lamps to Leeds",
        "is the lamp free to return",
        "when is the next lamp course",
        "where is the lamp made",
        "is the lamp vegan",
        "武侯那边能做体检吗",
    ],
)
def test_rules_and_what_a_thing_is_are_no_progress(text):
    assert not asks_progress(text)


def test_what_is_ones_own_is_told_from_what_is_somebody_elses():
    assert is_of_own("my lamp")
    assert is_of_own("我买的台灯")
    assert not is_of_own("my lad's lamp class")
    assert not is_of_own("台灯多少瓦")


@pytest.mark.parametrize(
    ("status", "text", "fits"),
    [
        ("refunding", "台灯退款几号到", True),
        ("delivered", "台灯退款几号到", False),
        ("shipped", "when will the lamp arrive", True),
        ("delivered", "when will the lamp arrive", False),
        ("shipped", "台灯几天能到", False),
    ],
)
def test_an_order_can_only_be_asked_what_its_state_is_about(status, text, fits):
    assert may_be_asked_of(status, text) is fits


def test_a_lone_word_of_delivery_may_ask_for_an_order():
    assert may_ask_progress("lamp appointment in Leeds")
    assert not may_ask_progress("how much is delivery of the lamp")
    assert not may_ask_progress("台灯是什么材质")


@pytest.mark.parametrize(
    "text",
    [
        "what's going on with my lamp",
        "the lamp still says processing",
        "my lamp never came",
        "could I get an update on the lamp",
        "吊灯为啥取消了",
        "吊灯明天能送到吗",
        "吊灯还要等多久",
        "吊灯的退款卡在哪一步了",
    ],
)
def test_delays_and_what_has_become_of_it_are_heard(text):
    assert asks_progress(text)


@pytest.mark.parametrize(
    "text", ["明天下单几点能到", "how are lamps delivered", "不动产登记能取号吗"]
)
def test_how_it_goes_for_everybody_is_not_progress(text):
    assert not asks_progress(text)


@pytest.mark.parametrize(
    ("text", "only_rules"),
    [
        ("小件退货运费谁出，退的钱几天到", True),
        ("别家买的台灯要移一下，移灯费总共多少", True),
        ("台灯运费谁出，我退的那盏钱几天到", False),
        ("运费多少，我的台灯到哪了", False),
    ],
)
def test_how_long_a_thing_takes_is_asked_of_ones_own_or_of_rules(text, only_rules):
    assert asks_only_rules(text) is only_rules
