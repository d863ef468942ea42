"""The two ways to rank, in memory and in the database, keep the same promises."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.change import Change, save_change, snapshot_folder
from knowledge.passages import Passage
from knowledge.rankings import Candidate, MemoryRankings, Rankings, spread
from knowledge.snapshot import Row, Snapshot, in_order, load_snapshot
from knowledge.table import shelve
from knowledge.table_rankings import open_table_rankings
from knowledge.writing import passage

TEXTS = {
    "returns": "拆封 退货 七天",
    "rare": "运费 新疆 十八元",
    "fees": "运费 华东 六元",
    "long": "运费 " + "其他 " * 60,
}


def snapshot() -> Snapshot:
    rows = in_order(
        Row(passage(f"knowledge/{name}.md", (name,), text, "text"), 0, text)
        for name, text in TEXTS.items()
    )
    return Snapshot(tuple(rows), np.eye(4, dtype=np.float32))


@pytest.fixture(params=["memory", "table"])
async def rankings(request: pytest.FixtureRequest, tmp_path: Path) -> Rankings:
    save_change(Change(1, None, (), snapshot()), tmp_path / "change")
    table_version = await shelve(tmp_path, tmp_path / "change")
    if request.param == "table":
        return await open_table_rankings(tmp_path, table_version)
    return MemoryRankings(load_snapshot(snapshot_folder(tmp_path, 1)))


def names(ranked: list[tuple[int, str]]) -> list[str]:
    return [name.split("/")[1].removesuffix(".md") for _, name in sorted(ranked)]


async def placed(
    rankings: Rankings, found: Sequence[Candidate], vector: NDArray[np.float32] | None = None
) -> list[tuple[Candidate, Passage]]:
    read = await rankings.read([candidate.key for candidate in found], vector)
    return [(one, there.passage) for one, there in zip(found, read, strict=True)]


async def by_words(rankings: Rankings, *words: str) -> list[str]:
    found = await rankings.candidates(words, None, 10)
    there = await placed(rankings, found)
    return names([(c.word_rank, p.source) for c, p in there if c.word_rank is not None])


async def test_rare_words_and_short_passages_count_more(rankings: Rankings) -> None:
    assert (await by_words(rankings, "运费", "新疆"))[0] == "rare"
    assert (await by_words(rankings, "运费"))[-1] == "long"


async def test_a_passage_without_any_of_the_words_has_no_word_rank(rankings: Rankings) -> None:
    assert await by_words(rankings, "拆封") == ["returns"]
    assert await by_words(rankings, "没有") == []
    assert await by_words(rankings) == []


async def test_the_nearest_vector_comes_first_with_its_cosine(rankings: Rankings) -> None:
    vector = np.array([0.6, 0.8, 0.0, 0.0], dtype=np.float32)
    found = await rankings.candidates((), vector, 2)
    ranked = sorted((c.vector_rank or 0, c.meaning, c.key) for c in found)
    assert [rank for rank, _, _ in ranked] == [1, 2]
    assert [round(meaning, 3) for _, meaning, _ in ranked] == [0.8, 0.6]
    read = await rankings.read([key for _, _, key in ranked], vector)
    assert [round(one.similarity, 3) for one in read] == [0.8, 0.6]


async def test_each_passage_is_given_once_with_both_ranks(rankings: Rankings) -> None:
    all_passages = await rankings.passages()
    vector = np.zeros(4, dtype=np.float32)
    vector[[p.source for p in all_passages].index("knowledge/rare.md")] = 1
    found = await rankings.candidates(("新疆",), vector, 4)
    there = await placed(rankings, found)
    assert len({passage.id for _, passage in there}) == len(found) == 4
    best = next(c for c, passage in there if passage.source == "knowledge/rare.md")
    assert (best.word_rank, best.vector_rank, round(best.meaning, 4)) == (1, 1, 1.0)


async def test_all_passages_come_in_order(rankings: Rankings) -> None:
    sources = [passage.source for passage in await rankings.passages()]
    assert sources == sorted(f"knowledge/{name}.md" for name in TEXTS)


async def test_of_many_passages_some_from_all_over_can_be_had(rankings: Rankings) -> None:
    every = await rankings.passages()
    some = await rankings.passages(most=2)
    assert len(some) == 2
    assert set(some) < set(every)
    assert some == await rankings.passages(most=2)
    assert await rankings.passages(most=9) == every
    assert len(await rankings.passages("knowledge/rare.md", most=2)) == 1


def test_a_spread_reaches_from_one_end_to_the_other() -> None:
    assert list(spread(10, 4)) == [0, 2, 5, 7]
    assert list(spread(3, 4)) == [0, 1, 2]
    assert list(spread(3, None)) == [0, 1, 2]


async def test_a_rare_word_tells_more_than_a_common_one(rankings: Rankings) -> None:
    assert rankings.rarity("没有") > rankings.rarity("新疆") > rankings.rarity("运费") > 0


async def test_no_words_and_no_vector_find_nothing(rankings: Rankings) -> None:
    assert await rankings.candidates((), None, 5) == ()


async def test_few_shared_words_count_less_than_many(rankings: Rankings) -> None:
    found = await rankings.candidates(("新疆", "运费"), None, 4)
    many = next(c for c in found if c.word_rank == 1)
    found = await rankings.candidates(("新疆", *map(str, range(9))), None, 4)
    few = next(c for c in found if c.word_rank == 1)
    assert many.word_score == 1.0
    assert few.word_score == pytest.approx(0.1 / 0.5)


async def test_more_passages_than_are_kept_at_hand_are_read_in_the_order_asked_for(
    tmp_path: Path,
) -> None:
    rows = tuple(
        Row(passage("knowledge/a.md", (), f"第{i}条", "text"), i, "运费") for i in range(200)
    )
    vectors = np.tile(np.eye(1, 4, dtype=np.float32), (200, 1))
    save_change(Change(1, None, (), Snapshot(rows, vectors)), tmp_path / "change")
    rankings = await open_table_rankings(tmp_path, await shelve(tmp_path, tmp_path / "change"))
    keys = [one.key for one in await rankings.candidates(("运费",), None, 200)]
    first = await rankings.read(keys, None)
    assert sorted(one.passage.text for one in first) == sorted(row.passage.text for row in rows)
    assert await rankings.read(keys[::-1], None) == first[::-1]
    assert len(rankings.remembered) < len(rows)
