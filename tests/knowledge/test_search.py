"""Searching: both rankings in one, also while things change or fail."""

import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge import change
from knowledge.brand import Brand
from knowledge.errors import KnowledgeError
from knowledge.filters import Only
from knowledge.fusing import fused
from knowledge.index import Builder
from knowledge.manifest import Manifest, write_manifest
from knowledge.opening import open_newest, open_rankings
from knowledge.rankings import Candidate
from knowledge.search import BrandKnowledge
from knowledge.shelving import shelve_in_child
from knowledge.table import shelve
from knowledge.table_rankings import TableRankings
from tests.knowledge.conftest import CountingEmbedder, write


class BrokenEmbedder(CountingEmbedder):
    async def query(self, text: str) -> NDArray[np.float32]:
        raise KnowledgeError("Ollama does not answer.")


async def opened(builder: Builder) -> BrandKnowledge:
    return await BrandKnowledge.open_with(builder)


def test_what_both_rankings_like_comes_first() -> None:
    ranked = fused(
        [
            Candidate(0, 1, None, 1.0, 0.2),
            Candidate(1, 2, 2, 0.5, 0.8),
            Candidate(2, None, 1, 0.0, 0.9),
            Candidate(3, None, 3, 0.0, 0.3),
        ]
    )
    assert ranked[0].candidate.key == 1
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)
    assert all(one.score == one.by_words + one.by_meaning for one in ranked)


def test_a_question_in_another_language_is_decided_by_meaning() -> None:
    stray, meant, last = (
        Candidate(0, 1, 2, 0.1, 0.80),
        Candidate(1, None, 1, 0.0, 0.84),
        Candidate(2, None, 3, 0.0, 0.70),
    )
    assert [one.candidate.key for one in fused([stray, meant, last])] == [1, 0, 2]


def test_equal_scores_come_by_meaning() -> None:
    ranked = fused([Candidate(0, 1, None, 1.0, 0.1), Candidate(1, 1, None, 1.0, 0.7)])
    assert [one.candidate.key for one in ranked] == [1, 0]


async def test_a_question_finds_its_passage_with_version_and_similarity(builder: Builder) -> None:
    knowledge = await opened(builder)
    found = await knowledge.search("新疆 18元 6-10天", limit=3)
    assert found.hits[0].passage.text == "地区: 新疆; 运费: 18元; 时效: 6-10天"
    assert (found.version, len(found.hits)) == (1, 3)
    assert 0 < found.hits[0].similarity <= 1.0001
    assert found.hits[0].word_rank == 1


async def test_a_search_can_be_narrowed_to_kind_language_and_sources(
    builder: Builder, brand: Brand
) -> None:
    write(brand, "gift.md", "# Gifts\n\nGift bags are free of charge.\n")
    small = await opened(builder)
    large = await opened(replace(builder, folder=builder.folder / "large", small=2))
    for knowledge in (small, large):
        rows = await knowledge.search("运费", 9, Only(kinds=frozenset({"table_row"})))
        assert {hit.passage.kind for hit in rows.hits} == {"table_row"}
        english = await knowledge.search("运费 gift", 9, Only(language="en"))
        assert {hit.passage.source for hit in english.hits} == {"knowledge/gift.md"}
        without = Only(without=frozenset({"knowledge/returns.md", "it's.md"}))
        rest = await knowledge.search("退货", 9, without)
        assert "knowledge/returns.md" not in {hit.passage.source for hit in rest.hits}


async def test_a_hit_says_what_its_score_is_made_of(builder: Builder) -> None:
    found = await (await opened(builder)).search("新疆 18元 6-10天")
    assert all(hit.score == hit.by_words + hit.by_meaning for hit in found.hits)
    assert found.hits[0].by_words == found.hits[0].by_meaning == 0.5
    assert found.coverage == 1.0


async def test_an_alias_finds_its_product(builder: Builder) -> None:
    knowledge = await opened(builder)
    assert (await knowledge.search("小粉瓶")).hits[0].passage.sku == "A-1"


@pytest.mark.parametrize("query", ["", "   ", "\u200b\x00", "😀🎉", "？！", "\ud800"])
async def test_a_query_without_words_finds_nothing(builder: Builder, query: str) -> None:
    knowledge = await opened(builder)
    assert (await knowledge.search(query)).hits == ()


