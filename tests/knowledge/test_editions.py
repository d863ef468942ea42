"""Editions of one notice: which replaces which."""

from datetime import date

import pytest

from knowledge.notices import notices_in, standings
from knowledge.passages import Passage
from knowledge.yearless import last_before

TODAY = date(2026, 11, 23)


def document(source, title, text):
    return Passage(id=source, source=source, heading=(title,), text=text, kind="text", sku=None)


def standing_of(*documents):
    return dict(standings(notices_in(documents), TODAY))


def test_another_edition_of_a_notice_replaces_it():
    old = document("a.md", "Holiday hours (first edition)", "Posted 12 October 2026\nRye is shut.")
    new = document("b.md", "Holiday hours (revised)", "Posted 16 November 2026. Rye stays open.")
    assert standing_of(old, new) == {"a.md": "replaced"}


def test_a_list_that_no_longer_counts_is_replaced_by_the_one_that_says_so():
    old = document("a.md", "Christmas at the houses", "Posted 12 October 2026\nRye is shut.")
    new = document(
        "b.md", "When we open", "Posted 16 November 2026. The list of 12 October no longer counts."
    )
    assert standing_of(old, new) == {"a.md": "replaced"}


def test_editions_of_different_notices_both_hold():
    old = document("a.md", "Parking (revised)", "Posted 12 October 2026\nParking is free.")
    new = document("b.md", "Breakfast (revised)", "Posted 16 November 2026\nFrom seven.")
    assert standing_of(old, new) == {}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("The list of 12 October no longer counts.", [date(2026, 10, 12)]),
        ("December 20 was the last day.", [date(2025, 12, 20)]),
        ("10月28日的通知不再执行", [date(2026, 10, 28)]),
        ("2月30日", []),
        ("posted on 12 October 2025", []),
    ],
)
def test_a_day_without_a_year_is_the_last_one_before(text: str, days: list[date]):
    assert last_before(text, TODAY) == days
