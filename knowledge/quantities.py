"""Numbers with what they measure, and spans of time, as shops write them."""

import re
from datetime import date

UNITS = (
    "个工作日|工作日|个自然日|自然日|个月|分钟|小时|天|日|周|年|月|次|件|张|人|倍|折|元|块|万元|美元|"
    "ml|mL|ML|毫升|L|升|kg|KG|千克|公斤|g|克|斤|mg|毫克|cm|厘米|mm|毫米|m|米|km|公里|㎡|平方米|"
    "GB|MB|G|M|Mbps|℃|°C|°F|W|瓦|V|mAh|片|粒|支|瓶|盒|包|%|％|‰|级|岁|"
    "business days?|working days?|days?|weeks?|months?|years?|hours?|minutes?|dollars?|lbs?|oz|"
    "inches|inch|liters?|pieces?"
)
_NUMBER = r"\d+(?:[.,]\d+)*"
QUANTITY = re.compile(
    rf"(?P<sign>[¥￥$€£])?\s?(?P<value>{_NUMBER}(?:\s?[-–—~～至到]\s?{_NUMBER})?)\s?"
    rf"(?P<unit>(?:{UNITS})(?![A-Za-z]))?"
)
_CLOCK = r"(?:(?:[01]?\d|2[0-4])[:：][0-5]\d(?:\s?[ap]\.?m\b\.?)?|\d{1,2}\s?[ap]\.?m\b\.?)"
_FEASTS = "除夕|正月初[一二三]|初[一二三]|春节|元旦|国庆节?|劳动节|中秋节?|清明节?|端午节?"
HOURS = re.compile(
    rf"(?<!\d)(?P<opens>{_CLOCK})\s*(?:[-–—~～至到]|to)\s*(?:次日)?(?P<closes>{_CLOCK})",
    re.IGNORECASE,
)
_DAY = r"(?:周|星期|礼拜)[一二三四五六日天]"
_ENGLISH_DAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:days?)?"
DAYS = re.compile(
    rf"{_DAY}(?:\s?[-–—~～至到、和]\s?{_DAY})*|工作日|法定节假日|节假日|周末|双休日|每天|每日|全年(?:无休)?"
    rf"|(?:{_FEASTS})(?:[、和至到](?:{_FEASTS}))*"
    rf"|\b{_ENGLISH_DAY}\b(?:\s?(?:[-–—,]|to|and|through)\s?{_ENGLISH_DAY}\b)*"
    "|daily|every day|weekdays|weekends",
    re.IGNORECASE,
)
_ISO_PARTS = re.compile(r"(20\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?")
_PERIOD = re.compile(
    rf"{_ISO_PARTS.pattern}[^。；;\n\d]{{0,8}}?(?:至|到|—|–|-|~|～)\s*"
    r"(?:(20\d\d)\s*[年./-]\s*)?(?:(\d{1,2})\s*[月./-]\s*)?(\d{1,2})\s*日?"
)
_UNTIL = re.compile(rf"(?:截至|截止到?|有效期至|有效至|最晚|until)\s*{_ISO_PARTS.pattern}")
_SINCE = re.compile(rf"(?:自|从|from)\s*{_ISO_PARTS.pattern}")


def validity(text: str) -> dict[str, str]:
    """`valid_from` and `valid_until` that a sentence states, as days such as 2026-12-31."""
    if match := _PERIOD.search(text):
        year, month, day, last_year, last_month, last_day = match.groups()
        first = _iso(year, month, day)
        last = _iso(last_year or year, last_month or month, last_day)
        return {"valid_from": first, "valid_until": last} if first and last else {}
    found = {}
    for name, pattern in (("valid_from", _SINCE), ("valid_until", _UNTIL)):
        if (match := pattern.search(text)) and (day := _iso(*match.groups())):
            found[name] = day
    return found


def _iso(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""
