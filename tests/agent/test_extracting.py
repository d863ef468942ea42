"""A model may propose records; what they say was written in the text."""

import json

import pytest

from agent.extract_checks import is_asked_of, is_value
from agent.extracting import Asked, left_over, records_by_model
from agent.models import open_model
from agent.scripted import ScriptedModel
from app.settings import Settings
from app.wiring import model_options
from knowledge.brand import Product
from knowledge.extracting import records_in
from knowledge.products import ProductNames
from knowledge.review import Record, trouble_with

MASK = Product("M-1", "面膜", (), "", 100, "CNY", 1, "", (), "")
TEXT = "# 面膜\n\n## 保存\n\n开封后请放在阴凉处，避免阳光直射。\n\n质地像果冻一样，清爽好吸收。\n"


async def proposed(*answers: dict[str, str], text: str = TEXT) -> list[Record]:
    model = ScriptedModel([json.dumps(answer, ensure_ascii=False) for answer in answers])
    asked = Asked("zh", ProductNames([MASK]))
    return [one async for one in records_by_model(model, asked, "knowledge/a.md", text, ())]


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
        answer("product_fact", subject="面膜", attribute="质地", value="质地像果冻一样"),
        answer("product_fact", subject="面膜", attribute="面膜", value="像果冻一样"),
        answer("product_fact", subject="质地", attribute="清爽", value="像果冻一样"),
        answer("question_answer", question="3 天内用完吗？"),
        answer("question_answer", question="顾客会怎么问？"),
        answer("question_answer", question="孕妇可以用吗？"),
        answer("question_answer", question="none"),
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


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("精华的成分不含酒精和香料，温和。", "含酒精和香料"),
        ("成分表里没有酒精和香料。", "酒精和香料"),
        ("成分保质期为 36 个月以内可用。", "36 个月"),
        ("成分比例满 100 元起才可以算。", "0 元起才可以算"),
        ("成分仅在夏季含有薄荷。", "含有薄荷"),
    ],
)
async def test_a_value_that_is_cut_so_that_it_says_something_else_is_none(
    sentence: str, value: str
) -> None:
    said = answer("product_fact", subject="面膜", attribute="成分", value=value)
    assert await proposed(said, text=f"# 面膜\n\n{sentence}\n") == []


async def test_what_a_sentence_rules_is_about_what_stands_above_it() -> None:
    rule = "做过嫁接睫毛的请不要用，油脂会让胶水松脱。"
    [one] = await proposed(answer("policy", subject=rule), text=f"# 卸妆油\n\n{rule}\n")
    assert one.fields == {"subject": "卸妆油", "rule": rule}


def test_values_of_english_sentences_are_held_against_them() -> None:
    said = "The shell is made of recycled nylon, not of cotton."
    assert is_value("recycled nylon", "shell", said)
    assert not is_value("cotton", "shell", said)
    assert not is_value("recycled", "shell", said)
    assert is_asked_of("What is the shell made of?", said)
    assert not is_asked_of("Is the zipper waterproof?", said)


def test_a_day_and_the_beginning_of_a_list_are_not_asked_about() -> None:
    text = "# 通知\n\n发布日期：2026-06-01\n\n自 2026 年 10 月 8 日起：\n\n"
    text += "- 请保持包装完好并保留小票。\n"
    assert [line.text for line in left_over("knowledge/a.md", text, ())] == [
        "请保持包装完好并保留小票。"
    ]


@pytest.mark.live
async def test_what_the_real_model_proposes_was_written_and_stands_where_it_says() -> None:
    text = "# 面膜\n\n每盒装的膜布是天丝，孕妇使用前请先问医生。\n\n"
    text += "敷上会有凉感，属正常现象，请放心。\n"
    settings = Settings(_env_file=None)  # type: ignore[call-arg]  # pydantic-settings' own argument
    model = await open_model("embedded", model_options(settings), lambda *_: None)
    asked = Asked("zh", ProductNames([MASK]))
    try:
        found = [one async for one in records_by_model(model, asked, "knowledge/a.md", text, ())]
    finally:
        await model.close()
    assert found
    for one in found:
        assert text[one.start : one.end] == one.quote
        assert not trouble_with(one)
        said = one.fields.get("rule") or one.fields.get("answer") or one.fields["value"]
        assert said in one.quote
