"""What a service knows of a large index without reading all of it."""

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge import digests, search, sources
from knowledge.brand import Brand
from knowledge.gleaning import gleaned_of, read_gleaned
from knowledge.index import Builder
from knowledge.notices import standings
from tests.knowledge.conftest import CountingEmbedder, write

NOTICE = "# 运费调整通知（2026年{month}月）\n\n发布日期：2026-0{month}-01\n\n满 {fee} 元包邮。\n"


@pytest.fixture
def large(builder: Builder) -> Builder:
    """A builder to which every index is a large one."""
    return replace(builder, small=2)


async def test_a_large_index_tells_what_all_its_passages_tell(large: Builder, brand: Brand) -> None:
    write(brand, "old.md", NOTICE.format(month=3, fee=59))
    knowledge = await search.BrandKnowledge.open_with(large)
    write(brand, "new.md", NOTICE.format(month=9, fee=99))
    (brand.folder / "knowledge" / "returns.md").unlink()
    await knowledge.refresh()
    told, all_told = await knowledge.gleaned(), gleaned_of(await knowledge.passages())
    assert (told.dated, told.titles) == (all_told.dated, all_told.titles)
    assert told.words.keys() >= all_told.words.keys()
    known = standings(told.notices, date(2026, 11, 23), {"knowledge/old.md"})
    assert known == {"knowledge/old.md": "replaced"}


async def test_it_is_read_as_it_was_written_and_written_where_it_is_missing(large: Builder) -> None:
    knowledge = await search.BrandKnowledge.open_with(large)
    file = large.folder / "gleaned-1.json"
    file.write_text(file.read_text("utf-8").replace("退换货政策", "别的题目"), "utf-8")
    assert "别的题目" in (await knowledge.gleaned()).titles.values()
    file.unlink()
    assert "退换货政策" in (await knowledge.gleaned()).titles.values()
    assert read_gleaned(large.folder, 1) == await knowledge.gleaned()


async def test_a_changed_file_of_a_large_index_has_only_new_passages_embedded(
    large: Builder, brand: Brand, embedder: CountingEmbedder
) -> None:
    await large.build()
    embedder.embedded.clear()
    returns = brand.folder / "knowledge" / "returns.md"
    returns.write_text(returns.read_text("utf-8") + "\n## 礼品\n\n礼品袋免费。\n", "utf-8")
    await large.build()
    assert [text.splitlines()[-1] for text in embedder.embedded] == ["礼品袋免费。"]


async def test_one_source_is_read_alone(large: Builder) -> None:
    knowledge = await search.BrandKnowledge.open_with(large)
    own = await knowledge.passages("knowledge/returns.md")
    assert own
    assert own == tuple(
        one for one in await knowledge.passages() if one.source == "knowledge/returns.md"
    )


async def test_files_are_read_again_only_if_they_changed(
    builder: Builder, brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "_YOUNG_NS", 0)
    await builder.build()
    read: list[str] = []
    whole = sources.content_of

    def noted(path: Path, source: str) -> bytes:
        read.append(source)
        return whole(path, source)

    monkeypatch.setattr(sources, "content_of", noted)
    assert ((await builder.build()).version, read) == (1, [])
    fees = brand.folder / "knowledge" / "shipping" / "fees.csv"
    before = fees.stat()
    fees.write_text(fees.read_text("utf-8").replace("18元", "19元"), "utf-8")
    os.utime(fees, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (await replace(builder).build()).changed == ("knowledge/shipping/fees.csv",)
