"""The same said in several files is kept once; what differs in anything that counts is not."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.brand import Brand
from knowledge.chunk import passages_of
from knowledge.gist import gists_of
from knowledge.index import Builder
from knowledge.products import ProductNames
from knowledge.snapshot import Row, load_snapshot
from knowledge.twins import Twins
from tests.knowledge.conftest import write

RULE = "自签收次日起 7 天内，商品未拆封的，您可以申请退货，运费由本店承担。"


def rows(builder: Builder, version: int) -> tuple[Row, ...]:
    return load_snapshot(builder.folder / f"v{version}").rows


def said(builder: Builder, version: int, words: str) -> list[Row]:
    return [row for row in rows(builder, version) if words in row.passage.text]


def page(text: str, heading: str = "退货") -> str:
    return f"# 常见问题\n\n## {heading}\n\n{text}\n"


def gist_of(text: str, heading: str = "退货") -> int:
    (number,) = gists_of(passages_of("knowledge/a.md", page(text, heading), ProductNames(())))
    return number


@pytest.mark.parametrize(
    "again",
    [
        "亲，自签收次日起7天内，产品未拆封的，可以申请退货哦～运费由小店承担！",
        "自簽收次日起 7 天內，商品未拆封的，您可以申請退貨，運費由本店承擔。",
        "自签收次日起７天内，商品未拆封的，您可申请退货，邮费由店铺承担",
        "**自签收次日起 7 天内**，商品未拆封的，\n您可以申请退货，运费由本店承担。",
    ],
)
def test_politeness_punctuation_and_script_make_no_difference(again: str) -> None:
    assert gist_of(again) == gist_of(RULE)


@pytest.mark.parametrize(
    "other",
    [
        RULE.replace("7", "8"),
        RULE.replace("7", "7.5"),
        RULE.replace("可以", "不可以"),
        RULE.replace("未拆封", "拆封"),
        RULE.replace("退货", "换货"),
        RULE.replace("本店", "买家"),
        RULE.replace("签收", "付款"),
        RULE.replace("天", "周"),
        RULE + "特价商品除外。",
    ],
)
def test_a_number_a_name_or_a_no_makes_all_the_difference(other: str) -> None:
    assert gist_of(other) != gist_of(RULE)


def test_the_same_words_about_something_else_are_not_the_same() -> None:
    assert gist_of("每天 30 元。", "香港漫游") != gist_of("每天 30 元。", "澳门漫游")
    assert gist_of("可以不退货。") != gist_of("不可以退货。")
    assert gist_of("营业时间 9:00 开始。") != gist_of("营业时间 900 开始。")


async def test_what_stands_in_two_files_is_kept_once_and_names_both(
    builder: Builder, brand: Brand
) -> None:
    write(brand, "a.md", page(RULE))
    write(brand, "b.md", page("亲，" + RULE))
    write(brand, "c.md", page(RULE.replace("7", "15")))
    await builder.build()
    (kept,) = said(builder, 1, "7 天内，商品")
    assert (kept.passage.source, kept.passage.also) == ("knowledge/a.md", ("knowledge/b.md",))
    assert len(said(builder, 1, "15 天内，商品")) == 1


async def test_when_the_kept_file_goes_the_other_comes_back(builder: Builder, brand: Brand) -> None:
    first = write(brand, "a.md", page(RULE))
    write(brand, "b.md", page(RULE))
    await builder.build()
    first.unlink()
    report = await builder.build()
    (kept,) = said(builder, 2, "7 天内，商品")
    assert (kept.passage.source, kept.passage.also) == ("knowledge/b.md", ())
    assert (report.removed, report.changed) == (("knowledge/a.md",), ())


async def test_a_new_copy_is_named_by_the_one_that_is_kept(builder: Builder, brand: Brand) -> None:
    write(brand, "b.md", page(RULE))
    await builder.build()
    write(brand, "c.md", page(RULE))
    await builder.build()
    write(brand, "a.md", page(RULE))
    await builder.build()
    assert [row.passage.also for row in said(builder, 2, "7 天内，商品")] == [("knowledge/c.md",)]
    (kept,) = said(builder, 3, "7 天内，商品")
    assert kept.passage.source == "knowledge/a.md"
    assert kept.passage.also == ("knowledge/b.md", "knowledge/c.md")


async def test_a_copy_that_cannot_be_read_just_then_comes_back_later(
    builder: Builder, brand: Brand
) -> None:
    first = write(brand, "a.md", page(RULE))
    other = write(brand, "b.md", page(RULE))
    await builder.build()
    first.unlink()
    other.write_bytes(b"\0\0")
    await builder.build()
    assert said(builder, 2, "7 天内，商品") == []
    other.write_text(page(RULE), "utf-8")
    await builder.build()
    assert len(said(builder, 3, "7 天内，商品")) == 1


@pytest.mark.parametrize("remark", ["发布日期：2025-01-01", "本公告已废止。"])
async def test_a_notice_that_may_be_over_hides_no_rule_that_holds(
    builder: Builder, brand: Brand, remark: str
) -> None:
    write(brand, "a.md", f"# 公告\n\n{remark}\n\n## 退货\n\n{RULE}\n")
    write(brand, "b.md", page(RULE))
    await builder.build()
    assert len(said(builder, 1, "7 天内，商品")) == 2


async def test_many_small_builds_end_where_one_build_does(
    builder: Builder, brand: Brand, tmp_path: Path
) -> None:
    chance = random.Random(7)
    for _ in range(12):
        name = f"{chance.choice('abcd')}.md"
        texts = [RULE.replace("7", str(chance.choice((7, 8)))) for _ in range(2)]
        path = write(brand, name, page(texts[0]) + page(texts[1], chance.choice(("退货", "退款"))))
        if chance.random() < 0.3:
            path.unlink()
        report = await builder.build()
    whole = replace(builder, folder=tmp_path / "whole")
    await whole.build()
    assert rows(builder, report.version) == rows(whole, 1)


def test_nothing_is_the_same_as_nothing() -> None:
    twins = Twins.of({})
    assert twins.once({}) == {}
    assert twins.changed({"x"}, {}).sources == ()
