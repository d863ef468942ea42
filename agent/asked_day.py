"""The day that a question is about: 明天, 26号, 这周六, "on 3 December"."""

import re
from datetime import date, timedelta

from knowledge.days import MONTHS, month_number

_NEAR = (
    (re.compile(r"大后天"), 3),
    (re.compile(r"后天|\bday after tomorrow\b", re.I), 2),
    (re.compile(r"明[天日早晚]|\btomorrow\b", re.I), 1),
)
_NOW = re.compile(
    r"今[天日早晚儿]|现在|目前|这[两几]天|最近|[这本]周(?![一二三四五六日天末])"
    r"|\b(?:today|tonight|(?:right )?now|at the moment|currently|this (?:week|morning"
    r"|afternoon|evening)|these days)\b",
    re.I,
)
_HAN_DAY = re.compile(r"(?<!\d)(\d{1,2})月(\d{1,2})(?:[日号]|(?!\d))")
# No line, building, shop or size, and no span: 3号线, 8号楼, 7日内.
_HAN_NUMBER = re.compile(
    r"(?<![\d月A-Za-z])(\d{1,2})[号日](?![线楼店门院库仓柜窗色码机位桌房台馆车内无游后间\d]|[之以]内)"
)
_ENGLISH = re.compile(
    rf"\b(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m1>{MONTHS})"
    rf"|(?P<m2>{MONTHS}) (?:the )?(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?)\b",
    re.I,
)
_HAN_WEEKDAY = re.compile(
    r"(?P<next>下个?)?(?:[这本]个?)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天末])"
)
# Cut short only behind such a word: sun cream is no day.
_WEEKDAY = re.compile(
    r"\b(?:(?P<next>next) |(?P<this>on|this|by|until|till) )?"
    r"(?P<day>mon|tue|wed|thu|fri|sat|sun|weekend)(?P<whole>(?:s|nes|rs|ur)?day|(?<=weekend))?\b",
    re.I,
)
_HAN_DAYS = {char: number for number, char in enumerate("一二三四五六日")} | {"天": 6, "末": 5}
_DAYS = {name: n for n, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))} | {
    "weekend": 5
}
# A day without a year may be one that has just been.
_BACK = timedelta(days=31)


def asked_day(text: str, today: date) -> date | None:
    """The day that a question names, or None; of several the one named most exactly."""
    if (match := _HAN_DAY.search(text)) or (match := _ENGLISH.search(text)):
        return _next(today, *_month_and_day(match))
    if match := _HAN_NUMBER.search(text):
        return _in_month(today, int(match[1]))
    ahead = next((days for pattern, days in _NEAR if pattern.search(text)), 0)
    if ahead:
        return today + timedelta(days=ahead)
    return _weekday_in(text, today) or (today if _NOW.search(text) else None)


def _month_and_day(match: re.Match[str]) -> tuple[int, int]:
    if match.re is _HAN_DAY:
        return int(match[1]), int(match[2])
    return month_number(match["m1"] or match["m2"]), int(match["d1"] or match["d2"])


def _weekday_in(text: str, today: date) -> date | None:
    if match := _HAN_WEEKDAY.search(text):
        return _weekday(today, _HAN_DAYS[match["day"]], later=bool(match["next"]))
    for match in _WEEKDAY.finditer(text):
        if match["whole"] is not None or match["next"] or match["this"]:
            return _weekday(today, _DAYS[match["day"].lower()], later=bool(match["next"]))
    return None


def _next(today: date, month: int, day: int) -> date | None:
    for year in (today.year, today.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today - _BACK:
            return found
    return None


def _in_month(today: date, day: int) -> date | None:
    """That day of this month, or of the next if it has been."""
    months = [(today.year, today.month), (today.year + today.month // 12, today.month % 12 + 1)]
    for year, month in months:
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None


def _weekday(today: date, number: int, *, later: bool) -> date:
    """That day of this week, or of the next one; today counts as still to come."""
    ahead = (number - today.weekday()) % 7
    next_week = later and ahead <= number
    return today + timedelta(days=ahead + 7 * next_week)
