"""Which notices hold today."""

from datetime import date

import pytest

from knowledge.notices import notices_in, standings
from knowledge.passages import Passage
from knowledge.products import ProductNames
from knowledge.record_passages import document_passages

TODAY = date(2026, 11, 23)


def document(source, title, text):
    return Passage(id=source, source=source, heading=(title,), text=text, kind="text", sku=None)


def standing_of(*documents):
    return dict(standings(notices_in(documents), TODAY))


def test_a_later_notice_with_nearly_the_same_title_replaces_an_earlier_one():
    old = document("a.md", "运费调整通知（2026年3月）", "发布日期：2026-03-01\n满 59 元包邮。")
    new = document("b.md", "运费调整通知（2026年9月）", "发布日期：2026年9月1日\n满 99 元包邮。")
    assert standing_of(old, new) == {"a.md": "replaced"}


def test_a_notice_of_tomorrow_replaces_nothing_yet():
    old = document("a.md", "Shipping fees", "Effective March 1, 2026\nFree from $50.")
    new = document("b.md", "Shipping fees", "Effective 1 December 2026: free from $80.")
    assert standing_of(old, new) == {"b.md": "coming"}


def test_a_notice_that_says_it_is_replaced_is():
    old = document("a.md", "夏季规则", "发布日期：2026-06-01\n本通知已于 2026 年 10 月 8 日废止。")
    assert standing_of(old) == {"a.md": "replaced"}


@pytest.mark.parametrize(
    ("period", "standing"),
    [
        ("2026 年 10 月 31 日 20:00 至 11 月 11 日 23:59", "ended"),
        ("2026年12月10日至12月12日", "coming"),
        ("2026-11-20 至 2026-11-26", None),
        ("November 1, 2026 to November 10, 2026", "ended"),
    ],
)
def test_a_period_ends(period, standing):
    found = standing_of(document("sale.md", "大促", f"时间：{period}。满 300 减 40。"))
    assert found.get("sale.md") == standing


def test_similar_documents_that_are_no_notices_stay():
    shoes = document("a.md", "退货政策（鞋）", "更新日期：2026-01-01\n七天。")
    coats = document("b.md", "退货政策（外套）", "更新日期：2026-05-01\n三十天。")
    plain = document("c.md", "配送说明", "三天。")
    assert standing_of(shoes, coats, plain) == {}


def section(text, *heading, source="knowledge/a.md"):
    return Passage(f"id of {heading[-1]}", source, heading, text, "text")


def test_a_recall_of_what_was_sold_in_spring_is_not_over_in_autumn():
    recall = document("a.md", "Recall", "Stoves sold from April 6, 2026 to July 31, 2026: stop.")
    assert standing_of(recall) == {}


def test_a_section_has_days_of_its_own_and_the_rest_holds():
    over = section("满 199 元减 20 元。", "活动", "双11（2026年11月1日至11月11日）")
    lasting = section("全年满 99 元包邮。", "活动", "包邮")
    assert standing_of(over, lasting) == {over.id: "ended"}


def test_a_title_with_days_says_when_an_offer_is_over():
    sale = document("a.md", "Fall Clearance, October 9 to 18, 2026", "25% off with a code.")
    assert standing_of(sale) == {"a.md": "ended"}


def test_each_accepted_record_has_its_own_days():
    records = "knowledge/records.jsonl"
    over = section("满减。\n有效期：2026-10-01 至 2026-10-31", "满减", source=records)
    lasting = section("包邮。\n自 2026-10-01 起", "包邮", source=records)
    assert standing_of(over, lasting) == {over.id: "ended"}


def test_a_notice_replaces_the_one_that_it_names_by_its_day():
    old = document("a.md", "Notice of March 2, 2026: free from $49", "From March 2, 2026: free.")
    new = document(
        "b.md", "A new minimum", "This notice replaces the one of March 2, 2026.\nFrom May 1, 2026."
    )
    assert standing_of(old, new) == {"a.md": "replaced"}


def test_a_notice_replaces_the_one_that_it_names_by_its_title():
    old = document("a.md", "夏季包邮门槛调整（2026年6月）", "发布日期：2026-06-01\n满 59 元包邮。")
    text = (
        "发布日期：2026-10-08\n2026 年 6 月 1 日发布的《夏季包邮门槛调整》同时废止。满 99 元包邮。"
    )
    new = document("b.md", "秋冬邮费说明", text)
    assert standing_of(old, new) == {"a.md": "replaced"}


@pytest.mark.parametrize(
    "remark",
    [
        "> No longer valid since firmware 3.0.",
        "（已作废，请看新版说明）",
        "**Withdrawn.** See the new one.",
    ],
)
@pytest.mark.parametrize("joint", ["\n", " "])
def test_a_remark_without_a_subject_speaks_of_its_document(remark, joint):
    old = document("a.md", "Reset", f"Hold the button for 30 seconds.{joint}{remark}")
    assert standing_of(old) == {"a.md": "replaced"}


