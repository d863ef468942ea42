"""What holds for the fact check whatever it is given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.facts import facts, unsupported
from agent.numerals import in_digits
from knowledge.brand import Product

PRODUCTS = (
    Product("HY-JH-30", "玫瑰精华液 30ml", ("玫瑰精华",), "", 16_800, "CNY", 3, "", (), ""),
    Product("B-5", "三瓶装水", ("5号", "1x"), "", 100, "CNY", 3, "", (), ""),
)
# Pieces that make the rules meet each other, between arbitrary characters.
PIECES = st.sampled_from(
    [
        *("1", "2", "10", "5%", "8.5", ",", ".", ":", "-", "/", "¥", "$", "%", "(", ")", "\n", "①"),
        *"年月日号点半元块折一二三两十百万第周至到买送天件İﷺ",
        *("百分之", "11月1日", "2026-", "nov ", "may ", "sunday", "pm", "seven", "one ", "hundred"),
        *("HY202611", "玫瑰精华", "三瓶装水", "a@b.com", "http://", ".cn", "rmb"),
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=20).map("".join)
HAN_DIGITS = "零一二三四五六七八九"


def values(text):
    return {(fact.kind, fact.value) for fact in facts(text, PRODUCTS)}


def han(number: int) -> str:
    """A number below ten thousand as it is read aloud."""
    words, zero = "", False
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            words += ("零" if zero and words else "") + HAN_DIGITS[digit] + unit
        zero = not digit
    return words.removeprefix("一") if words.startswith("一十") else words


@given(TEXTS)
def test_a_text_supports_itself(text):
    assert unsupported(text, [text], PRODUCTS) == ()


@given(TEXTS, TEXTS)
def test_a_text_without_evidence_is_unsupported_in_all_its_facts(text, more):
    assert set(unsupported(text, [], PRODUCTS)) == facts(text, PRODUCTS)
    assert set(unsupported(text, [more], PRODUCTS)) <= facts(text, PRODUCTS)


@given(TEXTS, st.lists(TEXTS, max_size=3), TEXTS)
def test_more_evidence_never_makes_more_unsupported(draft, evidence, more):
    before = set(unsupported(draft, evidence, PRODUCTS))
    assert set(unsupported(draft, [more, *evidence], PRODUCTS)) <= before


@given(TEXTS)
def test_every_fact_is_shown_as_the_text_has_it(text):
    original = in_digits(text).original
    assert all(fact.shown and fact.shown in original for fact in facts(text, PRODUCTS))


@given(st.integers(2, 9999))
def test_a_chinese_number_equals_its_digits(number):
    assert values(f"共{han(number)}天") == values(f"共{number}天") == {("number", str(number))}


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_an_amount_is_the_same_in_every_spelling(units, cents):
    amount = f"{units}.{cents:02d}"
    spellings = (f"¥{amount}", f"{amount} 元", f"RMB {units:,}.{cents:02d}", f"{amount}块钱")
    assert len({frozenset(values(spelling)) for spelling in spellings}) == 1
    assert all(unsupported(spelling, [amount], ()) == () for spelling in spellings)


@given(st.dates())
def test_a_date_is_the_same_in_every_spelling(date):
    if not 1900 <= date.year <= 2099:
        date = date.replace(year=2024)
    y, m, d = date.year, date.month, date.day
    for spelling in (
        f"{y}年{m}月{d}日",
        f"{y}/{m}/{d}",
        date.strftime("%b %d, %Y"),
        f"{y}.{m:02d}.{d:02d}",
    ):
        assert values(spelling) == {("date", date.isoformat())}
    assert unsupported(f"{m}月{d}日", [date.isoformat()], ()) == ()


HOSTILE = [
    *(
        "1",
        "一",
        "9,",
        "1.",
        "a1-",
        "11月",
        "十万",
        "1:",
        "http://",
        "a.com",
        "一二",
        "玫瑰精华",
        "(1",
    ),
    *(
        "1-22-",
        "第1",
        "seven ",
        "one hundred and ",
        "百分之",
        "2026-",
        "周一至",
        "1点",
        "\n1. ",
        "三到",
    ),
    *("买一送", "a@", "二点二", "nov ", "\u200b1", "٣", "1️⃣", " ", "x"),
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_long_hostile_text_is_read_to_its_end(piece):
    """What takes more than linear time would not come to the end of 100,000 characters."""
    text = (piece * 100_000)[:100_000] + "。\n\n运费168元。"
    assert facts("运费168元。", PRODUCTS) <= facts(text, PRODUCTS)
