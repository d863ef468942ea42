"""Passages: small, whole, with their headings; nothing lost, whatever is read."""

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.chunk import LONGEST, passages_of
from knowledge.cleaning import clean
from knowledge.cutting import cut
from knowledge.passages import Passage
from knowledge.products import ProductNames
from knowledge.record_passages import document_passages
from tests.knowledge.conftest import product

NAMES = ProductNames(
    (product("A-1", "玫瑰精华液 30ml", "小粉瓶"), product("B-2", "修护面霜 50g", "面霜"))
)


def cut_up(text: str, source: str = "knowledge/文件.md") -> tuple[Passage, ...]:
    return passages_of(source, clean(text), NAMES)


def seen(text: str) -> list[tuple[tuple[str, ...], str]]:
    return [(passage.heading, passage.text) for passage in cut_up(text)]


def test_a_small_section_stays_whole_under_its_headings() -> None:
    text = "# 退换\n\n## 七天\n\n- 未拆封可退。\n- 运费自理。\n\n### 例外\n\n礼盒不退。"
    assert seen(text) == [
        (("退换", "七天"), "未拆封可退。\n运费自理。"),
        (("退换", "七天", "例外"), "礼盒不退。"),
    ]


def test_a_document_without_headings_is_named_after_its_file() -> None:
    assert seen("第一句，是正文。\n\n第二句。") == [(("文件",), "第一句，是正文。\n第二句。")]


def test_a_short_first_line_is_the_title() -> None:
    assert seen("客服时间\n\n每天九点到六点。") == [(("客服时间",), "每天九点到六点。")]


def test_equal_headings_keep_the_file_name_above_them() -> None:
    assert seen("## 甲\n\n一。\n\n## 乙\n\n二。") == [
        (("文件", "甲"), "一。"),
        (("文件", "乙"), "二。"),
    ]


def test_a_heading_with_nothing_beneath_speaks_for_itself() -> None:
    assert seen("# 公告\n\n## 全场包邮\n\n## 新品\n\n上架了。") == [
        (("公告",), "全场包邮"),
        (("公告", "新品"), "上架了。"),
    ]
    assert seen("# 只有标题") == [(("文件",), "只有标题")]


def test_chinese_numbers_make_headings_where_text_follows() -> None:
    text = "说明书\n\n一、保质期\n\n三年。\n\n二、存放\n\n避光。"
    assert seen(text) == [(("说明书", "一、保质期"), "三年。"), (("说明书", "二、存放"), "避光。")]
    assert seen("一、清洁\n二、爽肤\n三、面霜") == [(("文件",), "一、清洁\n二、爽肤\n三、面霜")]


def test_a_table_row_carries_its_header() -> None:
    text = "# 运费\n\n|地区|运费|备注|\n|---|:-:|--:|\n| 华东 | 6元 | |\n| 新疆 | 18元 | 慢\\|陆 |"
    assert seen(text) == [
        (("运费",), "地区: 华东; 运费: 6元"),
        (("运费",), "地区: 新疆; 运费: 18元; 备注: 慢|陆"),
    ]
    assert {passage.kind for passage in cut_up(text)} == {"table_row"}


def test_a_long_row_is_split_and_each_part_names_what_it_is_about() -> None:
    cells = [f"第{n}列" for n in range(60)]
    table = (
        f"| 型号 | {' | '.join(cells)} |\n|{'---|' * 61}\n| X9 | {' | '.join(['很好用'] * 60)} |"
    )
    texts = [text for _, text in seen(table)]
    assert len(texts) > 1
    assert all(text.startswith("型号: X9; ") and len(text) <= LONGEST for text in texts)
    assert all(any(f"第{n}列: 很好用" in text for text in texts) for n in range(60))


