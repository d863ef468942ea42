"""Numbers in words, as digits: 七天 is 7天, twenty-five is 25, 1.5万 is 15000, 1,299 is 1299."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from agent.han_numerals import HAN_UNITS, han_edits

_SMALL = [
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ENGLISH = {word: n for n, word in enumerate(_SMALL, 1)} | {
    word: n * 10 for n, word in enumerate(_TENS, 2)
}
_WORDS = "|".join(sorted(_ENGLISH, key=len, reverse=True))
_ENGLISH_RUN = re.compile(
    rf"(?:{_WORDS})(?:(?:[ -]| and )(?:{_WORDS}|hundred|thousand)(?![a-z])){{0,6}}+(?![a-z])"
)
_ENGLISH_ONE_UNIT = re.compile(
    r"[ -](?:full |calendar )?(?:year|month|week|day|hour|minute|business|working)"
    r"|,? (?:or|to) [a-z0-9]"
)
_REFERS = re.compile(r"\b(?:the|these|those|you|no|any|some|every)[ -]$")
_ARABIC = re.compile(
    r"(?P<grouped>[0-9]{1,3}(?:,[0-9]{3})++(?![0-9]))(?:\.(?P<cents>[0-9]++))?"
    r"|(?P<whole>[0-9]{1,12}(?:\.[0-9]{1,6})?)\s?(?P<times>[百千万亿])(?![克米瓦分])"
)
# Enumerators count lines, not things; NFKC would turn them into plain digits.
_ENUMERATORS = re.compile(r"[\u2460-\u249b\u24f5-\u24fe\u2776-\u2793]|[0-9]\ufe0f?\u20e3")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")
# 6米8 is said of 6.8 metres, 3斤半 of 3.5.
_AND_TENTHS = re.compile(r"(?<![\d.])(\d{1,3})([米斤块寸吨升尺])(?:(\d)(?![\d.米斤块寸吨升尺])|半)")


@dataclass(frozen=True, slots=True)
class Digits:
    """A text in lower case whose numbers are all in digits; places can be traced back."""

    text: str
    original: str
    new_starts: tuple[int, ...]
    old_spans: tuple[tuple[int, int, bool], ...]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The part of `original` that `text[start:end]` was made from."""
        return self._old(start, first=True), self._old(end - 1, first=False)

    def _old(self, place: int, *, first: bool) -> int:
        at = bisect_right(self.new_starts, place) - 1
        old_start, old_end, rewritten = self.old_spans[at]
        if rewritten:
            return old_start if first else old_end
        return old_start + place - self.new_starts[at] + (0 if first else 1)


def in_digits(text: str) -> Digits:
    """The text after NFKC, without invisible characters and enumerators (①), in digits."""
    original = unicodedata.normalize("NFKC", _ENUMERATORS.sub(" ", text)).replace("İ", "I")
    original = _FOREIGN_DIGIT.sub(_ascii_digit, _INVISIBLE.sub("", original))
    lower = original.lower()
    pieces: list[str] = []
    starts: list[int] = []
    spans: list[tuple[int, int, bool]] = []
    place = length = 0
    for start, end, digits in [*sorted(_edits(lower)), (len(lower), len(lower), "")]:
        if start < place:
            continue
        for piece, span in (
            (lower[place:start], (place, start, False)),
            (digits, (start, end, True)),
        ):
            pieces.append(piece)
            starts.append(length)
            spans.append(span)
            length += len(piece)
        place = end
    return Digits("".join(pieces), original, tuple(starts), tuple(spans))


def plain(number: str) -> str:
    """One spelling for equal numbers: 1.0 is 1, 07 is 7; long codes keep their zeros (0038)."""
    whole, _, fraction = number.partition(".")
    fraction = fraction.rstrip("0")
    if fraction or len(whole) <= 2 or not whole.startswith("0"):
        whole = whole.lstrip("0") or "0"
    return f"{whole}.{fraction}" if fraction else whole


def _ascii_digit(match: re.Match[str]) -> str:
    return str(unicodedata.decimal(match.group(), ""))


def _edits(text: str) -> Iterator[tuple[int, int, str]]:
    yield from han_edits(text)
    for match in _ENGLISH_RUN.finditer(text):
        if digits := _english_digits(match):
            yield match.start(), match.end(), digits
    for match in _ARABIC.finditer(text):
        if digits := _arabic_digits(match):
            yield match.start(), match.end(), digits


def _english_digits(match: re.Match[str]) -> str | None:
    text, words = match.string, re.split(r"[ -]", match.group())
    before = text[max(0, match.start() - 7) : match.start()]
    if before[-1:].isascii() and before[-1:].isalpha():
        return None
    if words == ["one"] and not _ENGLISH_ONE_UNIT.match(text, match.end()):
        return None
    if _REFERS.search(before) or text.startswith("-star", match.end()):
        return None
    return _english_value(words)


def _english_value(words: list[str]) -> str | None:
    total = section = 0
    for word in words:
        if word == "thousand":
            total, section = total + section * 1000, 0
        elif word == "hundred":
            section *= 100
        elif word != "and":
            value = _ENGLISH[word]
            if section % 100 and (section % 10 or value > 9):
                return None  # "seven eight": a list, or nothing we know
            section += value
    return str(total + section)


def _arabic_digits(match: re.Match[str]) -> str | None:
    if match.string[match.start() - 1 : match.start()] in {*"0123456789.,"}:
        return None
    if grouped := match["grouped"]:
        return grouped.replace(",", "") + (f".{match['cents']}" if match["cents"] else "")
    product = Decimal(match["whole"]) * HAN_UNITS[match["times"]]
    return f"{product.normalize():f}"


def with_tenths(text: str) -> str:
    """The text with tenths and halves that are said behind the unit put before it."""
    return _AND_TENTHS.sub(lambda said: f"{said[1]}.{said[3] or 5}{said[2]}", text)