def test_a_remark_in_one_of_several_sections_speaks_of_that_section():
    text = "# 会员卡\n\n## 金卡\n\n每月送券。\n\n## 银卡\n\n每月打折。\n\n已停止执行。\n"
    passages = document_passages("a.md", text, ProductNames(()))
    old = [one.id for one in passages if one.heading[-1] == "银卡"]
    assert old
    assert standings(notices_in(passages), TODAY) == dict.fromkeys(old, "replaced")


@pytest.mark.parametrize(
    "text",
    [
        "已作废的发票不能再用。",
        "A card that is reported lost is no longer valid.",
        "超过20分钟，号已作废。",
    ],
)
def test_what_it_says_of_other_things_does_not(text):
    assert standing_of(document("a.md", "Cards", f"About cards.\n{text}")) == {}


def test_of_two_notices_of_one_day_the_more_alike_is_replaced():
    day = "发布日期：2025年11月3日\n"
    service = document("a.md", "周六延时服务公告", f"{day}每周六开放。")
    parking = document("b.md", "地下停车场改造公告", f"{day}停车场关闭。")
    text = "自2026年8月1日起。2025年11月3日发布的周六延时服务公告同时废止。"
    new = document("c.md", "关于调整周六服务的公告", text)
    assert standing_of(service, parking, new) == {"a.md": "replaced"}


def test_a_coupon_that_lapses_on_the_day_of_a_notice_replaces_nothing():
    old = document("a.md", "会员日", "发布日期：2026-03-01\n每月 8 日。")
    new = document("b.md", "春季券", "发布日期：2026-05-01\n2026年3月1日发的券已失效。")
    assert standing_of(old, new) == {}


def test_the_day_in_a_title_is_the_one_it_was_issued_on():
    old = document("a.md", "Notice of May 1, 2025: 90 days", "From May 1, 2025 you have 90 days.")
    text = "This notice replaces the one of May 1, 2025. For orders placed after that: 60 days."
    new = document("b.md", "Notice of August 1, 2026: 60 days", text)
    assert standing_of(old, new) == {"a.md": "replaced"}


def read(text, source="knowledge/a.md"):
    return document_passages(source, text.replace(" / ", "\n\n"), ProductNames(()))


def marked(text, today=TODAY):
    """What of a text does not simply hold: "all", or the beginnings of its passages."""
    passages = read(text)
    found = standings(notices_in(passages), today)
    if passages[0].source in found:
        return {"all": found[passages[0].source]}
    return {one.text[:6]: found[one.id] for one in passages if one.id in found}


RULE_WITH_AN_EXCEPTION = [
    "# 退货 / 签收后 7 天内可以退货。 / 2026年11月1日至11月11日的订单，退货期延长到 30 天。",
    "# 退货 / 2026年11月1日至11月11日下单的，签收后 30 天内可以退货，其余 7 天。",
    "# 退换说明 / 2026年11月1日至11月11日期间下单，退货期延长到2027年1月10日。 / 其余 7 天。",
    "# 客服 / 2026年10月1日至10月7日10点到18点在线，平时9点到21点在线。",
    "# 客服 / 9点到21点在线。\n2026年10月1日至10月7日为10点到18点。",
    "# 运费 / 满 99 元包邮。 / 自2026年12月10日起，新疆另收 8 元。",
    "# 会员积分 / 每消费 1 元得 1 分。 / 2025年的积分有效期至2026年10月31日。",
    "# 关于我们 / 2018年3月1日至2026年10月1日我们在人民路，现在在解放路。",
    "# 发票 / 2026年1月1日至2026年10月31日期间开具的，可以换开。",
    "# 报名须知 / 春季班：2026年10月8日至10月20日报名；秋季班每年 7 月报名，名额 30 个。",
    "# Returns / Return within 30 days. / Holiday orders from November 1 to November 20, 2026: 60.",
    "# Returns / Orders placed between November 1 and 20, 2026 go back until January.",
    "# Delivery / Two days. From October 1 to October 18, 2026 it took three days.",
    "# Help desk / From October 1 to October 7, 2026 from ten to six, otherwise from nine to nine.",
    "# Warranty / Stoves made from April 6, 2026 to July 31, 2026 get a new valve within 14 days.",
]


@pytest.mark.parametrize("text", RULE_WITH_AN_EXCEPTION)
def test_a_period_in_the_midst_of_a_rule_does_not_make_the_rule_outdated(text):
    assert "all" not in marked(text)