async def test_any_length_and_limit_is_answered(builder: Builder) -> None:
    knowledge = await opened(builder)
    assert len((await knowledge.search("退" * 100_000, limit=1000)).hits) == 6
    assert (await knowledge.search("退货", limit=0)).hits == ()


async def test_embedding_time_is_measured_by_the_clock(builder: Builder) -> None:
    await builder.build()
    ticks = iter((10.0, 10.25, 11.0, 11.5))
    knowledge = BrandKnowledge(builder, await open_newest(builder), clock=lambda: next(ticks))
    assert (await knowledge.search("退货")).embedding_ms == 750


async def test_without_embeddings_the_words_still_find(
    builder: Builder, caplog: pytest.LogCaptureFixture
) -> None:
    await builder.build()
    knowledge = await opened(replace(builder, embedder=BrokenEmbedder()))
    with caplog.at_level(logging.WARNING):
        found = await knowledge.search("新疆运费")
    assert found.hits[0].passage.text.startswith("地区: 新疆")
    assert (found.hits[0].vector_rank, found.hits[0].similarity) == (None, 0.0)
    assert "words only" in caplog.text


async def test_a_refresh_takes_up_what_can_be_read_and_warns_of_the_rest(
    builder: Builder, brand: Brand, caplog: pytest.LogCaptureFixture
) -> None:
    knowledge = await opened(builder)
    write(brand, "gift.md", "# 礼品\n\n礼品袋免费。\n")
    report = await knowledge.refresh()
    assert (knowledge.version, report.added) == (2, ("knowledge/gift.md",))
    assert (await knowledge.search("礼品袋")).hits[0].passage.source == "knowledge/gift.md"
    (brand.folder / "knowledge" / "bad.csv").write_bytes(b"\x00\xff")
    write(brand, "wrap.md", "# 包装\n\n木盒另收十元。\n")
    with caplog.at_level(logging.WARNING):
        await knowledge.refresh()
    assert "knowledge/bad.csv cannot be read" in caplog.text
    assert (await knowledge.search("木盒")).hits[0].passage.source == "knowledge/wrap.md"


async def test_a_large_index_is_searched_in_the_database(builder: Builder) -> None:
    await builder.build()
    small = await opened(builder)
    large = await opened(replace(builder, folder=builder.folder / "large", small=2))
    assert isinstance(large._opened.rankings, TableRankings)
    assert not change.snapshot_folder(builder.folder / "large", 1).exists()
    question = "新疆 18元 6-10天"
    best = [(await knowledge.search(question)).hits[0].passage for knowledge in (small, large)]
    assert best[0] == best[1]
    assert await small.passages() == await large.passages()


async def test_a_closed_knowledge_finds_nothing_and_can_be_closed_again(builder: Builder) -> None:
    knowledge = await opened(builder)
    await knowledge.warm()
    await knowledge.close()
    await knowledge.close()
    assert (await knowledge.search("退货")).hits == ()


async def test_an_index_whose_copy_vanished_is_not_opened(builder: Builder, tmp_path: Path) -> None:
    builder = replace(builder, folder=tmp_path)
    manifest = Manifest(
        version=1, table_version=1, embedder="x", recipe="x", digests={}, counts={"a": 1}
    )
    with pytest.raises(KnowledgeError, match="build it first"):
        await open_newest(builder)
    write_manifest(manifest, tmp_path)
    with pytest.raises(KnowledgeError, match="build it first"):
        await open_newest(builder)
    with pytest.raises(FileNotFoundError):
        await open_rankings(tmp_path, manifest)


async def test_the_database_is_written_by_a_child_as_well(builder: Builder, brand: Brand) -> None:
    usual = replace(builder, shelve=shelve_in_child)
    assert (await usual.build()).version == 1
    write(brand, "gift.md", "# 礼品\n\n礼品袋免费。\n")
    assert (await replace(builder, shelve=shelve).build()).version == 2


async def test_a_database_that_cannot_be_written_says_what_to_do(builder: Builder) -> None:
    builder.folder.mkdir()
    (builder.folder / "lancedb").write_text("in the way", "utf-8")
    with pytest.raises(KnowledgeError, match=r"cannot be written: .* Check the disk"):
        await replace(builder, shelve=shelve_in_child).build()
