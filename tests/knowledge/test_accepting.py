"""From an edited review file to passages that are found."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.accepting import accept, read_records
from knowledge.brand import Brand
from knowledge.errors import KnowledgeError
from knowledge.index import Builder
from knowledge.passages import Passage
from knowledge.review import Record, numbers_missing
from knowledge.search import BrandKnowledge
from knowledge.table import shelve
from tests.knowledge.conftest import CountingEmbedder

QUOTE = "自签收次日起 7 天内可以退货，商品必须未拆封。"


def record(
    kind: str = "policy", accept: bool | None = True, **changed: object
) -> dict[str, object]:
    given = {
        "kind": kind,
        "fields": {"subject": "无理由退货", "rule": "自签收次日起 7 天内可以退货"},
        "source": "knowledge/returns.md",
        "start": 0,
        "end": 10,
        "quote": QUOTE,
        "accept": accept,
        "by": "rules",
    }
    return given | changed


def review(folder: Path, *records: dict[str, object]) -> Path:
    path = folder / "review.jsonl"
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records), "utf-8")
    return path


async def passages(brand: Brand, folder: Path) -> tuple[Passage, ...]:
    knowledge = await BrandKnowledge.open(brand, folder, CountingEmbedder(), None, shelve)
    return await knowledge.passages()


async def test_an_accepted_record_is_found_with_the_file_it_was_read_in(
    brand: Brand, tmp_path: Path
) -> None:
    answer = {"question": "可以退货吗？", "answer": "签收次日起 7 天内可以，须未拆封。"}
    done = await accept(review(tmp_path, record("question_answer", fields=answer)), brand)
    knowledge = await BrandKnowledge.open(
        brand, tmp_path / "index", CountingEmbedder(), None, shelve
    )
    best = (await knowledge.search("可以退货吗？")).hits[0].passage
    assert (done.added, done.refused) == (1, ())
    assert (best.source, best.kind) == ("knowledge/records.jsonl", "question_answer")
    assert best.also == ("knowledge/returns.md",)


async def test_a_record_is_kept_with_the_place_where_its_quote_stands(
    brand: Brand, tmp_path: Path
) -> None:
    await accept(review(tmp_path, record()), brand)
    kept = read_records(brand.folder)[0]
    text = (brand.folder / "knowledge" / "returns.md").read_text("utf-8")
    assert text[kept.start : kept.end] == QUOTE


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (
            {"fields": {"subject": "退货", "rule": "8 天内可以退货"}},
            "8 does not stand in the quote",
        ),
        (
            {"quote": "自签收次日起 7 天可以退货"},
            "the quote does not stand in knowledge/returns.md",
        ),
        ({"source": "knowledge/gone.md"}, "knowledge/gone.md is not there any more"),
        ({"fields": {"rule": "可以退货"}}, "a policy needs subject"),
        ({"fields": {"subject": "退货", "rule": "可", "price": "7"}}, "a policy has no price"),
        (
            {"fields": {"subject": "退货", "rule": "可", "valid_until": "7"}},
            "valid_until is no day such as 2026-12-31",
        ),
    ],
)
async def test_a_record_that_says_other_than_its_source_is_refused_and_the_rest_taken(
    brand: Brand, tmp_path: Path, changed: dict[str, object], why: str
) -> None:
    done = await accept(review(tmp_path, record(**changed), record()), brand)
    assert done.total == 1
    assert [sentence.startswith(f"review.jsonl, line 1: {why}") for sentence in done.refused] == [
        True
    ]


async def test_what_is_rejected_later_is_dropped_again(brand: Brand, tmp_path: Path) -> None:
    await accept(review(tmp_path, record()), brand)
    before = await passages(brand, tmp_path / "index")
    done = await accept(review(tmp_path, record(accept=False)), brand)
    after = await passages(brand, tmp_path / "index")
    assert (done.dropped, done.total) == (1, 0)
    assert len(before) == len(after) + 1


async def test_nothing_is_taken_up_that_nobody_decided(brand: Brand, tmp_path: Path) -> None:
    done = await accept(review(tmp_path, record(accept=None)), brand)
    assert (done.added, done.undecided, done.total) == (0, 1, 0)


async def test_a_record_of_a_chat_log_brings_its_words_along(brand: Brand, tmp_path: Path) -> None:
    said = record(
        "question_answer",
        fields={"question": "几点发货？", "answer": "16 点前付款当天发。"},
        source="chats/2026-10.csv",
        quote="客服：16 点前付款当天发。",
        by="log",
    )
    assert (await accept(review(tmp_path, said), brand)).added == 1


async def test_a_line_that_is_no_record_is_named(brand: Brand, tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"^review.jsonl, line 2: kind: Input should be"):
        await accept(review(tmp_path, record(), record("rumour")), brand)


async def test_damaged_records_leave_the_rest_answerable(builder: Builder, brand: Brand) -> None:
    (brand.folder / "knowledge" / "records.jsonl").write_text("{", "utf-8")
    report = await builder.build()
    assert report.passages == 6
    assert report.unreadable[0].startswith("knowledge/records.jsonl, line 1:")


@pytest.mark.parametrize(
    ("said", "quote", "missing"),
    [
        ("1299元", "价格 １,299.00 元", set()),
        ("17:00", "下午 5 点", set()),
        ("17:00", "上午 5 点", {"17"}),
        ("2026-07-01", "2026年7月1日起", set()),
        ("30 天", "3 天或 0 天", {"30"}),
    ],
)
def test_a_number_is_the_same_however_it_is_written(
    said: str, quote: str, missing: set[str]
) -> None:
    one = Record.model_validate(record(fields={"value": said}, quote=quote))
    assert numbers_missing(one) == missing


async def test_a_change_of_the_records_alone_embeds_them_alone(
    builder: Builder, embedder: CountingEmbedder, brand: Brand, tmp_path: Path
) -> None:
    await builder.build()
    embedder.embedded.clear()
    await accept(review(tmp_path, record()), brand)
    await replace(builder).build()
    assert len(embedder.embedded) == 1


async def test_a_record_falls_when_its_words_are_gone_and_stands_again_when_they_return(
    brand: Brand, tmp_path: Path
) -> None:
    await accept(review(tmp_path, record()), brand)
    returns = brand.folder / "knowledge" / "returns.md"
    before = returns.read_text("utf-8")

    async def recorded() -> list[str]:
        found = await passages(brand, tmp_path / "index")
        return [one.text for one in found if one.source == "knowledge/records.jsonl"]

    assert await recorded() == ["自签收次日起 7 天内可以退货"]
    returns.write_text(before.replace("7", "15"), "utf-8")
    assert await recorded() == []
    returns.write_text(before, "utf-8")
    assert await recorded() == ["自签收次日起 7 天内可以退货"]
    returns.unlink()
    assert await recorded() == []
