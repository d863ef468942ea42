"""Chats that were exported or copied as text: `2025-03-01 10:22 客服小王: …` and its relatives."""

import re
from dataclasses import dataclass
from datetime import datetime

_DATE = r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?"
_SHORT = r"(?P<a>\d{1,2})[/.](?P<b>\d{1,2})[/.](?P<c>\d{2,4})"
_TIME = (
    r"(?P<half>上午|下午|晚上|早上|中午|凌晨)?(?P<h>\d{1,2}):(?P<n>\d{2})(?::\d{2})?"
    r"(?:[\s\u202f]?(?P<ampm>[AaPp])\.?[Mm]\.?)?"
)
_SPEAKER = r"(?P<who>[^:：\n]{1,40}?)\s*[:：]\s*(?P<text>.*)"


def _stamp(day: str) -> str:
    return rf"\[?{day}[,，]?\s*(?:星期\S|周\S)?\s*{_TIME}\]?"


# The name with the time behind it in brackets (Qianniu), the time before the name, and (as WeChat
# and QQ copy it) the name before the time on its own line.
_FORMS = tuple(
    re.compile(pattern)
    for stamp in (_stamp(_DATE), _stamp(_SHORT))
    for pattern in (
        rf"(?P<who>[^(（\n]{{1,60}}?)\s*[(（]{stamp}[)）]\s*[:：]\s*(?P<text>.*)",
        rf"[\u200e\ufeff]*{stamp}\s*[-–]?\s*{_SPEAKER}",
        rf"(?P<who>[^:：\n\d][^:：\n]{{0,39}}?)\s*[:：]?\s+{stamp}\s*(?P<text>)",
        rf"{stamp}\s+(?P<who>[^:：\n]{{1,30}})(?P<text>)",
    )
)
# QQ puts the number of the account, or its address, behind the name.
_ACCOUNT = re.compile(r"\s*(?:[(（]\d{5,12}[)）]|<[^<>\s]+@[^<>\s]+>)$")
_MOST_LINES = 2_000_000


@dataclass(frozen=True, slots=True)
class LineSaid:
    """Who said what, when."""

    sender: str
    text: str
    at: datetime | None


def lines_said(text: str) -> tuple[LineSaid, ...]:
    """The messages of a text export; none if it is no such export.

    Lines without a name of their own go on with what was said before them.
    """
    said: list[tuple[str, list[str], datetime | None]] = []
    for line in text.split("\n")[:_MOST_LINES]:
        match = next((m for form in _FORMS if (m := form.fullmatch(line.strip()))), None)
        if match:
            who = _ACCOUNT.sub("", match["who"].strip(" -–~"))
            said.append((who, [match["text"]], _moment(match)))
        elif said and line.strip():
            said[-1][1].append(line.strip())
    found = tuple(
        LineSaid(who, "\n".join(filter(None, lines)), at) for who, lines, at in said if any(lines)
    )
    return found if len({one.sender for one in found}) > 1 else ()


def _moment(match: re.Match[str]) -> datetime | None:
    parts = match.groupdict()
    if parts.get("y"):
        year, month, day = (int(parts[name]) for name in "ymd")
    else:
        # Month or day first, as it was set on that telephone: what cannot be a month is a day.
        month, day, year = (int(parts[name]) for name in "abc")
        month, day = (day, month) if month > 12 else (month, day)
        year += 2000 if year < 100 else 0
    hour = int(parts["h"]) % 24
    late = (parts["ampm"] or "").lower() == "p" or parts["half"] in {"下午", "晚上"}
    hour += 12 if late and hour < 12 else 0
    try:
        return datetime(year, month, day, hour, int(parts["n"]))  # noqa: DTZ001 - as the log has it
    except ValueError:
        return None
