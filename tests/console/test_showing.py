"""How times and spans read: in the brand's own time, in the reader's language."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest

from console.showing import clock_time, date_time, lasted, masked, moment

AT = datetime(2026, 11, 23, 18, 5, 9, tzinfo=UTC)
SHANGHAI, OSLO = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Oslo")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("13812345678", "138****5678"),
        ("电话138 1234 5678。", "电话138****5678。"),
        ("+8613812345678", "138****5678"),
        ("+86 138-1234-5678", "138****5678"),
        ("110101199003071234", "110***********1234"),
        ("6222 0212 3456 7890 123", "6222 **** **** 123"),
        ("6222021234567890", "6222 **** **** 7890"),
        ("wang.xm@example.com", "w***@example.com"),
        ("订单HY20261101003，168.00元，2026-11-23", "订单HY20261101003，168.00元，2026-11-23"),
    ],
)
def test_personal_numbers_are_masked_and_others_are_not(written: str, shown: str) -> None:
    assert masked(written) == shown


@pytest.mark.parametrize(
    ("seconds", "chinese", "english"),
    [
        (-3, "0秒", "0 s"),
        (45, "45秒", "45 s"),
        (6 * 60 + 59, "6分钟", "6 min"),
        (3 * 3600 + 5 * 60, "3小时05分", "3 h 05 min"),
        (2 * 86400 + 4 * 3600, "2天4小时", "2 d 4 h"),
    ],
)
def test_a_span_reads_as_one_says_it(seconds: int, chinese: str, english: str) -> None:
    span = timedelta(seconds=seconds)
    assert (lasted(span, "zh"), lasted(span, "en")) == (chinese, english)


@pytest.mark.parametrize(
    ("zone", "clock", "short", "long"),
    [
        (SHANGHAI, "02:05:09", "02:05", "2026-11-24 02:05:09"),
        (OSLO, "19:05:09", "11-23 19:05", "2026-11-23 19:05:09"),
    ],
)
def test_a_time_is_shown_as_the_clock_on_that_wall(
    zone: tzinfo, clock: str, short: str, long: str
) -> None:
    now = AT + timedelta(hours=5)  # in Shanghai still the same day, in Oslo the next
    shown = (clock_time(AT, zone), moment(AT, now, zone), date_time(AT, zone))
    assert shown == (clock, short, long)