WHOLE_NOTICES_THAT_ARE_OVER = [
    "# 双11（2026年11月1日至11月11日） / 满 300 减 40。 / ## 说明 / 每人一次。",
    "# 年中特惠 / 活动时间：2026年6月1日至6月18日 / 满 300 减 40。 / ## 说明 / 每人限 1 次。",
    "# 会员日 / 亲爱的顾客： / - 活动日期：2026-10-01 至 2026-10-07\n- 满 300 减 40",
    "# 开业酬宾 / 新店开业，欢迎光临！ / 时间：2026年10月1日到10月7日 / 全场八折。",
    "# 【公告】年货节 / 发布日期：2026-09-01 / 满 300 减 40。 / 活动时间为2026年9月5日至9月15日。",
    "# 国庆促销 / 为庆祝国庆，2026年10月1日至10月7日全场八折。 / ## 说明 / 每人限 2 件。",
    "# 满减 / 2026年10月1日至10月7日，满 300 减 40。 / ## 说明 / 每人限 2 件。",
    "# 满减 / ## 一、活动时间 / 2026年10月1日至10月7日 / ## 二、规则 / 满 300 减 40。",
    "# 新人券 / 本券有效期至2026年10月31日。 / 满 100 减 20，每人 1 张。",
    "# Fall sale, October 9 to 18, 2026 / 25% off tents. / ## Terms / One for each customer.",
    "# Tents for less / Dates: October 9 to October 18, 2026 / 25% off. / ## Terms / One each.",
    "# Tents for less / From October 9 to 18, 2026 all tents are 25% off. / ## Terms / One each.",
    "# Autumn weeks / Dear customers, / between October 9 and 18, 2026 tents are 25% off.",
    "# Tents for less / 25% off all. / ## When / October 9 to 18, 2026 / ## Terms / One each.",
    "# 停水公告 / 因管道检修，定于2026年10月10日9:00至10月11日18:00停水。",
    "# 抽奖 / 活动时间 2026.10.1-2026.10.7 / 每人一次。",
    "# Gift / Offer ends October 31, 2026. / A free mug with each order.",
    "# Coupon TENT / Valid until October 31, 2026. $20 off from $100. / One for each customer.",
]


@pytest.mark.parametrize("text", WHOLE_NOTICES_THAT_ARE_OVER)
def test_a_whole_notice_that_is_over_is_over_with_all_its_sections(text):
    assert marked(text) == {"all": "ended"}


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        (
            "# 运费 / 满 99 包邮。 / ## 双11 / 活动时间：2026-11-01至11-11 / ### 规则 / 满 59。",
            {"活动时间：2": "ended", "满 59。": "ended"},
        ),
        (
            "# 运费 / 满 99 元包邮。 / ## 双11 / ### 活动时间 / 2026年11月1日至11月11日 / "
            "### 规则 / 满 59。 / ## 其他 / 电话 95555。",
            {"2026年1": "ended", "满 59。": "ended"},
        ),
        (
            "# 新服务 / 发布日期：2026-11-18 / ## 现在 / 须本人到场。 / "
            "## 升级之后 / 自2026年12月7日起：可以网办。",
            {"自2026年": "coming"},
        ),
        (
            "# Fees / Free from $75. / ## Black week / From November 1 to 11, 2026 free from $30.",
            {"From N": "ended"},
        ),
        (
            "# Hours / Nine to five. / ## New hours / From December 7, 2026 we open at eight.",
            {"From D": "coming"},
        ),
    ],
)
def test_a_section_goes_by_the_days_that_it_begins_with(text, standing):
    assert marked(text) == {start[:6]: why for start, why in standing.items()}


def test_days_under_a_heading_of_their_own_are_those_of_what_stands_above():
    text = "# 满减 / ## 活动时间 / 2026年12月10日至12月12日 / ## 规则 / 满 300 减 40。"
    assert marked(text) == {"all": "coming"}
    assert marked(text, date(2026, 12, 11)) == {}
    assert marked(text, date(2026, 12, 13)) == {"all": "ended"}


def test_what_a_sentence_says_to_last_longer_is_not_over_before():
    text = "# 满减 / 2026年11月1日至11月11日预售，2026年11月30日前发货。"
    assert marked(text) == {}
    assert marked(text, date(2026, 12, 1)) == {"all": "ended"}


def test_a_section_is_not_replaced_by_a_notice_that_is_called_alike():
    text = "# 帮助 / ## 运费调整 / 活动时间：2026年11月20日至12月1日，满 59 元包邮。"
    new = "# 运费调整 / 发布日期：2026-11-22 / 满 99 元包邮。"
    passages = (*read(text), *read(new, "knowledge/b.md"))
    assert standings(notices_in(passages), TODAY) == {}
