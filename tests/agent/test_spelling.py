"""Misspelt words are set right by the brand's own; other words stay as they are."""

import pytest

from agent.spelling import is_common_english, speller_from, speller_of
from knowledge.passages import Passage


def passage(text):
    return Passage(id=text, source="a.md", heading=(), text=text, kind="text", sku=None)


SPELLER = speller_of(
    [
        passage("居住证补办多少钱。居住证换领。居住证三天办好。"),
        passage("驾驶证到期前九十天可以换。快递公司送达。"),
        passage("Exchanges are free. Students get a discount on another exchange."),
    ],
    common=("多少钱", "加多少"),
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("居主证补一张多少前", "居住证补一张多少钱"),
        ("驾驶正换不换", "驾驶证换不换"),
        ("居住证在哪办", "居住证在哪办"),
        ("今天天气真好", "今天天气真好"),
        ("重物另佳多少", "重物另加多少"),
        ("深度保洁原价多少", "深度保洁原价多少"),
        ("studens discout", "students discount"),
        ("can i exchagne it", "can i exchange it"),
        ("windy and anxious", "windy and anxious"),
        ("wats u got, bk nxt wk", "what's you got, back next week"),
        ("", ""),
    ],
)
def test_only_words_that_nobody_knows_are_changed(typed, meant):
    assert SPELLER.corrected(typed) == meant


def test_names_and_words_of_other_shops_are_left_alone():
    speller = speller_of([passage("体检中心周一开门。Wide door.")], common=("wife", "体检"))
    assert speller.corrected("体检中心有wifi吗") == "体检中心有wifi吗"
    assert speller.corrected("有WiDe吗") == "有WiDe吗"


def test_a_shortened_word_is_no_misspelt_one():
    speller = speller_of([passage("Wash at 30 degrees. Doess it shrink?")])
    assert speller.corrected("if I wasn't here, doesn’t it") == "if I wasn't here, doesn’t it"


def test_common_words_are_told_from_names_of_things():
    assert all(map(is_common_english, ("partner", "heavy", "return")))
    assert not any(map(is_common_english, ("induction", "wireless", "kayak", "zzz")))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("科二挂了再考要交多少", "科目二挂了再考要交多少"),
        ("驾证丢了", "驾驶证丢了"),
        ("科目二多少", "科目二多少"),
        ("会员多少钱", "会员多少钱"),
    ],
)
def test_first_and_last_of_three_characters_stand_for_all(said, meant):
    words = {"科目二": 9, "科目三": 7, "驾驶证": 8, "会议员": 5}
    assert speller_from(words).in_full(said) == meant
