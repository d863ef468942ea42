"""Files that say different things about the same are found; others are left in peace."""

import pytest

from knowledge.contradictions import Contradiction, Contradictions
from knowledge.extracting import records_in
from tests.knowledge.conftest import product

PRODUCTS = (product("A-1", "玫瑰精华液 30ml", cents=16800), product("B-2", "修护面霜 50g"))
RULE = "# 售后\n\n## 退货\n\n自签收次日起 7 天内，未拆封的可以申请退货。\n"
ROW = "# 运费\n\n| 地区 | 运费 |\n| --- | --- |\n| 华东 | 6元 |\n| 新疆 | 18元 |\n"
ROAMING = "# 香港漫游\n\n## 资费\n\n每天收取 30 元，含 1GB 高速流量。\n"


def found(one: str, other: str, **more: str) -> tuple[Contradiction, ...]:
    texts = {"knowledge/a.md": one, "knowledge/b.md": other}
    return contradictions(texts | more)


def contradictions(texts: dict[str, str], over: tuple[str, ...] = ()) -> tuple[Contradiction, ...]:
    """By two readings, each of one text at a time; the second one of the suspects."""
    looking = Contradictions(PRODUCTS)
    for source, text in texts.items():
        looking.note({source: text}, records_in(source, text, looking.names))
    for source in sorted(looking.suspects(over)):
        own = {source: texts[source]}
        looking.recall(own, records_in(source, texts[source], looking.names))
    return looking.found()


@pytest.mark.parametrize(
    ("one", "other", "values"),
    [
        (RULE, RULE.replace("7", "15"), ("7", "15")),
        (
            RULE,
            "# 常见问题\n\n## 退货\n\n亲，签收次日起15天内未拆封可以申请退货哦。\n",
            ("7", "15"),
        ),
        (ROW, ROW.replace("18元", "20元"), ("18元", "20元")),
        (
            "# 玫瑰精华液\n\n保质期：36 个月\n",
            "# 选购\n\n玫瑰精华液的保质期为24个月，请放心。\n",
            ("36个月", "24个月"),
        ),
        ("# 玫瑰精华液\n\n售价：158 元\n", "# 空\n", ("158元", "168元")),
        (
            "# 门店\n\n市民大厅：周六 9:00-17:00\n",
            "# 大厅\n\n市民大厅：周六 9:00-12:00\n",
            ("9:00-17:00", "9:00-12:00"),
        ),
        (
            "# Returns\n\nYou may return unused items within 30 days of delivery.\n",
            "# FAQ\n\n## Returns\n\nPlease return unused items within 45 days of the delivery.\n",
            ("30", "45"),
        ),
    ],
)
def test_the_same_with_another_number_is_found_with_both_places(
    one: str, other: str, values: tuple[str, str]
) -> None:
    (contradiction,) = found(one, other)
    texts = {"knowledge/a.md": one, "knowledge/b.md": other}
    assert contradiction.values == values
    for span in contradiction.spans:
        if span.source in texts:
            assert texts[span.source][span.start : span.end] == span.quote


@pytest.mark.parametrize(
    "other",
    [
        RULE,
        RULE.replace("7 天", "7天").replace("未拆封的", "未拆封"),
        RULE.replace("7", "30").replace("未拆封", "质量有问题"),
        RULE.replace("7", "3").replace("可以申请", "不可以申请"),
        RULE.replace("7 天", "24 小时"),
        RULE.replace("7", "30").replace("退货", "换货"),
        ROW.replace("6元", "7元").replace("地区", "门店"),
        ROW.replace("华东", "华南").replace("6元", "7元").replace("新疆", "西藏"),
        "# 玫瑰精华液\n\n活动价：99 元\n",
        "# 修护面霜\n\n保质期：24 个月\n",
    ],
)
def test_other_subjects_conditions_and_units_are_left_in_peace(other: str) -> None:
    texts = {"knowledge/a.md": RULE, "knowledge/b.md": ROW, "knowledge/c.md": other}
    texts |= {"knowledge/d.md": "# 玫瑰精华液\n\n保质期：36 个月\n"}
    assert contradictions(texts) == ()


def test_the_same_sentence_about_another_subject_is_no_contradiction() -> None:
    assert found(ROAMING, ROAMING.replace("香港", "澳门").replace("30", "25")) == ()


def test_what_is_over_disagrees_with_nothing() -> None:
    texts = {"knowledge/a.md": RULE, "knowledge/b.md": RULE.replace("7", "15")}
    assert contradictions(texts, over=("knowledge/b.md",)) == ()
