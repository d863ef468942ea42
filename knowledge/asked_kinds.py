"""What kind of thing a question asks for, and whether a sentence has such a thing.

Who asks what something costs wants an amount: of two sentences that are as close to the question,
the one with an amount answers.
"""

import re
from dataclasses import dataclass

_NUMBER = r"(?:\d[\d,.]*|[一二两三四五六七八九十百千万半]+)"
_ENGLISH = r"(?:\d+|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve)\b)"


@dataclass(frozen=True, slots=True)
class _Kind:
    asked: re.Pattern[str]
    there: re.Pattern[str]


def _kind(asked: str, there: str) -> _Kind:
    return _Kind(re.compile(asked, re.IGNORECASE), re.compile(there, re.IGNORECASE))


# The first that fits counts: "how much" may ask for an amount of anything, if not for money.
_KINDS = (
    _kind(
        r"多少钱|几块|几元|多少[元块]|几毛|价格|价钱|什么价|收费|费用|运费|邮费|押金|加钱|要钱|花钱"
        r"|[退赔扣掏花收付交缴补贴]多少(?![天年月周次个人])|几个钱|[啥咋]价|[怎咋]么?(?:卖|收[费钱]|算钱)|贵不贵|便宜多少"
        r"|how'?s? much (?:is|are|does|do|would|will|for|to)\b|set (?:me|us|you) back|the damage\b"
        r"|what do (?:you|they) charge|\bcosts?\b|\bprices?\b|\bfees?\b|\bcharges?\b",
        rf"{_NUMBER}\s*(?:元|块|毛|角|万|美元|%|％|折)|[$£€¥￥]\s?\d|免费|包邮|不收|无需付"
        r"|\bfree\b|no charge",
    ),
    _kind(
        r"多久|几天|多少天|多长时间|几个?[月小]时?|几年|几周|几分钟|几个?工作日|多少[年月]|时效"
        r"|how long|how many (?:days|weeks|months|years|hours|minutes)|how (?:soon|fast|quickly)",
        rf"{_NUMBER}\s*个?\s*(?:工作日|自然日|天|小时|分钟|月|年|周|星期|秒)"
        rf"|(?<![月\d]){_NUMBER}\s*日(?![前后起止截]|[以之][前后])"
        r"|当[天日场]|次日|立即|即时|随时|永久|终身|长期"
        rf"|{_ENGLISH}[\w -]{{0,14}}(?:day|week|month|year|hour|minute)"
        r"|\ban? (?:day|week|month|year|hour)\b|same day|next day|overnight|immediately|lifetime",
    ),
    _kind(
        r"几点|[什啥]么?时候?|几时|多会儿?|何时|哪[一]?天|几号|几月|星期几|周几|什么时间|开门|关门|营业到|上班|下班"
        r"|\bwhen'?s?\b|what time|what (?:date|day)|opening|closing time",
        rf"{_NUMBER}\s*[点时月日号年]|\d{{1,2}}[:：]\d{{2}}|周[一二三四五六日末]|星期|节假日"
        r"|当[天日]|次日|\d\s?[ap]\.?m\b|(?:mon|tues|wednes|thurs|fri|satur|sun)day|weekday|weekend"
        r"|january|february|march|april|\bmay \d|june|july|august|september|october"
        r"|november|december",
    ),
    _kind(
        r"多少|几[个次件张台种人位条款岁斤倍瓶片只部层米级档份遍回趟]|几公斤|多[大高重远长宽]|百分之几"
        r"|最[多少]|至少|上限|how many|how much|how (?:big|tall|heavy|far|large|old|often|wide)"
        r"|maximum|minimum|\blimit\b",
        rf"{_NUMBER}|{_ENGLISH}",
    ),
    _kind(
        r"(?:怎么|怎样|如何|咋)(?:个?用|使用|[吃服喝涂抹敷戴穿装贴])|用法|用量|使用方法"
        r"|how (?:do|should|can|would) (?:i|you|we) (?:use|apply|take|wear|fit)"
        r"|how to (?:use|apply|take|wear|fit)",
        r"用法|用量|使用方法|使用步骤|早晚|每[日天次晚周]|饭[前后]|\d\s*[滴泵片粒勺颗]|涂|抹|敷"
        r"|\b(?:apply|use[sd]?|wear|take|massage|rinse|press|twice|daily|morning|evening)\b",
    ),
    _kind(
        r"(?:有|搞|做)[^,，。?？]{0,6}(?:活动|优惠|促销|折扣|福利|满减)"
        r"|\b(?:offers?|deals?|sales?|promos?|promotions?|discounts?)\b",
        r"减|折|送|免|返|满\s?\d|买\S{0,3}[赠送]|\boff\b|\bfree\b|\bsave\b|\d\s?%|half price",
    ),
)


class Wanted:
    """The kind of thing that a question asks for, if it is one that can be told by its form."""

    def __init__(self, question: str) -> None:
        self._kind = next((kind for kind in _KINDS if kind.asked.search(question)), None)

    def is_in(self, sentence: str) -> bool:
        """Whether the sentence has a thing of that kind."""
        return self._kind is not None and bool(self._kind.there.search(sentence))
