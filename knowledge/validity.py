"""From when to when a text says that it holds, and which days in it mean something else.

A period in the midst of a rule belongs to what stands around it: "orders placed from November 1 to
December 24 go back until January" is no notice that is over at Christmas.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from knowledge.days import Day, Period, days_in, may_have_days, periods_in

HEAD = 240  # characters: where a document says when it was issued and how long it holds
_LONGEST_DAY = 80  # characters, with room for spaces
_KINDS = (
    r"(?:活动|优惠|促销|有效|报名|兑换|领取|执行|适用|实施|公示|展览|施工|维护|停机|停业|放假)?"
)
_LABEL = re.compile(
    rf"(?:本次|本)?{_KINDS}(?:时间|日期|期限|期间|有效期)\s*(?:[:：]|[为是](?=\s*20\d\d))\s*|"
    r"\b(?:when|dates?|valid(?:ity)?(?: period)?)\s*:\s*|\bvalid(?: from)?\s+(?=\w+\.? \d|\d)",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"(?:有效期?(?:截止)?[到至为]|截止(?:日期|时间)?\s*[:：至到为]|"
    r"\b(?:valid|good) (?:until|through|till)|"
    r"\b(?:expires|ends)(?: on)?)\s*[:：]?\s*",
    re.IGNORECASE,
)
# `新人券2026年12月31日前有效`, and the rest of that sentence.
_STILL = re.compile(r"(?:[（(]含[^）)]{0,4}[）)])?(?:之|以)?[前内止](?:均|都)?有效")
_NAMED = re.compile(r"[^。，,；;：:！!？?]{1,12}")
_REST = re.compile(r"[^。！!？?；;\n]*[。！!]?\s*")
# A heading that says nothing but that the days of what stands above it follow.
_DAYS_FOLLOW = re.compile(
    r"\W*(?:(?:第?[一二三四五六七八九十]+|\d{1,2})\s*[、.．)）节章]?\s*)?"
    r"(?:(?:活动|优惠|促销|有效|执行|适用|实施|公示)?(?:时间|日期|期限|期间|有效期)|"
    r"when|dates?|(?:period of )?validity|valid(?:ity)? period)\W*",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"(?:自|从)\s*$|(?:effective|valid from|from|as of|starting)(?:\s+on)?\s*[:：]?\s*$", re.I
)
_BEGINS = re.compile(r"\s*(?:起|开始|以?后|,|，|$|[^\d至到—–~～-])")
# What was made, sold or ordered in those days is spoken of, now or later.
_THINGS_BEFORE = re.compile(
    r"\b(?:sold|made|manufactured|produced|born|placed|bought|purchased|ordered|order|buy|"
    r"delivered|shipped|orders|purchases)(?:\s+(?:online|in store|by you))?"
    r"\s*(?:between|from|on|in)?\s*$|"
    r"(?:生产|出厂|出生|售出)(?:日期|时间)?\s*(?:为|于|在|[:：])?\s*$",
    re.IGNORECASE,
)
_DEED = (
    r"[^。，,；;\n]{0,8}?"
    r"(?:下单|付款|购?买|签收|成交|支付|预订|生产|出厂|售出|销售|出生|发货|开具|收集)"
)
_THINGS_AFTER = re.compile(rf"{_DEED}[^。，,；;\n]{{0,6}}?的|[^。，,；;\n]{{0,4}}?(?:订单|包裹)")
_DEED_AFTER = re.compile(rf"{_DEED}|,?\s*(?:orders|purchases|whatever you)\b", re.IGNORECASE)
# A sentence that also tells what holds outside of the period.
_ELSEWHEN = re.compile(
    r"平时|平常|其他时间|其余时间|其他日期|现在|如今|此后|"
    r"\b(?:otherwise|at (?:all )?other times|usual(?:ly)?|normally|now|since then)\b",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\W*(?:(?:[一二三四五六七八九十]+|\d{1,2})\s*[、.．)）]\s*)?\W*")
_THIS = re.compile(r"\W*(?:本|此|该)\w{1,6}|\W*(?:this|the|our)(?: \w+){1,3}|offer", re.IGNORECASE)
_ISSUE_WORD = (
    r"(?:发布|公告|通知|印发|更新|公布)(?:日期|时间|于)?|"
    r"(?:issued|published|posted|updated|date)(?:\s+on)?"
)
_ISSUED = re.compile(rf"(?:{_ISSUE_WORD})\s*[:：]?\s*$", re.IGNORECASE)
_ISSUE_LINE = re.compile(rf"\W*(?:{_ISSUE_WORD})\W*[\w\s./,-]{{6,24}}\W*", re.IGNORECASE)
_REPLACES = re.compile(
    r"\W*(?:本\w{2,4}(?:代替|取代|替代)|this \w+ (?:replaces|supersedes)\b)", re.IGNORECASE
)
_GREETING = re.compile(r"(?:亲|您好|你好|尊敬|各位|感谢|dear\b|hello\b|thank)", re.IGNORECASE)
_ANNOUNCES = re.compile(
    r"公告|通知|预告|启事|活动|大促|促销|特惠|优惠|节(?!约|点|目|省)|周年|清仓|限时|"
    r"\b(?:notice|announcement|sale|offer|promotion|clearance|event|festival|weekend|week|closure)s?\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[。！？；;!?])|(?<=\.)(?<!\b[A-Z][a-z]{2}\.)(?=\s)")


@dataclass(frozen=True, slots=True)
class Holding:
    """The first and the last day, where they are said."""

    first: date | None = None
    last: date | None = None

    def __bool__(self) -> bool:
        return self.first is not None or self.last is not None


NOTHING = Holding()


def issued_in(text: str) -> date | None:
    """The day on which a document says at its head that it was issued."""
    return _day_behind(text, _ISSUED)


def since_in(text: str) -> date | None:
    """The day from which on something holds that a document says at its head."""
    return _day_behind(text, _FROM)


def of_title(title: str) -> Holding:
    """What a title or heading says: `双11（2026年11月1日至11日）`."""
    return next((Holding(one.first, one.last) for one in _own_periods(title)), NOTHING)


def of_lead(title: str, lead: str, *, dated: bool) -> Holding:
    """What the beginning of a document, before its first heading, says of all of it.

    `dated`: it says when it was issued. An announcement may say a little before its days; of any
    other text they count where nothing with a figure stands before them.
    """
    announces = dated or bool(_ANNOUNCES.search(title))
    first = plain = True
    for line in _content(lead):
        if (plain or announces) and (said := labelled(line, at_start=True)):
            return said
        if (first or (plain and announces)) and (said := _begun(line, whole=announces)):
            return said
        first, plain = False, plain and not any(char.isdigit() for char in line)
    return NOTHING


def of_section(text: str) -> Holding:
    """What the first words of a section say of all of it."""
    if not may_have_days(text):
        return NOTHING
    for line in _content(text):
        return labelled(line, at_start=True) or _begun(line, whole=False)
    return NOTHING


def of_passage(text: str) -> Holding:
    """What a line of a passage, or a passage of one line, says by the word for it."""
    if not may_have_days(text):
        return NOTHING
    lines = text.splitlines()
    if len(lines) < 2:
        return labelled(text)
    return next(filter(None, (labelled(line, at_start=True) for line in lines)), NOTHING)


def labelled(text: str, *, at_start: bool = False) -> Holding:
    """Days behind a word that says that they are those on which something holds."""
    for label in _LABEL.finditer(text):
        behind = re.split(r"[。\n；;]", text[label.end() : label.end() + 60], maxsplit=1)[0]
        if at_start and not _BULLET.fullmatch(text[: label.start()]):
            continue
        if periods := periods_in(behind):
            return Holding(periods[0].first, periods[0].last)
        if label.group().lower().startswith("valid from") and (days := days_in(behind)):
            return Holding(days[0].day)
    return _still(text, at_start=at_start) or _until(text, at_start=at_start)


def _still(text: str, *, at_start: bool) -> Holding:
    """A last day with the word behind it; it may be that of a thing if nothing else is said."""
    for day in days_in(text):
        before = text[: day.start].rstrip()
        if still := _STILL.match(text[day.end :]):
            own = _BULLET.fullmatch(before) or _THIS.fullmatch(before)
            alone = not at_start and _REST.fullmatch(text[day.end + still.end() :])
            if own or (alone and _NAMED.fullmatch(before)):
                return Holding(None, day.day)
    return NOTHING


def _until(text: str, *, at_start: bool) -> Holding:
    """A last day with the word before it."""
    for label in _UNTIL.finditer(text):
        before = text[: label.start()].rstrip()
        if at_start and not (_BULLET.fullmatch(before) or _THIS.fullmatch(before)):
            continue
        days = days_in(text[label.end() : label.end() + 30])
        if days and days[0].start < len("20"):
            return Holding(None, days[0].day)
    return NOTHING


def days_follow(heading: str) -> bool:
    """Whether it announces the days of what stands above it, as `活动时间` does."""
    return bool(_DAYS_FOLLOW.fullmatch(heading))


def _content(text: str) -> Iterator[str]:
    """The lines of the head without when it was issued, a greeting, and what it replaces."""
    at = 0
    for line in text.splitlines():
        if at > HEAD:
            return
        at += len(line) + 1
        greets = _GREETING.match(line) and not any(char.isdigit() for char in line)
        if not (greets or _REPLACES.match(line) or _ISSUE_LINE.fullmatch(line)) and line.strip():
            yield line


def _begun(line: str, *, whole: bool) -> Holding:
    """The period or the beginning in a line of an announcement, or in the first sentence of any."""
    said = line if whole else _SENTENCE.split(line, maxsplit=1)[0]
    if not whole and _ELSEWHEN.search(said):
        return NOTHING
    for period in _own_periods(said):
        if re.search("[:：]", said[: period.start]):
            break  # of what stands before the colon, one thing among others
        if whole or not _DEED_AFTER.match(said[period.end :]):
            # What is said to go on until later is not over before.
            later = [period.last, *(one.day for one in days_in(said))]
            return Holding(period.first, max(later))
    else:
        begins = (one for one in days_in(said) if _is_beginning(said, one))
        return next((Holding(one.day) for one in begins), NOTHING)
    return NOTHING


def _is_beginning(text: str, day: Day) -> bool:
    before, after = text[: day.start], text[day.end :]
    is_behind = _FROM.search(before) and _BEGINS.match(after)
    return bool(is_behind) and not _of_things(before, after)


def _own_periods(text: str) -> Iterator[Period]:
    for one in periods_in(text):
        if not _of_things(text[: one.start], text[one.end :]):
            yield one


def _of_things(before: str, after: str) -> bool:
    return bool(_THINGS_BEFORE.search(before) or _THINGS_AFTER.match(after))


def _day_behind(text: str, words: re.Pattern[str]) -> date | None:
    days = (one for one in days_in(text[: HEAD + _LONGEST_DAY]) if one.start < HEAD)
    return next((one.day for one in days if words.search(text[: one.start])), None)
