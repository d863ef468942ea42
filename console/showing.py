"""How values read on a page: times, durations, masked personal data."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from knowledge.personal import masked

HOME = ZoneInfo("Asia/Shanghai")


def masked_name(name: str | None) -> str:
    """Enough of a customer's id to tell two apart."""
    if not name:
        return ""
    return name if len(name) <= 4 else f"{name[:2]}***{name[-2:]}"


def clock_time(at: datetime, zone: tzinfo = HOME) -> str:
    """13:05:09."""
    return at.astimezone(zone).strftime("%H:%M:%S")


def moment(at: datetime, now: datetime, zone: tzinfo = HOME) -> str:
    """The time today, else with the date."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return local.strftime("%H:%M")
    return local.strftime("%m-%d %H:%M" if local.year == today.year else "%Y-%m-%d %H:%M")


def date_time(at: datetime, zone: tzinfo = HOME) -> str:
    """2026-11-23 13:05:09."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def lasted(span: timedelta) -> str:
    """45s, 12m, 3h 05m or 2d 4h."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 60:
        return f"{seconds}s"
    if seconds < 3600:
        return f"{seconds // 60}m"
    if seconds < 86400:
        return f"{seconds // 3600}h {seconds % 3600 // 60:02d}m"
    return f"{seconds // 86400}d {seconds % 86400 // 3600}h"


def iso(at: datetime) -> str:
    """For the `datetime` of a time element."""
    return at.isoformat()


FILTERS: Mapping[str, Callable[..., Any]] = {
    "masked": masked,
    "masked_name": masked_name,
    "clock_time": clock_time,
    "moment": moment,
    "date_time": date_time,
    "lasted": lasted,
    "iso": iso,
}
