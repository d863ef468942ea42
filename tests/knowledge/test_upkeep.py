"""Adding to the knowledge, and looking at what is there."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.brand import Brand
from knowledge.errors import KnowledgeError
from knowledge.gathering import Gathered
from knowledge.index import Builder
from knowledge.origins import read_origins
from knowledge.upkeep import Noted, add, stats

NOTED = Noted("CC BY 4.0", datetime(2026, 11, 28, tzinfo=UTC))


async def put(brand: Brand, source: Path, index: Path) -> Gathered:
    return await add(brand, source, index, NOTED)


async def test_an_added_file_is_copied_and_built(builder: Builder, tmp_path: Path) -> None:
    (tmp_path / "gift.md").write_text("# 礼品\n\n礼品袋免费。\n", "utf-8")
    assert (await put(builder.brand, tmp_path / "gift.md", builder.folder)).added == [
        "knowledge/gift.md"
    ]
    assert "knowledge/gift.md" in (await builder.build()).added


async def test_a_folder_is_added_with_its_shape_and_replaces_what_was_there(
    brand: Brand, tmp_path: Path
) -> None:
    source = tmp_path / "news"
    (source / "old").mkdir(parents=True)
    (source / "a.txt").write_text("一", "utf-8")
    (source / "old" / "b.csv").write_text("甲\n1\n", "utf-8")
    (source / "photo.gif").write_text("x", "utf-8")
    first = await put(brand, source, tmp_path / "index")
    assert first.added == ["knowledge/news/a.txt", "knowledge/news/old/b.csv"]
    (source / "a.txt").write_text("二", "utf-8")
    second = await put(brand, source, tmp_path / "index")
    assert (second.changed, second.same) == (
        ["knowledge/news/a.txt"],
        ["knowledge/news/old/b.csv"],
    )
    origin = read_origins(brand.folder)["knowledge/news/old/b.csv"]
    assert (origin.origin, origin.licence) == (f"{source}/old/b.csv", "CC BY 4.0")
    assert (brand.folder / "knowledge/news/a.txt").read_text("utf-8") == "二"
    assert not list(brand.folder.rglob("*.gif"))


async def test_an_archive_is_added_as_the_folder_it_holds(brand: Brand, tmp_path: Path) -> None:
    archive = tmp_path / "news.zip"
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("a.md", "一")
        package.writestr("old/b.csv", "甲\n1\n")
        package.writestr("photo.gif", "x")
        old = zipfile.ZipInfo("退货.md".encode("gb18030").decode("cp437"))
        package.writestr(old, "七天")
    # As old programs write it: the name without the mark that says which encoding it is in.
    archive.write_bytes(archive.read_bytes().replace(b"\x00\x08", b"\x00\x00"))
    names = (await put(brand, archive, tmp_path / "index")).added
    assert {"knowledge/news/a.md", "knowledge/news/old/b.csv"} <= set(names)
    assert len(names) == 3
    assert not (tmp_path / "news").exists()


@pytest.mark.parametrize("name", ["../a.md", "/etc/a.md", "..\\a.md", "C:\\a.md", "x/../../a.md"])
async def test_an_archive_writes_nowhere_else(brand: Brand, tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "news.zip", "w") as package:
        package.writestr(name, "一")
    with pytest.raises(KnowledgeError, match="names a place outside itself"):
        await put(brand, tmp_path / "news.zip", tmp_path / "index")


async def test_an_archive_that_is_none_or_too_much_is_named(brand: Brand, tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04 nothing")
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as package:
        for number in range(5001):
            package.writestr(f"{number}.md", "")
    for name, why in (("bad.zip", "cannot be unpacked"), ("many.zip", "holds 5001 files")):
        with pytest.raises(KnowledgeError, match=f"{name} {why}"):
            await put(brand, tmp_path / name, tmp_path / "index")


async def test_a_file_that_cannot_be_read_is_named_and_stops_no_other(
    brand: Brand, tmp_path: Path
) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.md").write_text("一", "utf-8")
    (tmp_path / "news" / "b.md").write_bytes(b"\x00\xff")
    gathered = await put(brand, tmp_path / "news", tmp_path / "index")
    assert gathered.added == ["knowledge/news/a.md"]
    assert "news/b.md cannot be read" in gathered.refused[0]
    assert not (brand.folder / "knowledge" / "news" / "b.md").exists()


@pytest.mark.parametrize("name", ["missing.md", "photo.gif", "empty"])
async def test_nothing_to_add_is_an_error(brand: Brand, tmp_path: Path, name: str) -> None:
    (tmp_path / "photo.gif").write_text("x", "utf-8")
    (tmp_path / "empty").mkdir()
    with pytest.raises(KnowledgeError, match="There is nothing to add at"):
        await put(brand, tmp_path / name, tmp_path / "index")


async def test_stats_count_passages_by_source(builder: Builder) -> None:
    with pytest.raises(KnowledgeError, match="build it first"):
        stats(builder.folder)
    await builder.build()
    told = stats(builder.folder)
    assert (told.version, told.embedder, told.passages) == (1, "counting", 6)
    assert told.by_source == (
        ("catalog.csv", 2),
        ("knowledge/returns.md", 2),
        ("knowledge/shipping/fees.csv", 2),
    )


async def test_what_a_folder_has_of_other_kinds_is_named(brand: Brand, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    (folder / "more").mkdir(parents=True)
    (folder / "a.md").write_text("# 新闻\n\n周一休息。\n", "utf-8")
    for name in ("film.mp4", "more/inner.zip"):
        (folder / name).write_bytes(b"x")
    gathered = await put(brand, folder, tmp_path / "index")
    assert (gathered.added, gathered.refused) == (["knowledge/news/a.md"], [])
    assert gathered.passed == ["film.mp4", "more/inner.zip"]
