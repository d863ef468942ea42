"""Sheets of questions and answers, down to the passages that are searched."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from knowledge.brand import Brand
from knowledge.chunk import passages_of
from knowledge.errors import KnowledgeError
from knowledge.index import Builder
from knowledge.material import of_file
from knowledge.origins import read_origins
from knowledge.passages import Passage
from knowledge.products import ProductNames
from knowledge.qa_intake import QaOptions, Taken, is_settled, take_sheet
from tests.knowledge.test_product_feed import workbook

NOW = datetime(2026, 11, 28, 2, tzinfo=UTC)
OPTIONS = QaOptions({}, "own")


async def take(brand: Brand, file: Path, now: datetime = NOW) -> Taken:
    return await take_sheet(brand, of_file(file), OPTIONS, now)


def sheet(tmp_path: Path, text: str, name: str = "faq.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def passages(brand: Brand, taken: Taken) -> tuple[Passage, ...]:
    text = (brand.folder / taken.name).read_text("utf-8")
    return passages_of(taken.name, text, ProductNames(()))


async def test_each_row_becomes_a_passage_that_answers_its_question(
    brand: Brand, tmp_path: Path
) -> None:
    path = sheet(
        tmp_path,
        "分类,问题,答案\n物流,几天能到,华东 1-2 天。\n售后,能退货吗？,7 天内可以。\n"
        "物流,发什么快递,顺丰。\n",
    )
    taken = await take(brand, path)
    found = passages(brand, taken)
    assert {p.kind for p in found} == {"question_answer"}
    assert [p.heading for p in found] == [
        ("faq", "物流", "几天能到"),
        ("faq", "物流", "发什么快递"),
        ("faq", "售后", "能退货吗？"),
    ]
    assert [p.text for p in found] == ["华东 1-2 天。", "顺丰。", "7 天内可以。"]
    assert read_origins(brand.folder)[taken.name].licence == "own"


HOSTILE = (
    "# 大标题\n正文",
    "先这样\n问：另一个问题？\n答：不",
    "一、准备\n材料\n二、提交",
    "**注意**\n别忘了",
    "第一行\n===\n第二行",
    "```\n# 码\n```",
)


@pytest.mark.parametrize("answer", HOSTILE)
async def test_an_answer_never_becomes_a_heading_or_another_question(
    brand: Brand, tmp_path: Path, answer: str
) -> None:
    rows = [["Q", "A"], ["怎么办理", answer], ["还有呢", "没有了。"]]
    (tmp_path / "a.xlsx").write_bytes(workbook(rows))
    taken = await take(brand, tmp_path / "a.xlsx")
    found = passages(brand, taken)
    assert {p.heading[-1] for p in found} == {"怎么办理", "还有呢"}
    assert [p.text for p in found if p.heading[-1] == "还有呢"] == ["没有了。"]


async def test_what_cannot_be_used_is_named_by_its_row(brand: Brand, tmp_path: Path) -> None:
    rows = [
        "能退吗,可以,",
        "能退吗,不可以,",
        "能退吗,可以,",
        ",只有答案,",
        "只有问题,,",
        "活动到几时,到年底,2026-12-31",
        "旧活动,有,2026-11-27",
        "新活动,有,下周",
        f"{'长' * 120},有,",
    ]
    taken = await take(brand, sheet(tmp_path, "问,答,有效期\n" + "\n".join(rows) + "\n"))
    assert [why.split(":")[0] for why in taken.sheet.refused] == [
        f"row {n}" for n in (3, 5, 6, 8, 9, 10)
    ]
    assert taken.sheet.doubled == 1
    assert "到年底 有效期至 2026 年 12 月 31 日。" in [
        " ".join(p.text.split()) for p in passages(brand, taken)
    ]


async def test_an_unchanged_sheet_is_known_until_an_answer_runs_out(
    brand: Brand, tmp_path: Path
) -> None:
    path = sheet(tmp_path, "question,answer,valid-until\nGift wrap?,Free.,2026-12-01\n")
    taken = await take(replace(brand, language="en"), path)
    assert "Valid until December 1, 2026." in (brand.folder / taken.name).read_text("utf-8")
    known = read_origins(brand.folder)[taken.name]
    for day, settled in ((date(2026, 12, 1), True), (date(2026, 12, 2), False)):
        english = replace(brand, language="en")
        assert is_settled(english, taken.name, known, OPTIONS, day) is settled


async def test_a_sheet_without_the_two_columns_is_no_sheet(brand: Brand, tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="No column is the answer; name it, as in --map"):
        await take(brand, sheet(tmp_path, "问题,备注\n几天,两天\n"))
    with pytest.raises(KnowledgeError, match="No row can be used"):
        await take(brand, sheet(tmp_path, "问题,答案\n几天,\n"))


async def test_two_sheets_of_one_name_do_not_take_each_others_place(
    brand: Brand, tmp_path: Path
) -> None:
    (tmp_path / "old").mkdir()
    sheets = (sheet(tmp_path, "问题,答案\n甲,乙\n"), sheet(tmp_path / "old", "问题,答案\n丙,丁\n"))
    names = [(await take(brand, one)).name for one in (*sheets, *sheets)]
    assert names[:2] == names[2:]
    assert len(set(names)) == 2


async def test_an_added_sheet_is_found(builder: Builder, tmp_path: Path) -> None:
    await take(builder.brand, sheet(tmp_path, "问题,答案\n礼品袋多少钱,免费。\n"))
    assert "knowledge/qa/faq.md" in (await builder.build()).added
