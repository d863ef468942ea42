"""The report names everything that is worth a look, and no personal data."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge.brand import Brand
from knowledge.survey import Survey, survey, totals
from knowledge.survey_page import survey_page
from tests.knowledge.conftest import write

RULE = "玫瑰精华液自签收次日起 7 天内，未拆封的可以申请退货，运费由本店承担。"


@pytest.fixture
async def looked(brand: Brand) -> Survey:
    write(brand, "a.md", f"# 常见问题\n\n## 退货\n\n{RULE}\n\n## 联系\n\n张女士 13800138000\n")
    write(brand, "b.md", f"# 说明\n\n## 退货\n\n亲，{RULE}\n")
    write(brand, "c.md", f"# 指南\n\n## 退货\n\n{RULE.replace('7', '15')}\n")
    write(brand, "old.md", "# 双11\n\n活动时间：2026年11月1日至11月11日，<b>全场</b> 8 折。\n")
    write(brand, "film.mp4", "")
    (brand.folder / "knowledge" / "bad 的.txt").write_bytes(b"\0")
    (brand.folder / "catalog.csv").write_text("", "utf-8")
    return await survey(brand, date(2026, 11, 28))


async def test_everything_is_counted(looked: Survey) -> None:
    assert totals(looked) == {
        "files": 7,
        "passages": 10,
        "records": 0,
        "skipped": 1,
        "unreadable": 1,
        "left_out": 0,
        "duplicates": 1,
        "contradictions": 2,
        "outdated": 1,
        "coming": 0,
        "personal": 1,
        "unknown_products": 1,
        "missing_attributes": 0,
    }


async def test_the_page_names_it_all_and_asks_nothing_of_the_network(looked: Survey) -> None:
    page = survey_page(looked, [("能开发票吗<", 3)])
    for words in (
        "knowledge/b.md",
        "<mark>15</mark>",
        "已过期",
        "修护面霜",
        "能开发票吗&lt;",
        ">knowledge/bad 的.txt<",
    ):
        assert words in page
    assert "13800138000" not in page
    assert not re.search(r"https?://|src=|@import|url\(|<script", page)


async def test_the_page_is_in_the_brands_language(looked: Survey) -> None:
    assert '<html lang="zh">' in survey_page(looked)
    assert "知识报告" in survey_page(looked)
    cream, *_ = looked.brand.products
    lacks = tuple((cream, attribute) for attribute in ("weight", "size"))
    coverage = replace(looked.coverage, missing=lacks)
    english = survey_page(
        replace(looked, brand=replace(looked.brand, language="en"), coverage=coverage)
    )
    assert ">weight, size</td>" in english
    assert "<h2>Unanswered questions</h2>" in english


async def test_a_product_named_by_an_alias_is_known(brand: Brand, tmp_path: Path) -> None:
    (brand.folder / "catalog.csv").write_text("", "utf-8")
    write(brand, "a.md", "# 选购\n\n小粉瓶早晚各用一次。\n")
    found = await survey(brand, date(2026, 11, 28))
    assert [product.sku for product in found.coverage.without_passage] == ["B-2"]
