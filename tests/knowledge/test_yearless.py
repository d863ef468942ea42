"""Days without a year: completed in announcements, and nothing is over too early."""

from datetime import date

import pytest

from knowledge.notices import notices_in, standings
from knowledge.passages import Passage
from knowledge.yearless import Announced, with_years

SINCE = Announced(date(2026, 11, 20))


def standing_of(title: str, text: str, on: date, section: str = "") -> str | None:
    heading = (title, section) if section else (title,)
    passage = Passage("p", "knowledge/a.md", heading, text, "text")
    return next(iter(standings(notices_in([passage]), on).values()), None)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("活动时间：11月1日至11月30日", "活动时间：2026-11-01 至 2026-11-30"),
        ("活动时间：12月1日 20:00 — 11日", "活动时间：2026-12-01 至 2026-12-11"),
        ("12月24日至1月3日打烊", "2026-12-24 至 2027-01-03打烊"),
        ("新人券12月31日前有效", "新人券2026-12-31前有效"),
        ("有效期至：1 月 31 日。", "有效期至：2027-01-31。"),
        ("Valid until 31 December.", "Valid until 2026-12-31."),
        ("Closed from December 24 to January 2.", "Closed from 2026-12-24 至 2027-01-02."),
        ("When: Nov 20-27, online", "When: 2026-11-20 至 2026-11-27, online"),
        ("Dates: 1 to 8 December", "Dates: 2026-12-01 至 2026-12-08"),
        # Left as they are: a year is there, it recurs, it is no last day, or no day at all.
        ("2025年11月1日至11月11日", None),
        ("每年12月31日前有效", None),
        ("有效期至次年3月31日", None),
        ("Valid until December 31 of each year", None),
        ("valid until 31 December 2024", None),
        ("11月1日发货", None),
        ("活动时间：11月1日至11月11日", None),
        ("有效期至2月30日", None),
        ("December 24 is a holiday", None),
        ("Valid until 31 December, 2025", None),
    ],
)
def test_a_year_is_completed_where_only_one_can_be_meant(text: str, told: str | None) -> None:
    assert with_years(text, SINCE) == (told or text)


@pytest.mark.parametrize(
    ("title", "text", "over_from"),
    [
        ("会员活动公告", "发布日期：2026-11-01\n有效期至12月31日。", date(2027, 1, 1)),
        ("新人券活动", "发布日期：2026年11月1日\n本券12月31日前有效。", date(2027, 1, 1)),
        ("春节活动公告", "发布日期：2026-12-20\n活动时间：1月20日至2月20日", date(2027, 2, 21)),
        ("双11活动（2026年11月1日至11日）", "本券12月31日前有效", date(2026, 11, 12)),
        ("2026年店庆活动", "活动时间：9月1日至9月8日", date(2026, 9, 9)),
        ("Autumn sale", "Published: October 1, 2026\nValid until 31 October.", date(2026, 11, 1)),
        ("Holiday closure", "Posted November 20, 2026\nWhen: Dec 24 to Jan 2", date(2027, 1, 3)),
    ],
)
def test_an_announcement_is_over_the_day_after_and_not_before(
    title: str, text: str, over_from: date
) -> None:
    eve = date.fromordinal(over_from.toordinal() - 1)
    assert standing_of(title, text, over_from) == "ended"
    assert standing_of(title, text, eve) is None


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("会员规则", "发布日期：2024-05-01\n积分有效期至12月31日。"),
        ("优惠券使用说明", "发布日期：2024-05-01\n新人券12月31日前有效。"),
        ("会员活动公告", "积分有效期至12月31日。公司成立于2010年3月1日。"),
        ("会员活动公告", "发布日期：2024-05-01\n积分每年12月31日前有效。"),
        ("2025年双旦活动", "活动时间：12月24日至1月3日"),
        ("2024年新年活动", "有效期至1月31日。"),
        ("2023、2024年活动回顾公告", "有效期至5月31日。"),
        ("Gift card terms", "Updated May 1, 2024\nValid until 31 December."),
        ("Summer sale", "Valid until 31 August."),
        ("2027年春节活动公告", "发布日期：2026-01-05\n有效期至2月20日。"),
    ],
)
def test_nothing_is_over_where_another_year_may_be_meant(title: str, text: str) -> None:
    assert standing_of(title, text, date(2026, 11, 28)) is None
    assert standing_of(title, text, date(2030, 6, 1)) is None


def test_of_a_section_or_a_short_passage_its_own_days_count() -> None:
    text = "满 300 减 40。"
    heading = "双12（12月1日至12月12日）"
    title = "年末活动通知（2026年11月20日）"
    assert standing_of(title, text, date(2026, 12, 20), heading) == "ended"
    assert standing_of(title, text, date(2026, 12, 5), heading) is None


def test_a_last_day_with_the_word_behind_it_counts_with_its_year_too() -> None:
    one, several = "新人券2026年10月31日前有效。", "新人券2026年10月31日前有效。其他券长期有效。"
    assert standing_of("优惠券", one, date(2026, 11, 1)) == "ended"
    assert standing_of("优惠券", one, date(2026, 10, 31)) is None
    assert standing_of("优惠券", several, date(2026, 11, 1)) is None
