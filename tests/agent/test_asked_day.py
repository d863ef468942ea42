"""Which day is asked about, and what holds on it."""

from dataclasses import replace
from datetime import date

import pytest

from agent.asked_day import asked_day
from agent.holding import that_day_first
from knowledge.notices import Notice
from tests.agent.conftest import calls, points_at
from tests.agent.test_lines import found, hit
from tests.fakes import SmallKnowledge, passage

TODAY = date(2026, 11, 23)  # a Monday


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("明天去静安店给狗洗澡行吗", (11, 24)),
        ("26号南湖能练吗", (11, 26)),
        ("3号能送吗", (12, 3)),
        ("12月3日能过车吗", (12, 3)),
        ("can i take the car over on 3 december", (12, 3)),
        ("open on December 3rd?", (12, 3)),
        ("are you open saturday", (11, 28)),
        ("这周六开门吗", (11, 28)),
        ("下周三能约吗", (12, 2)),
        ("next wednesday any good?", (12, 2)),
        ("长宁店这两天晚上还开门不", (11, 23)),
        ("can i get a hot coffee on the boat today", (11, 23)),
        ("现在练车几点到几点", (11, 23)),
        ("后天呢", (11, 25)),
        ("open this sat?", (11, 28)),
        ("any space at the weekend", (11, 28)),
        ("11月1日的活动", (11, 1)),
    ],
)
def test_the_day_asked_about(text, day):
    assert asked_day(text, TODAY) == date(2026, *day)


@pytest.mark.parametrize(
    "text",
    [
        "坐3号线到哪站",
        "8号楼送货吗",
        "42号的鞋有吗",
        "is it sunny there",
        "sun cream",
        "i sat on it",
        "7日内能退吗",
        "7日无理由退吗",
        "多少钱",
        "the monitor",
    ],
)
def test_what_names_no_day(text):
    assert asked_day(text, TODAY) is None


def test_a_day_of_a_month_to_come_is_of_the_year_to_come():
    assert asked_day("1月5日开吗", TODAY) == date(2027, 1, 5)
    assert asked_day("2月30日开吗", TODAY) is None


class Ranked(SmallKnowledge):
    """Knowledge that also says how likely each passage is to answer."""

    async def search(self, query, limit=5):
        found = await super().search(query, limit)
        return replace(found, hits=tuple(replace(h, relevance=h.score) for h in found.hits))


CLOSED = passage("12月1日至4日盘点，停止送货。", "通知", "盘点")


@pytest.mark.parametrize(
    ("text", "marked"),
    [("停止送货吗", True), ("12月3日停止送货吗", False), ("12月20日停止送货吗", True)],
)
async def test_what_is_to_come_holds_on_a_day_within_it(talk, text, marked):
    notice = Notice(CLOSED.id, "盘点", TODAY, date(2026, 12, 1), date(2026, 12, 4), replaced=False)
    services = replace(talk.agent.services, knowledge=SmallKnowledge((CLOSED,)), notices=(notice,))
    stocktaking = talk.with_agent(services=services)
    reply = await stocktaking.say(text, calls("search_knowledge"), points_at(1))
    assert ("（尚未开始）" in talk.model.requests[-1].messages[-1].text) is marked
    assert "停止送货" in reply.text


@pytest.mark.parametrize(
    ("text", "told"), [("今天船上能买热咖啡吗", True), ("船上能买热咖啡吗", False)]
)
async def test_a_notice_of_the_day_asked_about_is_found_below_all_others(talk, text, told):
    others = [passage(f"船上能买{what}，热的。", "船上", what) for what in "茶水粥面饭汤饼糕"]
    closed = passage("厨房停用，没有热咖啡。", "通知", "停用")
    notice = Notice(
        closed.id, "停用", TODAY, date(2026, 11, 20), date(2026, 11, 30), replaced=False
    )
    knowledge = Ranked((*others, closed))
    services = replace(talk.agent.services, knowledge=knowledge, notices=(notice,))
    boat = talk.with_agent(services=services)
    again = () if told else (text,)  # nothing fits well enough not to ask once more
    await boat.say(text, calls("search_knowledge"), points_at(1), *again)
    assert ("厨房停用" in boat.model.requests[1].messages[-1].text) is told


def test_a_notice_counts_more_on_its_days():
    there = found(hit(1, "今天有热咖啡。", relevance=1.0), hit(2, "厨房关闭。", relevance=0.5))
    first, second = that_day_first(there, frozenset({"2"})).hits
    assert first.relevance < second.relevance
