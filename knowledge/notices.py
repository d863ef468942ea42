"""Notices and their dates: which have been replaced, are over, or have not begun."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath
from typing import Literal

from knowledge.passages import Passage
from knowledge.replacing import Replaced, replaced_in
from knowledge.sources import RECORDS

Standing = Literal["replaced", "ended", "coming"]

_DAY = (
    r"(?P<y{0}>20\d\d)\s*(?:年|[-/.])\s*(?P<m{0}>\d{{1,2}})"
    r"\s*(?:月|[-/.])\s*(?P<d{0}>\d{{1,2}})\s*日?"
)
_ANY_DAY = re.compile(_DAY.format(1))
_MONTHS = "january february march april may june july august september october november december"
_MONTH_NAMES = {name[:3]: number for number, name in enumerate(_MONTHS.split(), 1)}
_NAMED = "|".join(name[:3] + f"(?:{name[3:]})?" for name in _MONTHS.split())
_ENGLISH_DAY = re.compile(
    rf"\b(?:(?P<m1>{_NAMED})\.?\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?,?|"
    rf"(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m2>{_NAMED})\.?,?)\s+(?P<y>20\d\d)\b",
    re.IGNORECASE,
)
_ENGLISH_RANGE = re.compile(
    rf"\b(?P<m1>{_NAMED})\.?\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s*(?:to|until|through|-|–|—)\s*"
    rf"(?:(?P<m2>{_NAMED})\.?\s+)?(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>20\d\d)\b",
    re.IGNORECASE,
)
_ISSUED = re.compile(
    r"(?:发布|公告|通知|印发|更新|公布)(?:日期|时间|于)?\s*[:：]?\s*$|"
    r"(?:issued|published|posted|updated|date)(?:\s+on)?\s*[:：]?\s*$",
    re.IGNORECASE,
)
_FROM = re.compile(r"(?:自|从)\s*$|(?:effective|from|as of|starting)(?:\s+on)?\s*[:：]?\s*$", re.I)
_PERIOD_MARK = re.compile(
    r"^[^。\n]{0,16}?(?:至|到|—|–|~|～|-|\bto\b|\buntil\b|\bthrough\b)\s*", re.I
)
_REPLACED = re.compile(
    r"本(?:通知|公告|规定|办法|标准|文件|政策|细则)[^。\n]{0,24}"
    r"(?:废止|失效|停止执行|作废|不再执行|不再适用)"
    r"|\bthis (?:notice|policy|page|document)\b[^.\n]{0,60}"
    r"(?:replaced|superseded|no longer|withdrawn)",
    re.IGNORECASE,
)
# What stands behind it are the days on which a passage holds, whatever else it tells.
_HOLDS = re.compile(
    r"(?:活动|优惠|有效|报名|兑换|领取|执行|适用|实施)?(?:时间|日期|期限|期间|有效期)\s*[:：]\s*([^。\n；;]{8,60})"
    r"|valid(?:ity)?(?: from)?\s*:?\s*([^.\n;]{8,60})",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"(?:有效期至|有效至|截止(?:日期|时间)?\s*[:：至到为]|valid until)\s*[^。\n；;]{4,30}",
    re.IGNORECASE,
)
# The days on which something was made or sold say nothing of how long a notice holds.
_MADE = re.compile(
    r"(?:\b(?:sold|made|manufactured|produced|born)\s*(?:between|from)?|生产|出厂|出生)"
    r"(?:日期|时间)?\s*(?:为|于|[:：])?\s*$",
    re.IGNORECASE,
)
_HEAD = 240  # characters: where a document says when it was issued
_LIKE = 0.6
_COVERED = 0.9
_YEARLESS = re.compile(r"[\d\W_年月日第版期]+")


@dataclass(frozen=True, slots=True)
class Notice:
    """One document with a date: when it was issued, and from when to when what it says holds.

    `replaces`: what it says of earlier ones.
    """

    source: str
    title: str
    issued: date
    starts: date | None
    ends: date | None
    replaced: bool
    replaces: Replaced = field(default_factory=Replaced)


def notices_in(passages: Iterable[Passage]) -> tuple[Notice, ...]:
    """The documents that are dated or say that they are replaced, and passages with own days.

    Such a passage, the section `双11（2026年11月1日至11日）` of a long text or an accepted record,
    goes by its id in place of its source.
    """
    given = tuple(passages)
    documents = tuple(notice for notice in map(_notice, _documents(given)) if notice)
    dated = {notice.source for notice in documents}
    own = (_own(passage) for passage in given if passage.source not in dated)
    return (*documents, *(notice for notice in own if notice))


def standings(
    notices: Sequence[Notice], today: date, among: Collection[str] | None = None
) -> Mapping[str, Standing]:
    """For each source (`among` these, if any are given) that does not simply hold today, why.

    A notice is replaced if it says so, or if one issued later, up to today, has nearly its title
    or says that it replaces it.
    """
    found: dict[str, Standing] = {}
    for notice in notices:
        if among is not None and notice.source not in among:
            continue
        later = any(
            notice.issued < other.issued <= today
            and (_alike(notice.title, other.title) or _names(other, notice, notices))
            for other in notices
        )
        if notice.replaced or later:
            found[notice.source] = "replaced"
        elif notice.ends and notice.ends < today:
            found[notice.source] = "ended"
        elif notice.starts and notice.starts > today:
            found[notice.source] = "coming"
    return found


def _names(newer: Notice, older: Notice, notices: Sequence[Notice]) -> bool:
    """Whether the newer one says that it replaces the older, by its title or by its day.

    Of several from that day it is the one whose title is most like its own.
    """
    if any(_covers(title, older.title) for title in newer.replaces.titles):
        return True
    days = set(newer.replaces.days) & {older.issued, older.starts}
    same_day = [n for n in notices if n.issued < newer.issued and days & {n.issued, n.starts}]
    return bool(days) and older == max(same_day, key=lambda n: _likeness(n.title, newer.title))


def _documents(passages: Iterable[Passage]) -> list[tuple[str, str, str]]:
    texts: dict[str, list[str]] = {}
    titles: dict[str, str] = {}
    for passage in passages:
        # Accepted records are a collection: each has days of its own.
        if passage.kind == "product" or passage.source == RECORDS:
            continue
        titles.setdefault(passage.source, passage.heading[0] if passage.heading else "")
        texts.setdefault(passage.source, []).append(passage.text)
    return [(source, titles[source], "\n".join(parts)) for source, parts in texts.items()]


def _notice(document: tuple[str, str, str]) -> Notice | None:
    source, title, text = document
    days = _days(text)
    head = [(start, end, day) for start, end, day in days if start < _HEAD]
    issued = next((day for start, _, day in head if _ISSUED.search(text[:start])), None)
    starts = next((day for start, _, day in head if _FROM.search(text[:start])), None)
    period = _english_range(title) or _period(text, days)
    replaced = bool(_REPLACED.search(text))
    titled = next((day for _, _, day in _days(title)), None)
    known = issued or starts or (period[0] if period else titled)
    if known is None and not replaced:
        return None
    begins, ends = period or (starts, None)
    name = title or PurePosixPath(source).stem
    named = replaced_in(text, lambda sentence: [day for _, _, day in _days(sentence)])
    return Notice(source, name, known or date.min, begins, ends, replaced, named)


def _own(passage: Passage) -> Notice | None:
    """A passage whose heading, or a line that says so, gives the days on which it holds."""
    if passage.kind == "product" or "20" not in "".join((*passage.heading[1:], passage.text)):
        return None
    said = ["".join(groups) for groups in _HOLDS.findall(passage.text)]
    for text in (*passage.heading[1:], *said):
        if period := _english_range(text) or _period(text, _days(text)):
            return Notice(passage.id, passage.heading[-1], date.min, *period, replaced=False)
    if (until := _UNTIL.search(passage.text)) and (days := _days(until.group())):
        return Notice(passage.id, passage.heading[-1], date.min, None, days[0][2], replaced=False)
    return None


def _days(text: str) -> list[tuple[int, int, date]]:
    found: list[tuple[int, int, date]] = []
    for match in _ANY_DAY.finditer(text):
        parts = (match["y1"], match["m1"], match["d1"])
        found += _dated(match, *map(int, parts))
    for match in _ENGLISH_DAY.finditer(text):
        month = _MONTH_NAMES[(match["m1"] or match["m2"])[:3].lower()]
        found += _dated(match, int(match["y"]), month, int(match["d1"] or match["d2"]))
    return sorted(found)


def _dated(match: re.Match[str], year: int, month: int, day: int) -> list[tuple[int, int, date]]:
    try:
        return [(match.start(), match.end(), date(year, month, day))]
    except ValueError:
        return []


def _period(text: str, days: list[tuple[int, int, date]]) -> tuple[date, date] | None:
    """The first "A to B" in the head; the end may leave out its year and month."""
    for start, end, begins in days:
        if start > _HEAD:
            return None
        if _MADE.search(text[:start]):
            continue
        rest = text[end : end + 60]
        mark = _PERIOD_MARK.match(rest)
        if not mark:
            continue
        after = rest[mark.end() :]
        short = re.match(
            r"(?:(?P<y>20\d\d)\s*(?:年|[-/.])\s*)?(?:(?P<m>\d{1,2})\s*(?:月|[-/.])\s*)?(?P<d>\d{1,2})\s*日?",
            after,
        )
        named = _ENGLISH_DAY.match(after)
        try:
            if named:
                return begins, _days(after)[0][2]
            if short and (short["m"] or short["y"] or "日" in short.group()):
                year, month = int(short["y"] or begins.year), int(short["m"] or begins.month)
                return begins, date(year, month, int(short["d"]))
        except ValueError:
            continue
    return None


def _english_range(text: str) -> tuple[date, date] | None:
    """`October 9 to 18, 2026`."""
    match = _ENGLISH_RANGE.search(text)
    if not match:
        return None
    first, last = (_MONTH_NAMES[(match[name] or match["m1"])[:3].lower()] for name in ("m1", "m2"))
    year = int(match["y"])
    try:
        begins = date(year - (first > last), first, int(match["d1"]))
        return begins, date(year, last, int(match["d2"]))
    except ValueError:
        return None


def _alike(one: str, other: str) -> bool:
    return _likeness(one, other) >= _LIKE


def _likeness(one: str, other: str) -> float:
    first, second = _pairs(one), _pairs(other)
    return len(first & second) / len(first | second) if first and second else 0.0


def _covers(named: str, title: str) -> bool:
    """Whether a title that a sentence names is that one, which may say more than was named."""
    short, whole = _pairs(named), _pairs(title)
    return bool(short) and len(short & whole) / len(short) >= _COVERED


def _pairs(title: str) -> frozenset[str]:
    plain = _YEARLESS.sub("", title.lower())
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1))
