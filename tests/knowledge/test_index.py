"""Building: what changes is done again, what fails leaves things as they were."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.brand import Brand
from knowledge.change import snapshot_folder
from knowledge.errors import KnowledgeError
from knowledge.index import Builder
from knowledge.manifest import known_versions, read_manifest
from knowledge.opening import open_rankings
from knowledge.passages import Passage
from knowledge.search import BrandKnowledge
from knowledge.table import shelve
from knowledge.table_rankings import open_table_rankings
from tests.knowledge.conftest import CountingEmbedder, product, with_embedder, write


async def passages_of(builder: Builder) -> tuple[Passage, ...]:
    manifest = read_manifest(builder.folder)
    assert manifest is not None
    return await (await open_rankings(builder.folder, manifest, builder.small)).passages()


async def table_of(builder: Builder) -> tuple[Passage, ...]:
    manifest = read_manifest(builder.folder)
    assert manifest is not None
    return await (await open_table_rankings(builder.folder, manifest.table_version)).passages()


async def test_a_first_build_takes_files_and_catalogue(builder: Builder) -> None:
    report = await builder.build()
    assert report.added == (
        "catalog.csv",
        "knowledge/returns.md",
        "knowledge/shipping/fees.csv",
    )
    assert (report.version, report.passages) == (1, 6)
    assert await passages_of(builder) == await table_of(builder)


async def test_nothing_changed_means_nothing_done(
    builder: Builder, embedder: CountingEmbedder
) -> None:
    await builder.build()
    embedder.embedded.clear()
    report = await builder.build()
    assert (report.version, report.added, report.changed, report.removed) == (1, (), (), ())
    assert embedder.embedded == []


async def test_only_what_is_new_in_a_changed_file_is_embedded(
    builder: Builder, embedder: CountingEmbedder, brand: Brand
) -> None:
    await builder.build()
    embedder.embedded.clear()
    file = brand.folder / "knowledge" / "returns.md"
    file.write_text(file.read_text("utf-8").replace("30 天", "60 天"), "utf-8")
    report = await builder.build()
    assert (report.version, report.changed) == (2, ("knowledge/returns.md",))
    assert [text.splitlines()[-1] for text in embedder.embedded] == [
        "签收后 60 天内可以换货，运费由本店承担。"
    ]
    assert not any("30 天" in passage.text for passage in await table_of(builder))


async def test_a_file_that_is_gone_is_forgotten(builder: Builder, brand: Brand) -> None:
    await builder.build()
    (brand.folder / "knowledge" / "returns.md").unlink()
    report = await builder.build()
    assert (report.version, report.removed) == (2, ("knowledge/returns.md",))
    assert {passage.source for passage in await passages_of(builder)} == {
        "catalog.csv",
        "knowledge/shipping/fees.csv",
    }
    assert await passages_of(builder) == await table_of(builder)


async def test_a_new_product_name_makes_documents_know_it(builder: Builder, brand: Brand) -> None:
    write(brand, "serum.md", "# 说明\n\n## 晚安精华 20ml\n\n每晚两滴。\n\n## 其他\n\n无。\n")
    await builder.build()
    products = (*brand.products, product("C-3", "晚安精华 20ml"))
    later = replace(builder, brand=replace(brand, products=products))
    report = await later.build()
    assert (report.version, report.changed) == (2, ("catalog.csv",))
    found = [p for p in await passages_of(later) if p.text == "每晚两滴。"]
    assert [passage.sku for passage in found] == ["C-3"]


async def test_a_price_change_reaches_the_catalogue_passage(builder: Builder, brand: Brand) -> None:
    await builder.build()
    first, second = brand.products
    dearer = replace(brand, products=(replace(first, price_cents=10950), second))
    later = replace(builder, brand=dearer)
    await later.build()
    texts = [p.text for p in await passages_of(later) if p.sku == "A-1"]
    assert len(texts) == 1
    assert "价格: 109.50元" in texts[0]


async def test_another_embedder_embeds_everything_again(builder: Builder) -> None:
    await builder.build()
    other = with_embedder(builder, "other")
    report = await other.build()
    assert (report.version, report.changed) == (2, ())
    assert isinstance(other.embedder, CountingEmbedder)
    assert len(other.embedder.embedded) == report.passages


async def test_an_unreadable_new_file_is_named_and_the_rest_is_indexed(
    builder: Builder, brand: Brand
) -> None:
    await builder.build()
    write(brand, "new.md", "# 新\n\n新内容。\n")
    (brand.folder / "knowledge" / "bad.txt").write_bytes(b"\x00\x01\xff\xfe\x80")
    report = await builder.build()
    assert (report.version, report.added) == (2, ("knowledge/new.md",))
    [sentence] = report.unreadable
    assert sentence.startswith("knowledge/bad.txt cannot be read: it is not text")
    assert any("新内容" in passage.text for passage in await passages_of(builder))
    again = await builder.build()
    assert (again.version, again.unreadable) == (2, report.unreadable)


async def test_a_file_that_was_broken_is_answered_from_as_it_was(
    builder: Builder, brand: Brand
) -> None:
    await builder.build()
    before = await passages_of(builder)
    returns = brand.folder / "knowledge" / "returns.md"
    whole = returns.read_bytes()
    returns.write_bytes(b"\x00\x01\xff\xfe\x80")
    report = await builder.build()
    assert (report.version, len(report.unreadable)) == (1, 1)
    assert await passages_of(builder) == before
    returns.write_bytes(whole)
    assert (await builder.build()).unreadable == ()


async def shelve_and_die(folder: Path, change_folder: Path) -> int:
    await shelve(folder, change_folder)
    raise KeyboardInterrupt


async def test_a_build_that_dies_after_the_database_commit_is_taken_back(
    builder: Builder, brand: Brand
) -> None:
    builder = replace(builder, small=2)
    await builder.build()
    before = await table_of(builder)
    write(brand, "lost.md", "# 丢失\n\n这一版没有写完。\n")
    with pytest.raises(KeyboardInterrupt):
        await replace(builder, shelve=shelve_and_die).build()
    assert await table_of(builder) == before
    (brand.folder / "knowledge" / "lost.md").unlink()
    write(brand, "kept.md", "# 留下\n\n这一版写完了。\n")
    report = await builder.build()
    assert report.version == 2
    assert not any("没有写完" in passage.text for passage in await table_of(builder))
    assert any("写完了" in passage.text for passage in await table_of(builder))


async def test_a_small_index_is_live_before_its_database_and_the_next_build_catches_up(
    builder: Builder, brand: Brand
) -> None:
    await builder.build()
    write(brand, "gift.md", "# 礼品\n\n礼品袋免费。\n")
    with pytest.raises(KeyboardInterrupt):
        await replace(builder, shelve=shelve_and_die).build()
    assert any(passage.text == "礼品袋免费。" for passage in await passages_of(builder))
    assert (await builder.build()).version == 2
    assert await table_of(builder) == await passages_of(builder)


async def test_two_builders_take_turns(builder: Builder, embedder: CountingEmbedder) -> None:
    reports = await asyncio.gather(builder.build(), replace(builder).build())
    assert [report.version for report in reports] == [1, 1]
    assert len(embedder.embedded) == reports[0].passages


def lose_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def spoil_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text("{", "utf-8")


def lose_copy(folder: Path) -> None:
    for file in snapshot_folder(folder, 1).iterdir():
        file.unlink()
    snapshot_folder(folder, 1).rmdir()


@pytest.mark.parametrize("harm", [lose_manifest, spoil_manifest, lose_copy])
async def test_a_harmed_index_is_built_again_under_a_new_version(
    builder: Builder, harm: Callable[[Path], None]
) -> None:
    await builder.build()
    before = await passages_of(builder)
    harm(builder.folder)
    assert (await builder.build()).version == 2
    assert await passages_of(builder) == before


async def test_a_damaged_copy_says_what_to_do(builder: Builder) -> None:
    await builder.build()
    (snapshot_folder(builder.folder, 1) / "rows.jsonl").write_text("{}\n", "utf-8")
    with pytest.raises(KnowledgeError, match="Delete the folder"):
        await BrandKnowledge.open(
            builder.brand, builder.folder, builder.embedder, shelve=builder.shelve
        )


async def test_a_brand_without_knowledge_has_an_empty_index(builder: Builder, brand: Brand) -> None:
    for file in (brand.folder / "knowledge").rglob("*.*"):
        file.unlink()
    bare = replace(builder, brand=replace(brand, products=()))
    assert (await bare.build()).passages == 0
    assert (await bare.build()).version == 1
    write(brand, "first.md", "# 第一\n\n第一句话。\n")
    assert (await bare.build()).passages == 1


async def test_progress_ends_at_the_total(builder: Builder) -> None:
    told: list[tuple[int, int, str]] = []
    await replace(builder, progress=lambda *step: told.append(step)).build()
    assert told == [
        (1, 2, "reading knowledge"),
        (2, 2, "reading knowledge"),
        (6, 6, "embedding passages"),
    ]


async def test_so_many_versions_are_kept_as_wanted(builder: Builder, brand: Brand) -> None:
    for number in range(5):
        write(brand, "news.md", f"# 通知\n\n第 {number} 次。\n")
        await replace(builder, kept=3).build()
    assert [manifest.version for manifest in known_versions(builder.folder)] == [3, 4, 5]
    assert sorted(path.name for path in builder.folder.glob("v*[0-9]")) == ["v3", "v4", "v5"]


async def test_files_of_other_kinds_are_reported_and_hidden_ones_are_not(
    builder: Builder, brand: Brand
) -> None:
    for name in ("film.mp4", ".DS_Store", "~$price.xlsx"):
        write(brand, name, "x")
    assert (await builder.build()).skipped == ("knowledge/film.mp4",)
