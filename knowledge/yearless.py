"""Days without a year in a dated announcement, completed where only one year can be meant.

`12月31日前有效` in a sale announced on 2026-11-01 is over after 2026. The same words in a rule that
holds for years come true every year, so that only announcements are read in this way, and where two
years can be meant none is taken: nothing may be called over that is not.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.days import MONTHS, days_in, month_number

_ANNOUNCES = re.compile(
    r"公告|通知|预告|启事|活动|大促|促销|特惠|优惠|限时|清仓|周年|双(?:11|12|十一|十二|旦)|"
    r"\b(?:notice|announcement|sale|offer|promotion|clearance|event|festival|closure)s?\b",
    re.IGNORECASE,
)
# What holds from year to year, whatever it is about.
_LASTS = re.compile(
    r"规则|规定|规范|政策|细则|制度|须知|指南|说明|手册|章程|协议|问题|问答|"
    r"\b(?:polic(?:y|ies)|rules?|terms|guides?|faq|questions|handbook|how)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_RECURS = re.compile(
    r"每年|每逢|历年|往年|去年|明年|次年|翌年|隔年|来年|当年|同年|年年|每月|农历|"
    r"\b(?:every|each|annual(?:ly)?|yearly|(?:last|next|following|previous|any|same) year)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^。！？；;!?\n]+")
_TO = r"\s*(?:[至到—–~～-]+|\b(?:to|until|through|till)\b)\s*"
_CLOCK = r"(?:\s*\d{1,2}[:：]\d\d)?"
_HAN_DAY = r"(?<![\d年/.-])(?<!年\s)(?P<m{0}>\d{{1,2}})\s*月\s*(?P<d{0}>\d{{1,2}})\s*[日号]"
_NAMED = rf"(?:{MONTHS})\b"
_NO_YEAR = r"(?![\d:]|(?:st|nd|rd|th)?,?\s*(?:of\s+)?20\d\d)"
_ENGLISH_DAY = (
    r"(?:\b(?P<a{0}>" + _NAMED + r")\.?\s+(?P<b{0}>\d{{1,2}})(?:st|nd|rd|th)?|"
    r"(?<![\d-])(?P<c{0}>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<e{0}>" + _NAMED + r"))" + _NO_YEAR
)
_PERIODS = (
    re.compile(
        _HAN_DAY.format(1) + _CLOCK + _TO + r"(?:(?P<m2>\d{1,2})\s*月\s*)?(?P<d2>\d{1,2})\s*[日号]"
    ),
    re.compile(_ENGLISH_DAY.format(1) + _TO + _ENGLISH_DAY.format(2), re.IGNORECASE),
    re.compile(
        rf"\b(?P<a1>{_NAMED})\.?\s+(?P<b1>\d{{1,2}}){_TO}(?P<b2>\d{{1,2}})(?![\w:]|,?\s*20\d\d)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<![\d-])(?P<c1>\d{{1,2}}){_TO}(?P<c2>\d{{1,2}})\s+(?P<e2>{_NAMED}){_NO_YEAR}",
        re.IGNORECASE,
    ),
)
_DEADLINES = (
    re.compile(
        r"(?:有效期?(?:截止)?[到至为]|截[止至](?:日期|时间)?\s*[:：至到为]?)\s*[:：]?\s*"
        + _HAN_DAY.format(2)
    ),
    re.compile(
        _HAN_DAY.format(2) + r"(?=(?:[（(]含[^）)]{0,4}[）)])?(?:之|以)?[前内止](?:均|都)?有效)"
    ),
    re.compile(
        r"\b(?:(?:valid|good) (?:until|through|till)|(?:expires|ends)(?: on)?)\s*:?\s*(?:the\s+)?"
        + _ENGLISH_DAY.format(2),
        re.IGNORECASE,
    ),
)
_DAYS = (re.compile(_HAN_DAY.format(1)), re.compile(_ENGLISH_DAY.format(1), re.IGNORECASE))
_FURTHEST = timedelta(days=300)


@dataclass(frozen=True, slots=True)
class Announced:
    """When something was announced: on a day, or (`is_year`) some time in or before a year."""

    day: date
    is_year: bool = False


def announced(title: str, issued: date | None) -> Announced | None:
    """Where days without a year are counted from; None in what is no announcement."""
    if not _ANNOUNCES.search(title) or _LASTS.search(title):
        return None
    years = {int(found) for found in _YEAR.findall(title)}
    if len(years) > 1:
        return None
    titled = next((one.day for one in days_in(title)), None)
    year = next(iter(years), None)
    if issued and (year is None or year <= issued.year):
        return Announced(issued)
    if titled:
        return Announced(titled)
    return Announced(date(year, 1, 1), is_year=True) if year else None


def with_years(text: str, since: Announced) -> str:
    """The text with a year in its periods and last days that have none."""

    def completed(sentence: re.Match[str]) -> str:
        said = sentence.group()
        if _RECURS.search(said):
            return said
        for form in (*_PERIODS, *_DEADLINES):
            said = form.sub(lambda found: _completed(found, since) or found.group(), said)
        return said

    return _SENTENCE.sub(completed, text)


def _completed(found: re.Match[str], since: Announced) -> str:
    """What was found, with years; empty if it is no day or two years can be meant."""
    first, last = _month_and_day(found, "1"), _month_and_day(found, "2")
    if last is None:
        return ""
    last = (last[0] or (first[0] if first else 0), last[1])
    if first is not None:
        first = (first[0] or last[0], first[1])
    try:
        return _said(found, _years(first, last, since), first, last)
    except ValueError:
        return ""


def _years(
    first: tuple[int, int] | None, last: tuple[int, int], since: Announced
) -> tuple[int, int] | None:
    """Of the first day and of the last: the earliest last day that is not before it was said."""
    turns = first is not None and first > last
    if since.is_year:
        # `2026双旦` may begin in 2025 or end in 2027, and so may what ends early in a year.
        return None if turns or (first is None and last[0] <= 3) else (since.day.year,) * 2
    year = since.day.year + (date(since.day.year, *last) < since.day)
    if date(year, *last) - since.day > _FURTHEST:
        return None  # or it was over when it was said
    return year - turns, year


def _said(
    found: re.Match[str],
    years: tuple[int, int] | None,
    first: tuple[int, int] | None,
    last: tuple[int, int],
) -> str:
    if years is None:
        return ""
    ends = date(years[1], *last)
    if first is not None:
        return f"{date(years[0], *first).isoformat()} 至 {ends.isoformat()}"
    groups = [name for name, value in found.groupdict().items() if value]
    start = min(found.start(name) for name in groups) - found.start()
    return f"{found.group()[:start]}{ends.isoformat()}"


def _month_and_day(found: re.Match[str], which: str) -> tuple[int, int] | None:
    """Month and day of one end; the month is 0 where only the other one says it."""
    told = {name[0]: value for name, value in found.groupdict().items() if name[1:] == which}
    day = _any(told, "dbc")
    if not day:
        return None
    named = _any(told, "ae")
    return (month_number(named) if named else int(_any(told, "m") or 0)), int(day)


def _any(told: dict[str, str | None], names: Iterable[str]) -> str:
    return next((value for name in names if (value := told.get(name))), "")


def last_before(text: str, day: date) -> list[date]:
    """The days without a year that a text names, each as the last one up to that day."""
    found = []
    for pattern in _DAYS:
        for match in pattern.finditer(text):
            said = match.groupdict()
            name = said.get("a1") or said.get("e1")
            month = month_number(name) if name else int(said["m1"])
            on = int(said.get("d1") or said.get("b1") or said["c1"])
            found += _last_of(month, on, day)
    return found


def _last_of(month: int, on: int, day: date) -> list[date]:
    """The day of that month in the year of `day`, or in the one before; none on February 30."""
    for year in (day.year, day.year - 1):
        try:
            known = date(year, month, on)
        except ValueError:
            continue
        if known <= day:
            return [known]
    return []
