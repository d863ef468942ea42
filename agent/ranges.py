"""Ranges that a table's row is for (4至8楼, 满99元, under 2 kg), and figures that fall in them."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.numerals import in_digits, with_tenths
from knowledge.stems import stem

_NUMBER = r"\d+(?:\.\d+)?"
_SIGN = r"(?P<sign>[¥￥$£€]?)"
_UNIT = (
    r"\s?(?P<unit>个?(?:工作日|小时|分钟|公斤|千克|公里|厘米|公分|毫米|毫升|平方?米|积分|周岁|星期|礼拜|[一-鿿])|%"
    r"|(?!and\b|or\b|to\b|of\b|for\b)[a-z]+)?"
)
_TO = r"\s?(?:[-–—~～至到]|to|and)\s?"
_RANGE = re.compile(
    rf"(?P<before>[a-z]+(?: [a-z]+)? |[一-鿿]{{0,3}}\s?){_SIGN}(?P<low>{_NUMBER})"
    rf"(?:(?:{_UNIT.replace('unit', 'low_unit')}){_TO}[¥￥$£€]?(?P<high>{_NUMBER}))?"
    rf"{_UNIT}(?P<after>\s?[及或]?以[上下内外后前]|\s?之?内|\s?起"
    r"|\+|\s?(?:and|or) (?:over|above|more|older|under|below|less|fewer|younger))?"
    r"(?: (?P<late_unit>[a-z]+))?"
)
_MORE_AFTER = re.compile(r"上|外|后|起|\+|over|above|more|older")
_LESS_AFTER = re.compile(r"下|内|前|under|below|less|fewer|younger")
_MORE_BEFORE = re.compile(
    r"(?<![不未])满|超过|大于|高于|不少于|不低于|\b(?:over|above|more than|from)\b"
)
_LESS_BEFORE = re.compile(
    r"[不未]满|不足|不到|低于|少于|小于|不超过|最多"
    r"|\b(?:under|below|less than|up to|within|fewer than)\b"
)
# Other words for one unit; what is not here is its own.
_SAME = {
    name: unit
    for unit, names in {
        "元": ("块", "¥", "￥", "rmb", "yuan"),
        "楼": ("层", "floor", "storey"),
        "公斤": ("千克", "kg", "kilo"),
        "克": ("g", "gram"),
        "天": ("日", "day"),
        "个月": ("month",),
        "年": ("year", "yr"),
        "岁": ("周岁", "aged"),
        "小时": ("个小时", "hour", "hr"),
        "分钟": ("minute", "min"),
        "人": ("位", "people", "person", "guest", "adult"),
        "公里": ("km", "kilometre"),
        "米": ("m", "metre", "meter"),
        "厘米": ("公分", "cm", "centimetre", "centimeter"),
        "毫米": ("mm", "millimetre", "millimeter"),
        "毫升": ("ml", "millilitre", "milliliter"),
        "升": ("l", "litre", "liter"),
        "平方米": ("平", "平米", "㎡", "sqm"),
        "周": ("星期", "礼拜", "week"),
        "£": ("pound", "quid", "gbp"),
        "$": ("dollar", "usd", "buck"),
        "€": ("euro", "eur"),
    }.items()
    for name in names
}
# How many of the other unit one of these is.
_PARTS = {"斤": (0.5, "公斤")}
# Of days, hours and addresses: they are no amounts of anything.
_NO_UNIT = frozenset("号点月时栋路室期")
_DAY = re.compile(r"\d+月\d+[日号]?|\d+年\d+月(?:\d+[日号])?")
_ORDINAL = re.compile(r"(\d)(?:st|nd|rd|th)\b")


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`, both included, of a `unit`."""

    low: float
    high: float
    unit: str


def meant(name: str, question: str, *, exactly: bool = False) -> bool | None:
    """Whether a figure of the question falls in a range of the name: 五楼 in 4至8楼.

    `exactly`: a name that has no range is meant by its own figure, 5 kg by 5公斤. None if they
    cannot be compared: no range, or no figure of the same unit.
    """
    figures = [(one.low, one.unit) for one in _read(question) if one.low == one.high]
    asked = {unit for _, unit in figures}
    named = [one for one in _read(name) if one.unit in asked]
    ranges = [one for one in named if one.low < one.high] or (named if exactly else [])
    if not ranges:
        return None
    return any(
        one.low <= figure <= one.high and unit == one.unit
        for one in ranges
        for figure, unit in figures
    )


def _read(text: str) -> Iterator[Range]:
    """Ranges, and single figures as ranges from one to the same."""
    plain = _DAY.sub(" ", _ORDINAL.sub(r"\1", with_tenths(in_digits(text).text)))
    for match in _RANGE.finditer(plain):
        unit = _unit(
            match["sign"] or match["unit"] or match["low_unit"] or match["late_unit"] or ""
        )
        if not unit or unit in _NO_UNIT:
            continue
        parts, unit = _PARTS.get(unit, (1.0, unit))
        low = parts * float(match["low"])
        high = parts * float(match["high"]) if match["high"] else low
        before, after = match["before"], match["after"] or ""
        if match["high"]:
            yield Range(min(low, high), max(low, high), unit)
        elif _LESS_AFTER.search(after) or (not after and _LESS_BEFORE.search(before)):
            yield Range(-math.inf, low, unit)
        elif _MORE_AFTER.search(after) or _MORE_BEFORE.search(before):
            yield Range(low, math.inf, unit)
        else:
            yield Range(low, low, unit)


def _unit(found: str) -> str:
    word = stem(found) if found.isascii() and found.isalpha() else found
    return _SAME.get(word, _SAME.get(found, word))
