"""Dates, times of day and days of the week, as they are written in Chinese and English."""

import re

from agent.fact_forms import START, TO, Found, Reader, is_within_word

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    "(?:january|february|march|april|may|june|july|august|september|october|november|december"
    "|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)"
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT_DAYS = "mon|tues?|wed|thu(?:rs?)?|fri|sat|sun"
_HAN_DAYS = {c: n for n, c in enumerate("一二三四五六日")} | {"天": 6}
_YEAR = r"(?:19|20)[0-9]{2}"

_FULL = re.compile(
    r"[12](?<![0-9][12])[0-9]{3}\s?[-/.年]\s?[0-9]{1,2}\s?[-/.月]\s?[0-9]{1,2}(?![0-9])(?:\s?[日号])?"
)
_HAN_DATE = re.compile(
    rf"{START}[0-9]{{0,3}}(?:\s?年\s?[0-9]{{1,2}})?\s?月(?!龄)"
    rf"(?:\s?[0-9]{{1,2}}(?:\s?[日号]|(?={TO}[0-9]{{1,2}}\s?[日号])))?"
    rf"(?:(?<=[0-9日号]){TO}[0-9]{{1,2}}\s?[日号])?"
)
_SLASHED = re.compile(rf"{START}[0-9]?/[0-9]{{1,2}}(?:/({_YEAR}))?(?![0-9/])")
_MONTH_DAY = re.compile(
    rf"{_MONTH}\.?\s(?:(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?![0-9%:])"
    rf"(?:\s?[-–]\s?(?P<last>[0-9]{{1,2}})(?![0-9]))?"
    rf"(?:,?\s(?P<year>{_YEAR}))?|(?P<only>{_YEAR}))(?![0-9])"
)
_DAY_MONTH = re.compile(
    rf"{START}[0-9]?(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}(?![a-z])\.?(?:,?\s({_YEAR})(?![0-9]))?"
)
_BARE_YEAR = re.compile(r"[12](?<![0-9][12])(?:(?<=1)9|(?<=2)0)[0-9]{2}\s?年")
_BARE_DAY = re.compile(rf"{START}[0-9]?\s?[日号](?!元)")
_HAN_WEEKDAY = re.compile(
    r"(?:周(?<![眼唇鼻四]周)|星期|礼拜)(?P<first>[一二三四五六日天])"
    rf"(?:{TO}(?:周|星期|礼拜)?(?P<last>[一二三四五六日天]))?(?![次回遍片圈])"
)
_ENGLISH_WEEKDAY = re.compile(
    rf"(?P<first>{'|'.join(_WEEKDAYS)})s?(?:{TO}(?P<last>{'|'.join(_WEEKDAYS)})s?)?"
)
_SHORT_WEEKDAYS = re.compile(rf"(?P<first>{_SHORT_DAYS})\.?{TO}(?P<last>{_SHORT_DAYS})(?![a-z])")
_CLOCK = re.compile(
    rf"{START}[0-9]?:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?(?![0-9])(?:\s?(?P<half>[ap])\.?m\b)?"
)
_HAN_HOUR = re.compile(
    rf"{START}[0-9]?(?:{TO}(?P<last>[0-9]{{1,2}}))?\s?[点时](?![间候])"
    r"(?:(?P<minute>[0-9]{1,2})分|(?P<half>半)|[钟整])?"
)
_ENGLISH_HOUR = re.compile(
    rf"{START}[0-9]?(?:{TO}(?P<last>[0-9]{{1,2}}))?\s?(?:(?P<half>[ap])\.?m\b|o'clock)"
)
_PARTS_OF_DAY = {
    "noon": re.compile(r"中午\s?$"),
    "evening": re.compile(r"(?:下午|傍晚|晚上|晚间|夜里|今晚|晚|午后)\s?$"),
    "morning": re.compile(r"(?:上午|早上|早晨|清晨|凌晨|早)\s?$"),
}


def _integers(text: str) -> list[int]:
    return [int(digits) for digits in re.findall("[0-9]+", text)]


def _date(match: re.Match[str], year: int, month: int, day: int) -> list[Found] | None:
    """A date of which 0 parts are unsaid; None if there is no such day or month."""
    if month > 12 or day > 31 or not (month or year):
        return None
    short, full = f"{month:02d}-{day:02d}", f"{year}-{month:02d}-{day:02d}"
    forms = {
        f"date {full}": year and month and day,
        f"date {short}": month and day,
        f"month {year}-{month:02d}": year and month,
        f"month {month}": month,
        f"year {year}": year,
        f"day {day}": day,
    }
    gives = [key for key, said in forms.items() if said]
    kind, value = gives[0].split(" ")
    shown = f"{value}月" if kind == "month" and not year else value
    needs = {gives[0], f"number {year}"} if kind == "year" else {gives[0]}
    return [Found("date", shown, *match.span(), frozenset(needs), frozenset(gives))]


def _full(match: re.Match[str]) -> list[Found] | None:
    return _date(match, *_integers(match.group()))