@pytest.mark.parametrize(
    "text",
    [
        "# 常见问题\n\n问：能退吗？\n答：能。\n\n问：多久到？\n答：三天。",
        "# 常见问题\n\n**问：能退吗？**\n答：能。\n\n**问：多久到？**\n答：三天。",
        "# 常见问题\n\nQ: 能退吗？\nA: 能。\nQ: 多久到？\nA: 三天。",
        "# 常见问题\n\nQ1：能退吗？ A1：能。\n\nQ2：多久到？ A2：三天。",
        "# 常见问题\n\n## 能退吗？\n\n能。\n\n## 多久到？\n\n三天。",
        "# 常见问题\n\n| 问题 | 答案 |\n|---|---|\n| 能退吗？ | 能。 |\n| 多久到？ | 三天。 |",
    ],
)
def test_a_question_stands_above_its_answer_however_it_was_written(text: str) -> None:
    assert seen(text) == [(("常见问题", "能退吗？"), "能。"), (("常见问题", "多久到？"), "三天。")]
    assert {passage.kind for passage in cut_up(text)} == {"question_answer"}


def test_steps_stay_together_and_a_long_list_repeats_its_lead_in() -> None:
    steps = "\n".join(f"{n}. 第{n}步要做的事情，认真完成再继续。" for n in range(1, 9))
    assert len(seen(f"# 用法\n\n{steps}")) == 1
    items = "\n".join(f"- 第{n}种情况，需要提供照片和订单号，审核之后处理。" for n in range(1, 15))
    texts = [text for _, text in seen(f"# 售后\n\n以下情况可以退：\n\n{items}")]
    assert len(texts) > 1
    assert all(text.startswith("以下情况可以退：\n") for text in texts)


def test_a_heading_above_an_empty_table_is_not_lost() -> None:
    assert seen("# 价目表\n|\n|---|---|") == [((), "价目表")]


def test_a_piece_of_english_is_twice_as_long_and_never_half_a_sentence_for_want_of_room() -> None:
    said = "For week and annual passes send us the right spelling and we make it again for free. "
    text = f"A name on a ticket is wrong. It does not matter for foot tickets at all. {said}{said}"
    assert [piece for _, piece in seen(f"# Tickets\n\n{text}")] == [text.strip()]
    pieces = [piece for _, piece in seen(f"# Tickets\n\n{text}{said}")]
    assert len(pieces) == 2
    assert all(piece.endswith(".") for piece in pieces)


def test_what_leads_in_stands_with_what_it_leads_in() -> None:
    before = (
        "Our carriers have moved their dates, so that ours have changed as well, as every year. "
        "They tell us only in the middle of the month before, which is why this page is never up "
        "any sooner, and why what was said in last year's letter is no help to anybody."
    )
    dates = "Seeds and gift cards by post: Thursday 17 December\nFurniture: Friday 4 December"
    more = "Highlands and Northern Ireland: take off four days from all of the dates above."
    made = [
        text for _, text in seen(f"# Last dates\n\n{before} Please order by:\n\n{dates}\n\n{more}")
    ]
    assert made == [before, f"Please order by:\n{dates}", more]


def test_a_rule_is_not_cut_from_its_other_side() -> None:
    rule = "Cancel up to 7 days before and you get your money back less £3."
    other = "Later than that there's no refund, but you may send somebody else in your place."
    made = [text for _, text in seen(f"# Terms\n\n{rule} {other} If we cancel, you get the lot.")]
    assert f"{rule} {other}" in made[0]


def test_nested_items_stay_with_their_parent() -> None:
    assert seen("# 肤质\n\n- 油性：\n  - 控油乳\n  - 白泥面膜\n- 干性：面霜") == [
        (("肤质",), "油性：\n控油乳\n白泥面膜\n干性：面霜")
    ]


def test_markup_goes_and_addresses_stay() -> None:
    text = "**重要**：看[说明](https://a.example/x)，`代码` 1\\. ![图](b.png)<br>换行<!-- 内部 -->"
    assert seen(text) == [(("文件",), "重要：看说明 (https://a.example/x)，代码 1. 图\n换行")]


def test_a_passage_knows_its_product() -> None:
    text = "# 产品\n\n## 玫瑰精华液（A-1）\n\n早晚用。\n\n## 玫瑰精华液和修护面霜\n\n先后用。"
    assert [passage.sku for passage in cut_up(text)] == ["A-1", None]
    rows = "| 产品 | 敏感肌 |\n|---|---|\n| 修护面霜 | 适合 |\n| 小粉瓶 | 先测试 |\n| 其他 | 可用 |"
    assert [passage.sku for passage in cut_up(rows)] == ["B-2", "A-1", None]


