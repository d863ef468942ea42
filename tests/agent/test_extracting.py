"""A model may propose records; what they say was written in the text."""

import json

import pytest

from agent.extracting import left_over, records_by_model
from agent.scripted import ScriptedModel
from knowledge.extracting import records_in
from knowledge.products import ProductNames
from knowledge.review import Record

TEXT = "# 面膜\n\n## 保存\n\n开封后请放在阴凉处，避免阳光直射。\n\n质地像果冻一样，清爽好吸收。\n"


async def proposed(*answers: dict[str, str], text: str = TEXT) -> list[Record]:
    model = ScriptedModel([json.dumps(answer, ensure_ascii=False) for answer in answers])
    return [one async for one in records_by_model(model, "zh", "knowledge/a.md", text, ())]


def answer(kind: str, **said: str) -> dict[str, str]:
    return {"kind": kind, "subject": "", "attribute": "", "value": "", "question": ""} | said


async def test_the_answer_is_the_sentence_itself_with_its_place() -> None:
    first, second = await proposed(
        answer("question_answer", question="开封后怎么保存？"),
        answer("product_fact", subject="面膜", attribute="质地", value="像果冻一样"),
    )
    assert first.fields == {
        "question": "开封后怎么保存？",
        "answer": "开封后请放在阴凉处，避免阳光直射。",
    }
    assert second.fields == {"product": "面膜", "attribute": "质地", "value": "像果冻一样"}
    assert [TEXT[one.start : one.end] == one.quote for one in (first, second)] == [True, True]
    assert first.by == "model scripted:code"
    assert first.accept is None


@pytest.mark.parametrize(
    "invented",
    [
        answer("product_fact", subject="面膜", attribute="质地", value="像奶油一样"),
        answer("product_fact", subject="面霜", attribute="质地", value="像果冻一样"),
        answer("question_answer", question="3 天内用完吗？"),
        answer("none"),
        answer("rumour"),
    ],
)
async def test_what_was_not_written_is_no_record(invented: dict[str, str]) -> None:
    assert await proposed(answer("none"), invented) == []


def test_only_what_the_rules_left_is_asked_about() -> None:
    text = "# 退货\n\n自签收次日起 7 天内可以退货。\n\n请保持包装完好并保留小票。\n"
    known = records_in("knowledge/a.md", text, ProductNames(()))
    assert [line.text for line in left_over("knowledge/a.md", text, known)] == [
        "请保持包装完好并保留小票。"
    ]
