"""Which questions are foreign to a brand is learnt from its own and from foreign ones."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.brand import Brand, Example, ExampleCall
from knowledge.calibrating import learnt, own_questions, plainly_refused
from knowledge.covering import covered
from knowledge.errors import KnowledgeError
from knowledge.foreignness import (
    Signs,
    calibration_of,
    coverage,
    read_calibration,
    write_calibration,
)
from knowledge.index import Builder
from knowledge.questions import foreign_questions, parts, told
from knowledge.search import BrandKnowledge
from knowledge.segment import Segmenter
from knowledge.writing import passage


def near(count: int) -> list[Signs]:
    return [Signs("zh", 0.88 + 0.05 * n / count, 0.3 + 0.4 * n / count) for n in range(count)]


def far(count: int) -> list[Signs]:
    return [Signs("zh", 0.84 + 0.05 * n / count, 0.1 * n / count) for n in range(count)]


def test_both_signs_together_tell_more_than_similarity_alone() -> None:
    own, foreign = near(100), far(200)
    calibration = learnt(own, foreign, "embedded")
    assert sum(calibration.foreignness(one) <= 0 for one in own) >= 98
    assert (calibration.refused or 0) > plainly_refused(own, foreign) + 0.1
    assert (calibration.own, calibration.foreign) == (100, 200)


def test_a_language_in_which_everything_is_farther_is_not_foreign_by_that() -> None:
    english = [Signs("en", one.similarity - 0.1, one.coverage) for one in far(100)]
    calibration = learnt(near(100), [*far(100), *english], "embedded")
    asked_in_english = Signs("en", 0.81, 0.4)
    assert calibration.foreignness(asked_in_english) < 0 < calibration.foreignness(far(9)[0])


def test_too_few_questions_say_what_to_write() -> None:
    with pytest.raises(KnowledgeError, match=r"There are 3 questions .* write cases"):
        learnt(near(3), far(20), "embedded")


def test_own_questions_come_from_cases_and_examples_but_never_from_held_ones(brand: Brand) -> None:
    cases = brand.folder / "cases"
    cases.mkdir()
    lines = [
        {"turns": [{"user": "怎么退货", "expect": {"sources": ["knowledge/returns.md"]}}]},
        {"turns": [{"user": "有货到付款吗", "expect": {"refuses": True}}]},
        {"turns": []},
    ]
    written = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\nnot a case\n"
    (cases / "dev.jsonl").write_text(written, "utf-8")
    (cases / "held.jsonl").write_text(written.replace("怎么", "如何"), "utf-8")
    example = Example("新疆邮费多少", (ExampleCall("search_knowledge", {"query": "新疆邮费"}),))
    passages = [passage("knowledge/a.md", ("政策", "换货"), "30 天内。", "text")]
    own = own_questions(replace(brand, examples=(example,)), passages)
    assert [question.text for question in own] == ["怎么退货", "新疆邮费多少", "政策 换货"]
    assert [question.without for question in own] == [None, None, passages[0].id]


def test_foreign_questions_are_of_both_languages_and_none_is_a_comment() -> None:
    questions = foreign_questions()
    assert len(questions) > 200
    assert not any(question.startswith("#") for question in questions)


def test_coverage_counts_what_words_tell() -> None:
    rarity = {"退货": 3.0, "怎么": 1.0}
    assert coverage(("退货", "怎么"), ("退货", "七天"), rarity) == 0.75
    assert coverage((), ("退货",), rarity) == 0.0


def share(question: str, *texts: str) -> float:
    """`covered` where all words are equally rare in the index."""
    words = Segmenter().words
    return covered(question, words(question), [" ".join(words(t)) for t in texts], lambda _: 1.0)


def test_a_long_word_counts_where_it_stands_whole_and_not_where_its_pairs_do() -> None:
    assert share("信用卡", "可以刷信用卡") == share("信用卡", "信用卡") == 1.0
    # Two of three words, and all of the characters.
    assert share("信用卡", "信用好就能用卡") == pytest.approx((2 / 3 + 1) / 2)
    assert share("信用卡", "") == share("信用卡") == 0.0


def test_what_questions_ask_with_tells_less_than_what_they_ask_about() -> None:
    asked = "怎么办理落户"
    assert share(asked, "迁入户籍须落实住所") > share(asked, "看看怎么样，么么哒")
    assert share("How many penguins?", "penguins swim") > share("How many penguins?", "many how")


def test_one_of_the_first_passages_may_have_it_but_not_any_further_one() -> None:
    filler = ["别的话题"] * 3
    assert share("落户条件", *filler[:2], "落户条件") == 1.0
    assert share("落户条件", *filler, "落户条件") == 0.0


def test_parts_are_characters_of_chinese_and_whole_words_of_others() -> None:
    assert parts(("信用", "用卡", "visa", "=信用卡")) == {"信", "用", "卡", "visa"}
    assert told("么") < told("鲸")
    assert told("how") < told("whale")


async def test_what_was_learnt_is_kept_beside_the_index_and_used(builder: Builder) -> None:
    await builder.build()
    knowledge = await BrandKnowledge.open(
        builder.brand, builder.folder, builder.embedder, shelve=builder.shelve
    )
    assert (await knowledge.search("新疆运费")).foreignness is None
    signs = await knowledge.signs("新疆运费")
    assert signs.coverage > (await knowledge.signs("今天的天气")).coverage
    calibration = learnt(near(50), far(50), builder.embedder.name)
    await knowledge.recalibrated(calibration)
    found = await knowledge.search("新疆运费")
    assert found.foreignness == calibration.foreignness(signs)
    assert read_calibration(builder.folder, builder.embedder.name) == calibration
    assert read_calibration(builder.folder, "another") is None
    again = await BrandKnowledge.open(
        builder.brand, builder.folder, builder.embedder, shelve=builder.shelve
    )
    assert (await again.search("新疆运费")).foreignness == found.foreignness


def test_one_learnt_by_an_earlier_release_is_not_used_and_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    learnt_today = learnt(near(50), far(50), "embedded")
    path = write_calibration(learnt_today, tmp_path)
    assert read_calibration(tmp_path, "embedded") == learnt_today
    path.write_text(learnt_today.model_dump_json(exclude={"form"}), "utf-8")
    assert read_calibration(tmp_path, "embedded") is None
    assert "knowledge calibrate" in caplog.text


def test_without_one_of_its_own_the_usual_calibration_is_used(builder: Builder) -> None:
    usual = calibration_of(builder.folder, "embedded", "zh")
    assert usual is not None
    assert usual.foreignness(Signs("zh", 0.92, 0.4)) < 0 < usual.foreignness(Signs("zh", 0.85, 0.0))
    assert calibration_of(builder.folder, "another", "zh") is None
