"""How values read on a page: times, durations, masked personal data."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from knowledge.brand import Language
from knowledge.masking import masked_strictly
from knowledge.personal import masked

# Seconds, minutes, hours and minutes, days and hours.
_SPANS: Mapping[Language, tuple[str, str, str, str]] = {
    "zh": ("{0}秒", "{0}分钟", "{0}小时{1:02}分", "{0}天{1}小时"),
    "en": ("{0} s", "{0} min", "{0} h {1:02} min", "{0} d {1} h"),
}


def masked_name(name: str | None) -> str:
    """Enough of a customer's id to tell two apart."""
    if not name:
        return ""
    return name if len(name) <= 4 else f"{name[:2]}***{name[-2:]}"


def clock_time(at: datetime, zone: tzinfo) -> str:
    """13:05:09."""
    return at.astimezone(zone).strftime("%H:%M:%S")


def moment(at: datetime, now: datetime, zone: tzinfo) -> str:
    """The time today, else with the date."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return local.strftime("%H:%M")
    return local.strftime("%m-%d %H:%M" if local.year == today.year else "%Y-%m-%d %H:%M")


def date_time(at: datetime, zone: tzinfo) -> str:
    """2026-11-23 13:05:09."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def lasted(span: timedelta, language: Language) -> str:
    """45秒, 12分钟, 3小时05分, 2天4小时; 45 s, 12 min, 3 h 05 min, 2 d 4 h."""
    seconds = max(0, int(span.total_seconds()))
    of_seconds, of_minutes, of_hours, of_days = _SPANS[language]
    if seconds < 60:
        return of_seconds.format(seconds)
    if seconds < 3600:
        return of_minutes.format(seconds // 60)
    if seconds < 86400:
        return of_hours.format(seconds // 3600, seconds % 3600 // 60)
    return of_days.format(seconds // 86400, seconds % 86400 // 3600)


def iso(at: datetime) -> str:
    """For the `datetime` of a time element."""
    return at.isoformat()


@pass_context
def _clock_time(page: Context, at: datetime) -> str:
    """In the page's time zone, as all times on it."""
    return clock_time(at, page["zone"])


@pass_context
def _moment(page: Context, at: datetime) -> str:
    return moment(at, page["now"], page["zone"])


@pass_context
def _date_time(page: Context, at: datetime) -> str:
    return date_time(at, page["zone"])


@pass_context
def _lasted(page: Context, span: timedelta) -> str:
    return lasted(span, page["language"])


FILTERS: Mapping[str, Callable[..., Any]] = {
    "masked": masked_strictly,
    "numbers_masked": masked,
    "masked_name": masked_name,
    "clock_time": _clock_time,
    "moment": _moment,
    "date_time": _date_time,
    "lasted": _lasted,
    "iso": iso,
}
