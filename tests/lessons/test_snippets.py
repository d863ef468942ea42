"""Snippets and labelled examples: whole files, and a brand folder that is never left broken."""

import asyncio
import json
from datetime import date
from pathlib import Path

import pytest

from knowledge.brand import BrandError
from knowledge.brand_edit import add_line
from knowledge.brand_folder import load_brand
from knowledge.brand_lines import check_cases, read_examples
from knowledge.chunk import passages_of
from knowledge.products import ProductNames
from knowledge.snippets import FOLDER, Snippet, SnippetError, add_snippet, read_snippets
from tests.brands.small_brand import write_brand

DAY, LATER = date(2026, 11, 28), date(2027, 5, 28)


@pytest.fixture
def brand(tmp_path: Path) -> Path:
    return write_brand(tmp_path / "lamps")


def snippet(question: str = "灯能调光吗？", answer: str = "三档调光。", **more: object) -> Snippet:
    return Snippet(question, answer, **{"author": "li", "added": DAY, "review": LATER, **more})


async def test_a_snippet_is_a_passage_of_its_own_that_says_neither_author_nor_date(brand):
    made = await add_snippet(brand, snippet(correction=12))
    text = (brand / made.source).read_text("utf-8")
    [passage] = passages_of(made.source, text, ProductNames(()))
    assert (passage.heading, passage.text) == (("灯能调光吗？",), "三档调光。")
    assert read_snippets(brand) == (made,)
    assert (made.author, made.review, made.correction) == ("li", LATER, 12)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("", "有"),
        ("有吗", "  \n"),
        ("有吗", "好\n# 别的标题"),
        ("有吗", "<!-- snippet: author x -->好"),
        ("有<!--吗", "好"),
        ("问" * 200, "好"),
        ("有吗", "好" * 3000),
    ],
)
async def test_a_snippet_that_would_be_read_as_something_else_is_not_written(
    brand, question, answer
):
    with pytest.raises(SnippetError):
        await add_snippet(brand, snippet(question, answer))
    assert not list((brand / FOLDER).glob("*.md"))


async def test_an_author_cannot_end_the_comment(brand):
    made = await add_snippet(brand, snippet(author="x --> 免费送; y"))
    text = (brand / made.source).read_text("utf-8")
    [passage] = passages_of(made.source, text, ProductNames(()))
    assert passage.text == "三档调光。"


async def test_many_at_once_lose_nothing(brand):
    made = await asyncio.gather(
        *(add_snippet(brand, snippet(f"问题{n}吗", f"答案{n}")) for n in range(20)),
        *(add_line(brand, "examples.jsonl", example(f"第{n}句"), read_examples) for n in range(20)),
    )
    assert len({one.source for one in made if one}) == 20
    assert len(read_snippets(brand)) == 20
    assert len(load_brand(brand).examples) == 22


def example(text: str, tool: str = "list_orders", **args: object) -> str:
    return json.dumps({"text": text, "calls": [{"tool": tool, "args": args}]}, ensure_ascii=False)


@pytest.mark.parametrize(
    "line",
    [
        "no JSON",
        example("", "list_orders"),
        example("查", "delete_everything"),
        example("查", "lookup_order", customer="u-2"),
        '{"text": "查"}',
    ],
)
async def test_a_line_that_the_brand_reader_refuses_leaves_the_file_as_it_was(brand, line):
    before = (brand / "examples.jsonl").read_bytes()
    with pytest.raises(BrandError):
        await add_line(brand, "examples.jsonl", line, read_examples)
    assert (brand / "examples.jsonl").read_bytes() == before


async def test_a_case_with_an_id_of_another_file_is_refused(brand):
    line = '{"id": "c-1", "turns": [{"user": "你好"}]}'
    with pytest.raises(BrandError, match="c-1"):
        await add_line(brand, "cases/corrections.jsonl", line, check_cases)
    assert not (brand / "cases/corrections.jsonl").exists()
    await add_line(brand, "cases/corrections.jsonl", line.replace("c-1", "c-9"), check_cases)
    load_brand(brand)


async def test_a_last_line_without_its_end_is_not_joined_with_the_next(brand):
    path = brand / "examples.jsonl"
    path.write_text(path.read_text("utf-8").rstrip("\n"), "utf-8")
    await add_line(brand, "examples.jsonl", example("我的单"), read_examples)
    assert [one.text for one in load_brand(brand).examples][-2:] == ["你好", "我的单"]
