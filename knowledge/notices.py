"""Notices and their dates: which have been replaced, are over, or have not begun."""

import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from operator import attrgetter
from pathlib import PurePosixPath
from typing import Literal

from knowledge.archived import is_archived
from knowledge.days import days_in, may_have_days
from knowledge.passages import Passage
from knowledge.replacing import Replaced, replaced_in
from knowledge.sources import RECORDS
from knowledge.validity import (
    Holding,
    days_follow,
    issued_in,
    of_lead,
    of_passage,
    of_section,
    of_title,
    since_in,
)
from knowledge.yearless import announced, last_before, with_years

Standing = Literal["replaced", "ended", "coming"]

_REPLACED = re.compile(
    r"本(?:通知|公告|规定|办法|标准|文件|政策|细则|说明|指南|方案|价目表?|资费表?)[^。\n]{0,24}"
    r"(?:废止|失效|停止执行|作废|不再执行|不再适用)"
    r"|\bthis (?:notice|policy|page|document|guide|price list)\b[^.\n]{0,60}"
    r"(?:replaced|superseded|no longer|withdrawn)",
    re.IGNORECASE,
)
# A remark of its own that needs no subject: it speaks of what it stands in.
_REMARK = re.compile(
    r"(?:^|(?<=[。！.!]))[\s>*_（(【\[]*(?:已(?:废止|失效|停止执行|作废)|不再(?:执行|适用)"
    r"|no longer (?:valid|in force|applies)|superseded|withdrawn|obsolete)\b",
    re.IGNORECASE | re.MULTILINE,
)
# One of these is in all that the expressions above find, which take long to look for it.
_REPLACED_WORDS = (
    "废止", "失效", "停止执行", "作废", "不再", "replaced", "superseded", "no longer", "withdrawn",
    "obsolete",
)  # fmt: skip
_LIKE = 0.6
_COVERED = 0.9
_YEARLESS = re.compile(r"[\d\W_年月日第版期]+")
# Of two editions of a notice the titles are the same but for this.
_EDITION = re.compile(
    r"[（(【\[](?:(?:first|second|third|old|new|original|updated|revised|final)"
    r" (?:edition|version|dates?)"
    r"|revised|updated?|amended|corrected|correction|original|final"
    r"|修订版?|更新版?|更正|修正|新版|旧版|初版|最新|[首一二三四]版|第[一二三四]版)[)）】\]]",
    re.IGNORECASE,
)


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


Dated = Mapping[str, tuple[Notice, ...]]


def notices_in(passages: Iterable[Passage]) -> tuple[Notice, ...]:
    """The documents that are dated or say that they are replaced, and passages with own days.

    Such a passage, the section `双11（2026年11月1日至11日）` of a long text, one that ends in "no
    longer valid", or an accepted record, goes by its id in place of its source.
    """
    documents: dict[str, list[Passage]] = {}
    for passage in passages:
        if passage.kind != "product":
            documents.setdefault(passage.source, []).append(passage)
    whole: list[Notice] = []
    parts: list[Notice] = []
    for source, read in documents.items():
        own = _with_years(read)
        text = "\n".join(one.text for one in own)
        looks_old = _looks_replaced(text)
        replaced = (looks_old and _is_replaced(text, own)) or is_archived(source, own)
        # Accepted records are a collection: each has days of its own.
        notice = None if source == RECORDS else _notice(text, own, replaced=replaced)
        whole += [notice] if notice else []
        if looks_old and not (notice and notice.replaced):
            parts += _replaced_parts(own)
        parts += _dated_parts(own, notice)
    return (*whole, *parts)


def _with_years(passages: list[Passage]) -> list[Passage]:
    """The passages of an announcement with the years that its days leave out."""
    title = passages[0].heading[0] if passages[0].heading else ""
    since = announced(title, issued_in("\n".join(one.text for one in passages)))
    if since is None:
        return passages
    return [
        replace(
            one,
            text=with_years(one.text, since),
            heading=tuple(with_years(part, since) for part in one.heading),
        )
        for one in passages
    ]


