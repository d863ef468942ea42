"""Days and periods as people write them in Chinese and English."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_DAY = re.compile(
    r"(?P<y>20\d\d)\s*(?:年|[-/.])\s*(?P<m>\d{1,2})\s*(?:月|[-/.])\s*(?P<d>\d{1,2})\s*日?"
)
_NAMES = "january february march april may june july august september october november december"
_MONTH_NUMBERS = {name[:3]: number for number, name in enumerate(_NAMES.split(), 1)}
MONTHS = "|".join(name[:3] + f"(?:{name[3:]})?" for name in _NAMES.split())
_ENGLISH_DAY = re.compile(
    rf"\b(?:(?P<m1>{MONTHS})\.?\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?,?|"
    rf"(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m2>{MONTHS})\.?,?)\s+(?P<y>20\d\d)\b",
    re.IGNORECASE,
)
_TO = r"(?:to|until|through|till|and|-|–|—)"
_ENGLISH_PERIOD = re.compile(
    rf"\b(?P<m1>{MONTHS})\.?\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s*{_TO}\s*"
    rf"(?:(?P<m2>{MONTHS})\.?\s+)?(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>20\d\d)\b",
    re.IGNORECASE,
)
_TO_MARK = re.compile(
    r"[^。\n]{0,16}?(?:至|到|—|–|~|～|-|\bto\b|\buntil\b|\bthrough\b|\btill\b)\s*", re.IGNORECASE
)
_AND_MARK = re.compile(r"\s*\band\s+", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s*$", re.IGNORECASE)
# What every day and period has that is read here: most texts have none, and need no slower look.
_YEAR_FIRST = re.compile(r"20\d\d\s*[年/.-]\s*\d")
_YEAR_LAST = re.compile(r"\s20\d\d")
_SHORT = re.compile(
    r"(?:(?P<y>20\d\d)\s*(?:年|[-/.])\s*)?(?:(?P<m>\d{1,2})\s*(?:月|[-/.])\s*)?(?P<d>\d{1,2})\s*日?"
)


@dataclass(frozen=True, slots=True)
class Day:
    """One day and where it stands in its text."""

    start: int
    end: int
    day: date


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, and where that stands in its text."""

    start: int
    end: int
    first: date
    last: date


def may_have_days(text: str) -> bool:
    """False where the text has neither a day nor a period; a quick look."""
    return "20" in text and bool(_YEAR_FIRST.search(text) or _YEAR_LAST.search(text))


def days_in(text: str) -> list[Day]:
    """Every day with its year, in order."""
    if "20" not in text:
        return []
    found = [_day(match, match["y"], match["m"], match["d"]) for match in _DAY.finditer(text)]
    for match in _ENGLISH_DAY.finditer(text) if _YEAR_LAST.search(text) else ():
        month = month_number(match["m1"] or match["m2"])
        found.append(_day(match, match["y"], month, match["d1"] or match["d2"]))
    return sorted(filter(None, found), key=lambda one: one.start)


def periods_in(text: str) -> list[Period]:
    """Every "A to B", in order; one of both ends may leave out what the other one says."""
    if not may_have_days(text):
        return []
    found = [*_english(text), *_from_day_to_day(text)]
    return sorted(found, key=lambda one: one.start)


def _day(match: re.Match[str], year: str, month: str | int, day: str) -> Day | None:
    try:
        return Day(match.start(), match.end(), date(int(year), int(month), int(day)))
    except ValueError:
        return None


def month_number(name: str) -> int:
    """Of a month's English name, whole or its first three letters."""
    return _MONTH_NUMBERS[name[:3].lower()]


def _english(text: str) -> Iterator[Period]:
    """`October 9 to 18, 2026`, `between November 1 and December 24, 2026`."""
    for match in _ENGLISH_PERIOD.finditer(text):
        if re.search(r"\band\b", match.group()) and not _BETWEEN.search(text[: match.start()]):
            continue
        first, last = month_number(match["m1"]), month_number(match["m2"] or match["m1"])
        year = int(match["y"])
        try:
            begins = date(year - (first > last), first, int(match["d1"]))
            yield Period(match.start(), match.end(), begins, date(year, last, int(match["d2"])))
        except ValueError:
            continue


def _from_day_to_day(text: str) -> Iterator[Period]:
    """`2026年11月1日 20:00 至 11月11日`, `November 1, 2026 to November 10, 2026`."""
    days = days_in(text)
    for one in days:
        rest = text[one.end : one.end + 60]
        mark = _TO_MARK.match(rest)
        if mark is None and _BETWEEN.search(text[: one.start]):
            mark = _AND_MARK.match(rest)
        if mark is None:
            continue
        at = one.end + mark.end()
        whole = next((other for other in days if other.start == at), None)
        if whole is not None:
            yield Period(one.start, whole.end, one.day, whole.day)
        elif (short := _SHORT.match(text, at)) and (last := _completed(short, one.day)):
            yield Period(one.start, short.end(), one.day, last)


def _completed(short: re.Match[str], begins: date) -> date | None:
    """The last day, with year and month of the first one where it says none."""
    if not (short["m"] or short["y"] or "日" in short.group()):
        return None
    try:
        year, month = int(short["y"] or begins.year), int(short["m"] or begins.month)
        return date(year, month, int(short["d"]))
    except ValueError:
        return None
