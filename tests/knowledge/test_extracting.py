"""Records are read with the exact words they came from, and nothing that was not written."""

from pathlib import Path

import pytest

from knowledge.errors import KnowledgeError
from knowledge.extracting import records_in
from knowledge.products import ProductNames
from knowledge.review import Record, read_review, trouble_with, write_new_review
from tests.knowledge.conftest import product

NAMES = ProductNames((product("A-1", "玫瑰精华液 30ml", "小粉瓶"), product("B-2", "修护面霜 50g")))
GUIDE = """# 玫瑰精华液 30ml

保质期：36 个月
主要成分：玫瑰水、烟酰胺
发布日期：2026-01-01

质地清爽，开封后使用期限为 12 个月。

## 售后

自签收次日起 7 天内，如果未拆封的，可以退货，但特价商品除外。
活动自2026年12月1日至12月12日有效，满 199 元可以减 20 元。

**问：可以天天用吗？**
答：早晚各一次，每次 2 滴。
"""
TABLE = """# 规格

| 商品 | 容量 | 保质期 | 备注 |
| --- | --- | --- | --- |
| 修护面霜 | 50g | 24 个月 | |
| 礼品袋 | 大号 | | |
"""
HOURS = """服务时间

市民大厅：周一至周五 9:00-12:00，13:30-17:00
Phone: 400-555-0100, Monday to Friday 9 am to 5 pm
12 月 5 日 18:00 到 24:00 停机升级。
"""


def found(text: str, kind: str = "") -> list[Record]:
    records = records_in("knowledge/guide.md", text, NAMES)
    return [record for record in records if not kind or record.kind == kind]


@pytest.mark.parametrize("text", [GUIDE, TABLE, HOURS])
def test_every_record_has_its_exact_words_and_no_number_that_they_lack(text: str) -> None:
    records = found(text)
    assert records
    assert all(text[record.start : record.end] == record.quote for record in records)
    assert [trouble_with(record) for record in records] == [""] * len(records)


def test_labelled_lines_and_sentences_about_a_product_are_facts() -> None:
    facts = [record.fields for record in found(GUIDE, "product_fact")]
    about = {"product": "玫瑰精华液 30ml"}
    assert facts == [
        about | {"attribute": "保质期", "value": "36", "unit": "个月"},
        about | {"attribute": "主要成分", "value": "玫瑰水、烟酰胺"},
        about | {"attribute": "开封后使用期限", "value": "12", "unit": "个月"},
    ]


def test_a_policy_has_its_conditions_exceptions_and_days() -> None:
    first, second = (record.fields for record in found(GUIDE, "policy"))
    assert first["conditions"] == "如果未拆封的"
    assert first["exceptions"] == "但特价商品除外"
    assert (second["valid_from"], second["valid_until"]) == ("2026-12-01", "2026-12-12")


def test_a_question_and_what_follows_are_a_pair() -> None:
    (pair,) = found(GUIDE, "question_answer")
    assert pair.fields == {"question": "可以天天用吗？", "answer": "早晚各一次，每次 2 滴。"}


def test_a_row_about_a_product_is_a_fact_for_each_column_another_keeps_its_header() -> None:
    facts = {r.fields["attribute"]: r.fields["value"] for r in found(TABLE, "product_fact")}
    (row,) = found(TABLE, "table_row")
    assert facts == {"容量": "50", "保质期": "24"}
    assert row.fields == {"商品": "礼品袋", "容量": "大号"}


def test_opening_hours_are_read_but_no_single_day() -> None:
    hours = [record.fields for record in found(HOURS, "opening_hours")]
    assert hours == [
        {"place": "市民大厅", "opens": "9:00", "closes": "12:00", "days": "周一至周五"},
        {"place": "服务时间", "opens": "13:30", "closes": "17:00", "days": "周一至周五"},
        {"place": "Phone", "opens": "9 am", "closes": "5 pm", "days": "Monday to Friday"},
    ]


def test_text_that_states_nothing_gives_nothing() -> None:
    assert found("# 关于我们\n\n我们热爱护肤。\n") == []


def test_a_table_of_weekdays_has_the_places_in_its_header() -> None:
    text = "# 门店\n\n| | 东店 | 西店 |\n| --- | --- | --- |\n| 周六 | 9:00-18:00 | 休息 |\n"
    (hours,) = found(text, "opening_hours")
    assert hours.fields == {"place": "东店", "opens": "9:00", "closes": "18:00", "days": "周六"}


def test_a_review_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "review.jsonl"
    write_new_review(found(GUIDE), path)
    assert [record for _, record in read_review(path.read_text("utf-8"), "review")] == found(GUIDE)
    with pytest.raises(KnowledgeError, match="is there already"):
        write_new_review((), path)