def _han(match: re.Match[str]) -> list[Found] | None:
    """2026年11月1日, 11月1日至5日, 11月."""
    parts = _integers(match.group())
    year = parts.pop(0) if "年" in match.group() else 0
    month, *days = parts
    found: list[Found] = []
    for day in days or [0]:
        dated = _date(match, year, month, day)
        if dated is None or not month:
            return None
        found += dated
    return found


def _slashed(match: re.Match[str]) -> list[Found] | None:
    """11/1 is the first of November, 13/11 the thirteenth."""
    if match.group() == "24/7":
        return None
    first, second = _integers(match.group())[:2]
    month, day = (second, first) if first > 12 else (first, second)
    return _date(match, int(match[1] or 0), month, day) if month and day else None


def _month_of(text: str) -> int:
    return next(n for n, name in enumerate(_MONTHS, 1) if name in text)


def _month_day(match: re.Match[str]) -> list[Found] | None:
    if is_within_word(match):
        return None
    month, year = _month_of(match.group()), int(match["year"] or match["only"] or 0)
    days = [int(day) for day in (match["day"], match["last"]) if day]
    dated = [_date(match, year, month, day) for day in days or [0]]
    return None if None in dated else [found for one in dated for found in one or ()]


def _day_month(match: re.Match[str]) -> list[Found] | None:
    return _date(match, int(match[1] or 0), _month_of(match.group()), _integers(match.group())[0])


def _year(match: re.Match[str]) -> list[Found] | None:
    return _date(match, _integers(match.group())[0], 0, 0)


def _day(match: re.Match[str]) -> list[Found] | None:
    """7日 may be the seventh or seven days."""
    day = _integers(match.group())[0]
    keys = frozenset((f"day {day}", f"number {day}"))
    return [Found("date", f"{day}日", *match.span(), keys, keys)] if 1 <= day <= 31 else None


def _weekdays(match: re.Match[str]) -> list[Found] | None:
    if is_within_word(match):
        return None
    first, last = _day_of_week(match["first"]), _day_of_week(match["last"] or match["first"])
    between = [day % 7 for day in range(first, last + (7 if last < first else 0) + 1)]
    gives = frozenset(f"weekday {day}" for day in between)
    return [
        Found(
            "date",
            f"周{'一二三四五六日'[day]}",
            *match.span(),
            frozenset((f"weekday {day}",)),
            gives,
        )
        for day in dict.fromkeys((first, last))
    ]


def _day_of_week(name: str) -> int:
    if name in _HAN_DAYS:
        return _HAN_DAYS[name]
    return next(n for n, day in enumerate(_WEEKDAYS) if day.startswith(name[:3]))


def _clock(match: re.Match[str]) -> list[Found] | None:
    hour, minute = _integers(match.group())[:2]
    return _times(match, [hour], minute, _half(match))


def _hour(match: re.Match[str]) -> list[Found] | None:
    """9点, 晚上9点半, 9-21点, 9 p.m."""
    said = match.groupdict()
    hours = [_integers(match.group())[0], *([int(match["last"])] if match["last"] else [])]
    minute = 30 if said["half"] == "半" else int(said.get("minute") or 0)
    return _times(match, hours, minute, _half(match) or "?")


def _half(match: re.Match[str]) -> str:
    """Which part of the day is said: am, pm, morning, noon, evening, or nothing."""
    if match["half"] in {"a", "p"}:
        return f"{match['half']}m"
    before = match.string[max(0, match.start() - 3) : match.start()]
    return next((name for name, words in _PARTS_OF_DAY.items() if words.search(before)), "")


def _times(match: re.Match[str], hours: list[int], minute: int, half: str) -> list[Found] | None:
    if max(hours) > 24 or minute > 59:
        return None
    found = []
    for hour in hours:
        said = _hour_of_day(hour, half)
        keys = {f"time {said:02d}:{minute:02d}"}
        if half == "?" and hour <= 12:  # 9点 may be in the evening, or be nine points
            keys |= {f"time {hour + 12:02d}:{minute:02d}", f"number {hour}"}
        value = f"{said:02d}:{minute:02d}"
        found.append(Found("date", value, *match.span(), frozenset(keys), frozenset(keys)))
    return found


def _hour_of_day(hour: int, half: str) -> int:
    if half == "am" and hour == 12:
        return 0
    later = (half in {"pm", "evening"} and hour < 12) or (half == "noon" and hour < 11)
    return hour + 12 if later else hour


DATE_FORMS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (_FULL, _full),
    (_HAN_DATE, _han),
    (_SLASHED, _slashed),
    (_MONTH_DAY, _month_day),
    (_DAY_MONTH, _day_month),
    (_HAN_WEEKDAY, _weekdays),
    (_ENGLISH_WEEKDAY, _weekdays),
    (_SHORT_WEEKDAYS, _weekdays),
    (_CLOCK, _clock),
    (_HAN_HOUR, _hour),
    (_ENGLISH_HOUR, _hour),
)
# After phone and order numbers, whose digits they would take.
LATE_DATE_FORMS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (_BARE_YEAR, _year),
    (_BARE_DAY, _day),
)
