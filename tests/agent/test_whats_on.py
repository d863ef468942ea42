"""Offers that are on now are found by whoever asks for offers."""

from datetime import date

import pytest

from agent.whats_on import asks_whats_on, on_now
from knowledge.notices import Notice

DAY = date(2026, 11, 23)


def notice(title, starts, ends, *, replaced=False):
    return Notice(f"knowledge/{title}.md", title, starts, starts, ends, replaced)


@pytest.mark.parametrize(
    "text",
    ["现在店里有什么活动", "最近搞促销吗", "有优惠没", "any offers on?", "what deals have you got"],
)
def test_offers_are_asked_for(text):
    assert asks_whats_on(text)


@pytest.mark.parametrize(
    "text",
    [
        "双十二你们搞活动不",
        "any Christmas offers?",
        "优惠券怎么用",
        "活动赠品能退吗",
        "is the discount per person",
    ],
)
def test_what_is_asked_of_an_offer_is_another_question(text):
    assert not asks_whats_on(text)


def test_what_holds_today_and_ends_first_comes_first():
    known = (
        notice("双11", date(2026, 11, 1), date(2026, 11, 11)),
        notice("圣诞季", date(2026, 12, 20), date(2026, 12, 26)),
        notice("会员月", date(2026, 11, 1), date(2026, 11, 30)),
        notice("感恩季", date(2026, 11, 20), date(2026, 11, 26)),
        notice("旧章程", date(2026, 11, 20), date(2026, 11, 26), replaced=True),
        notice("价目", date(2026, 1, 1), None),
    )
    assert on_now(known, DAY) == ("感恩季", "会员月")