def test_ids_depend_on_place_and_words_alone() -> None:
    first, again = cut_up("# 甲\n\n一句话。"), cut_up("#  甲 \n\n\n\n一句话。 ")
    assert [passage.id for passage in first] == [passage.id for passage in again]
    other = passages_of("knowledge/other.md", "# 甲\n\n一句话。", NAMES)
    assert other[0].id != first[0].id


def test_the_same_words_twice_are_one_passage() -> None:
    assert len(cut_up("| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n| 1 | 2 |")) == 1


# In each line `@` becomes a word of its own, which must be found again.
_LINES = """
@
@，这是一句话。
# @
### @
## @？
- @
  - @ 子项
1. @
2）@ 第二步
> 引用 @
问：@？
答：@。
问：@？ 答：@。
| @ | @ 乙 |
|---|---|
| 1 | @ | 3 |
|
```
**@**
一、@
第二章 @
@：
@ | @
[@](https://shop.example/@)
![@](a.png) <br> @ \\|
---
===
"""


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_LINES.splitlines()), max_size=30), st.integers(0, 4))
def test_no_word_is_lost_and_no_passage_is_too_long(lines: list[str], padding: int) -> None:
    numbers = itertools.count(10)
    template = "\n".join(lines)
    text = re.sub("@", lambda _: f"w{next(numbers)}x{'中文，字。' * 10 * padding}", template)
    passages = passages_of("knowledge/文件.md", clean(text), NAMES)
    assert all(len(passage.text) <= LONGEST for passage in passages)
    kept = " ".join(" ".join((*passage.heading, passage.text)) for passage in passages)
    lost = [word for word in re.findall(r"w\d+x", text) if word not in kept]
    assert lost == []


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.text("中文，。、； a1.%-", min_size=1, max_size=30), max_size=30),
    st.sampled_from(["https://shop.example/a?b=1&c=2", "1,234.50", "2026-11-23", "care@a.example"]),
    st.integers(40, 200),
)
def test_cutting_loses_nothing_and_never_breaks_a_number_or_an_address(
    parts: list[str], whole: str, limit: int
) -> None:
    text = f" {whole}，".join(["", *parts, ""])
    pieces = cut(text, limit)
    assert all(0 < len(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert sum(piece.count(whole) for piece in pieces) >= text.count(f" {whole}，")


def test_sentences_are_kept_whole_where_they_fit() -> None:
    pieces = cut("第一句话说完了。" * 10 + "最后。", 40)
    assert all(piece.endswith("。") for piece in pieces)


@pytest.mark.parametrize(
    "text",
    [
        "字" * 100_000,
        "a" * 100_000,
        "1,234." * 20_000,
        "|" * 100_000,
        "| a " * 30_000 + "\n|" + "---|" * 30_000 + "\n" + "| b " * 30_000,
        "![" * 50_000,
        "[](" * 30_000,
        "<!--" * 25_000,
        "# " * 50_000,
        "- \n" * 30_000,
        "- x\n" * 25_000,
        "一、甲\n" * 20_000,
        "问：" * 30_000,
        "**" * 50_000,
        "".join(map(chr, range(1, 55_000))),
    ],
)
def test_a_hundred_thousand_characters_of_anything_come_out_in_passages(text: str) -> None:
    passages = cut_up(text)
    assert all(len(passage.text) <= LONGEST for passage in passages)


FAQ = """订单备注

【发货时间】
每天16点前的订单当天发。

1、什么时候发货？
答：当天。
2、可以换货吗？
答：可以，7天内。

还可以改地址吗？
没发货前可以改。

我们常听人问：到底要多久？
其实很快。会不会超过三天？
不会。
"""


def test_questions_on_lines_of_their_own_are_told_with_their_answers():
    passages = document_passages("a.txt", FAQ, ProductNames(()))
    told = {one.heading[-1]: one.text for one in passages}
    assert told["发货时间"] == "每天16点前的订单当天发。"
    assert told["什么时候发货？"] == "当天。"
    assert told["可以换货吗？"] == "可以，7天内。"
    assert told["还可以改地址吗？"].startswith("没发货前可以改。")
    assert "会不会超过三天？" not in told
