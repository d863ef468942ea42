"""Of rows beside each other only those are told that the question means."""

import pytest

from agent.evidence import Question, lines_of
from agent.neighbour_rows import without_neighbours
from tests.agent.test_lines import found, hit

ZONES = (
    "分区: 一区（同省）; 首重: 8",
    "分区: 二区（邻省）; 首重: 12",
    "分区: 四区（偏远）; 首重: 22",
)
FEED = tuple(f"商品: 成猫粮; 体重(kg): {n}; 每日(g): {20 + 10 * n}" for n in (4, 5, 6))
WEIGHTS = (
    "项目: 住院; 体重(kg): 15-30; 普通病房(元): 220",
    "项目: 住院; 体重(kg): 30以上; 普通病房(元): 280",
    "项目: 住院; 体重(kg): 5以下; 普通病房(元): 120",
)
PLANS = ("Plan: Blaze 900; Price: 44", "Plan: Blaze 900 Rolling; Price: 54")


@pytest.mark.parametrize(
    ("rows", "question", "told"),
    [
        (ZONES, "寄到邻省首重多少", {2}),
        (ZONES, "同省和偏远首重多少", {1, 3}),
        (ZONES, "首重多少", {1, 2, 3}),
        (FEED, "5公斤的猫一天喂多少", {2}),
        (WEIGHTS, "28公斤的狗住普通病房一天啥价", {1}),
        # A name that is the beginning of another's has nothing of its own that could be missing.
        (PLANS, "how much is Blaze 900", {1, 2}),
        (PLANS, "how much is Blaze 900 rolling", {1, 2}),
    ],
)
def test_rows_that_the_question_does_not_name_are_left_out(rows, question, told):
    hits = [hit(n, text, passage_kind="table_row", source="a.md") for n, text in enumerate(rows, 1)]
    lines = lines_of(found(*hits), Question(question))
    assert {int(line.hit.id) for line in without_neighbours(lines, question)} == told


def test_rows_of_other_tables_and_text_stay():
    hits = (
        hit(1, ZONES[1], passage_kind="table_row"),
        hit(2, ZONES[2], passage_kind="table_row"),
        hit(3, "邻省另加 2 元。"),
    )
    lines = lines_of(found(*hits), Question("寄到邻省首重多少"))
    assert len(without_neighbours(lines, "寄到邻省首重多少")) == 3


FLOORS = ("楼层: 4至8楼; 每件: 30元", "楼层: 1至3楼; 每件: 免费", "楼层: 9楼及以上; 每件: 不送上楼")


def test_the_row_whose_range_has_the_figure_is_told_and_not_its_neighbours():
    question = "步梯房五楼，上楼费怎么算"
    hits = [
        hit(n, text, passage_kind="table_row", source="a.md", relevance=10.0 - n)
        for n, text in zip((3, 1, 2), FLOORS, strict=True)
    ]
    lines = lines_of(found(*hits), Question(question))
    assert lines[0].hit.text == FLOORS[0]
    assert [line.hit.text for line in without_neighbours(lines, question)] == [FLOORS[0]]


def test_the_likeliest_row_stays_though_only_another_shares_letters_with_the_question():
    texts = ("项目: 加长铜管，每米; 柜机: 120元", "项目: 标准安装，含3米铜管; 柜机: 免费")
    hits = [
        hit(n, text, passage_kind="table_row", source="a.md", relevance=10.0 - n)
        for n, text in enumerate(texts, start=1)
    ]
    question = "柜机空调加一米铜管多少"
    told = without_neighbours(lines_of(found(*hits), Question(question)), question)
    assert told[0].hit.text == texts[0]
