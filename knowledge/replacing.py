"""What a notice says it replaces: earlier ones, by their titles or by the days they are from."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

_SENTENCE_END = re.compile(r"[。；;\n!！?？]|\.(?=\s|$)")
_SAYS = re.compile(
    r"废止|失效|停止执行|不再(?:执行|适用|有效)|作废|替代|取代|代替|\breplac|\bsupersed|\bwithdraw"
    r"|\bno longer (?:appl\w+|counts?|holds?|valid|stands?|in force)\b",
    re.IGNORECASE,
)
# What is said of the notice itself; the one named beside it is the newer.
_OF_ITSELF = re.compile(
    r"本(?:通知|公告|规定|办法|标准|文件|政策|细则)[^。\n]{0,24}(?:废止|失效|停止执行|作废|不再)"
    r"|\b(?:is|was|been|be) (?:\w+ )?(?:replaced|superseded|withdrawn)\b",
    re.IGNORECASE,
)
# A day beside one of these is that of an announcement, not of a coupon that lapses.
_ANNOUNCED = re.compile(
    r"通知|公告|规定|规则|办法|标准|文件|政策|细则|方案|notice|polic|announcement|rules?\b"
    r"|安排|清单|说明|日程|version|edition|\b(?:list|dates|guide|timetable|bulletin|ones?)\b",
    re.IGNORECASE,
)
_TITLE = re.compile(r"《([^《》]{2,60})》|“([^“”]{4,80})”|\"([^\"]{4,80})\"")


@dataclass(frozen=True, slots=True)
class Replaced:
    """Titles and days of what is replaced; nothing in most documents."""

    titles: tuple[str, ...] = ()
    days: tuple[date, ...] = ()


def replaced_in(text: str, days_of: Callable[[str], list[date]]) -> Replaced:
    """What the sentences of a notice that speak of replacing name; `days_of` reads days."""
    titles: list[str] = []
    days: list[date] = []
    for sentence in _SENTENCE_END.split(text):
        if _SAYS.search(sentence) and not _OF_ITSELF.search(sentence):
            titles += ["".join(groups) for groups in _TITLE.findall(sentence)]
            days += days_of(sentence) if _ANNOUNCED.search(sentence) else []
    return Replaced(tuple(dict.fromkeys(titles)), tuple(dict.fromkeys(days)))