def dated_in(documents: Mapping[str, Iterable[Passage]]) -> dict[str, tuple[Notice, ...]]:
    """The notices of each of these documents that has any, by source."""
    read = ((source, notices_in(passages)) for source, passages in documents.items())
    return {source: notices for source, notices in read if notices}


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


def _notice(text: str, passages: Sequence[Passage], *, replaced: bool) -> Notice | None:
    source, path = passages[0].source, passages[0].heading
    title = path[0] if path else ""
    issued, since, titled = issued_in(text), since_in(text), days_in(title)
    holding = _whole(title, passages, dated=bool(issued or titled))
    known = issued or since or (titled[0].day if titled else holding.first or holding.last)
    if known is None and not replaced:
        return None
    named = replaced_in(text, lambda sentence: _days_named(sentence, issued))
    name = title or PurePosixPath(source).stem
    return Notice(source, name, known or date.min, holding.first, holding.last, replaced, named)


def _days_named(sentence: str, issued: date | None) -> list[date]:
    return [
        *(one.day for one in days_in(sentence)),
        *(last_before(sentence, issued) if issued else ()),
    ]


def _looks_replaced(text: str) -> bool:
    """Whether it has one of the words that all such remarks have."""
    lower = text.lower()
    return any(word in lower for word in _REPLACED_WORDS)


def _is_replaced(text: str, passages: Iterable[Passage]) -> bool:
    if _REPLACED.search(text):
        return True
    is_one = len({passage.heading for passage in passages}) == 1
    return is_one and bool(_REMARK.search(text))


def _replaced_parts(passages: Sequence[Passage]) -> Iterator[Notice]:
    """The passages of sections with a remark that they no longer hold."""
    old = {passage.heading for passage in passages if _REMARK.search(passage.text)}
    for passage in passages:
        if passage.heading in old:
            title = passage.heading[-1] if passage.heading else ""
            yield Notice(passage.id, title, date.max, None, None, replaced=True)


def _whole(title: str, passages: Sequence[Passage], *, dated: bool) -> Holding:
    """What title, lead, or a section that has nothing but the days of it all, say."""
    lead = "\n".join(one.text for one in passages if len(one.heading) < 2)
    return (
        of_title(title) or of_lead(title, lead, dated=dated) or _told_below(passages[0], passages)
    )


def _told_below(top: Passage, passages: Iterable[Passage]) -> Holding:
    for one in passages:
        path = one.heading
        if len(path) > 1 and path[:-1] == top.heading[: len(path) - 1] and days_follow(path[-1]):
            return of_section(one.text)
    return Holding()


def _dated_parts(passages: Sequence[Passage], notice: Notice | None) -> Iterator[Notice]:
    """The passages that say, or whose section says, other days than the document."""
    whole = Holding(notice.starts, notice.ends) if notice else Holding()
    dated = {one.id for one in passages if may_have_days(one.text)}
    told: dict[tuple[str, ...], Holding] = {}
    sections = [(p, list(s)) for p, s in itertools.groupby(passages, key=attrgetter("heading"))]
    for path, section in sections:
        if len(path) < 2 or not any(one.id in dated for one in section):
            continue
        if said := of_section("\n".join(one.text for one in section)):
            # Its days are those of what stands above it, or its own.
            told.setdefault(path[:-1] if days_follow(path[-1]) else path, said)
    for path, section in sections:
        above = _above(path, told)
        for passage in section:
            holding = (of_passage(passage.text) if passage.id in dated else None) or above
            if holding and holding != whole:
                yield Notice(
                    passage.id,
                    path[-1],
                    date.max,  # no notice, so that none replaces it
                    holding.first,
                    holding.last,
                    replaced=False,
                )


def _above(path: tuple[str, ...], told: Mapping[tuple[str, ...], Holding]) -> Holding:
    """What the nearest heading, or the section under it, says; the title is the document's."""
    for length in range(len(path), 1, -1):
        if said := told.get(path[:length]) or of_title(path[length - 1]):
            return said
    return Holding()


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
    plain = _YEARLESS.sub("", _EDITION.sub("", title.lower()))
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1))
