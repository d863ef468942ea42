"""Cents in, cents out; nothing is rounded on the way."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.cells import CellError
from tools.money import cents, decimal_text, display

amounts = st.integers(min_value=0, max_value=10**12 - 1)


@given(amounts)
def test_text_and_cents_are_each_others_inverse(amount):
    assert cents(decimal_text(amount)) == amount


@given(amounts)
def test_text_always_has_two_decimals(amount):
    whole, _, fraction = decimal_text(amount).partition(".")
    assert (int(whole) * 100 + int(fraction), len(fraction)) == (amount, 2)


@given(st.one_of(st.text(max_size=12), st.from_regex(r"[0-9]{1,4}\.?[0-9]{0,3}", fullmatch=True)))
def test_any_text_is_an_amount_or_an_error_that_shows_it(text):
    if re.fullmatch(r"[0-9]{1,10}(\.[0-9]{1,2})?", text):
        assert float(text) * 100 == pytest.approx(cents(text))
    else:
        with pytest.raises(CellError, match=r"such as 168\.00"):
            cents(text)


@pytest.mark.parametrize(("text", "amount"), [("168", 16800), ("0.5", 50), ("0.29", 29)])
def test_people_write_amounts_with_fewer_decimals(text, amount):
    assert cents(text) == amount


@pytest.mark.parametrize("text", ["", "1.234", "-1", "1e3", "1,000", "¥1", "１", "nan", "1.", ".5"])
def test_what_could_be_misread_is_no_amount(text):
    with pytest.raises(CellError):
        cents(text)


def test_there_are_no_negative_amounts():
    with pytest.raises(ValueError, match="negative"):
        decimal_text(-1)


@pytest.mark.parametrize(
    ("currency", "language", "shown"),
    [
        ("CNY", "zh", "168元"),
        ("CNY", "en", "¥168.00"),
        ("USD", "zh", "US$168.00"),
        ("USD", "en", "$168.00"),
        ("SGD", "en", "168.00 SGD"),
    ],
)
def test_money_is_shown_as_people_know_it(currency, language, shown):
    assert display(16800, currency, language) == shown
