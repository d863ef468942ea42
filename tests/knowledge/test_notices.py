"""Which notices hold today."""

from datetime import date

import pytest

from knowledge.notices import notices_in, standings
from knowledge.passages import Passage

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
