"""Going back to an earlier version, and forward again."""

import shutil
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import pytest

from app.versions_command import look_back
from knowledge.brand import Brand
from knowledge.change import SMALL_INDEX, snapshot_folder
from knowledge.errors import KnowledgeError
from knowledge.index import Builder
from knowledge.manifest import read_manifest, write_manifest
from knowledge.search import BrandKnowledge
from knowledge.table import TABLE, connected
from knowledge.versions import roll_back
from tests.knowledge.conftest import write


async def opened(builder: Builder) -> BrandKnowledge:
    return await BrandKnowledge.open_with(builder)


async def best(knowledge: BrandKnowledge, question: str) -> tuple[int, str]:
    found = await knowledge.search(question, limit=1)
    return found.version, found.hits[0].passage.text


async def built_thrice(builder: Builder, brand: Brand) -> None:
    for fee in ("六元", "八元", "十元"):
        write(brand, "gift.md", f"# 礼品盒\n\n礼品盒收{fee}。\n")
        await builder.build()


@pytest.mark.parametrize("large", [False, True])
async def test_a_version_that_was_gone_back_to_is_answered_from_and_named(
    builder: Builder, brand: Brand, large: bool
) -> None:
    builder = replace(builder, small=2) if large else builder
    await built_thrice(builder, brand)
    knowledge = await opened(builder)
    assert await best(knowledge, "礼品盒收多少") == (3, "礼品盒收十元。")
    await roll_back(builder.folder, 1)
    await knowledge.refresh()
    assert await best(knowledge, "礼品盒收多少") == (1, "礼品盒收六元。")


async def test_a_version_gone_back_to_stays_until_it_is_built_on_purpose(
    builder: Builder, brand: Brand
) -> None:
    await built_thrice(builder, brand)
    await roll_back(builder.folder, 2)
    write(brand, "gift.md", "# 礼品盒\n\n礼品盒收十二元。\n")
    knowledge = await opened(builder)
    assert await best(knowledge, "礼品盒收多少") == (2, "礼品盒收八元。")
    releasing = Builder(
        brand, builder.folder, builder.embedder, shelve=builder.shelve, release=True
    )
    assert (await releasing.build()).version == 4
    await knowledge.refresh()
    assert await best(knowledge, "礼品盒收多少") == (4, "礼品盒收十二元。")


async def test_a_build_on_purpose_lets_go_of_a_version_that_is_as_the_files_are(
    builder: Builder, brand: Brand
) -> None:
    await built_thrice(builder, brand)
    held = await roll_back(builder.folder, 3)
    assert held.held
    releasing = Builder(
        brand, builder.folder, builder.embedder, shelve=builder.shelve, release=True
    )
    assert (await releasing.build()).version == 3
    write(brand, "gift.md", "# 礼品盒\n\n礼品盒收十二元。\n")
    assert (await builder.build()).version == 4


async def test_a_version_that_is_not_kept_is_named_with_those_that_are(
    builder: Builder, brand: Brand
) -> None:
    await built_thrice(builder, brand)
    with pytest.raises(KnowledgeError, match=r"Version 9 is not kept; these are: 1, 2, 3\."):
        await roll_back(builder.folder, 9)


async def test_a_large_version_in_the_form_of_an_earlier_release_says_what_to_do(
    builder: Builder, brand: Brand
) -> None:
    builder = replace(builder, small=2)
    await builder.build()
    old = await an_old_table(builder.folder)
    held = {"table_version": old, "held": True, "recipe": "an earlier one"}
    manifest = read_manifest(builder.folder)
    assert manifest is not None
    write_manifest(manifest.model_copy(update=held), builder.folder)
    with pytest.raises(
        KnowledgeError, match=r"earlier release.*Run `digital-human knowledge build`"
    ):
        await opened(builder)
    write(brand, "gift.md", "# 礼品盒\n\n礼品盒收十二元。\n")
    await replace(builder, release=True).build()
    assert await best(await opened(builder), "礼品盒收多少") == (2, "礼品盒收十二元。")


async def test_going_back_to_a_version_that_is_not_read_any_more_is_refused_and_changes_nothing(
    builder: Builder, brand: Brand
) -> None:
    await builder.build()
    first = read_manifest(builder.folder)
    write(brand, "gift.md", "# 礼品盒\n\n礼品盒收十二元。\n")
    await builder.build()
    second = read_manifest(builder.folder)
    assert first is not None
    assert second is not None
    many = {"table_version": await an_old_table(builder.folder), "counts": {"a": SMALL_INDEX + 1}}
    write_manifest(first.model_copy(update=many), builder.folder)
    write_manifest(second, builder.folder)
    with pytest.raises(
        KnowledgeError, match=r"earlier release.*Run `digital-human knowledge build`"
    ):
        await look_back(Namespace(action="rollback", subject="1"), builder.folder)
    after = read_manifest(builder.folder)
    assert after is not None
    assert (after.version, after.held) == (2, False)
    assert await best(await opened(builder), "礼品盒收多少") == (2, "礼品盒收十二元。")


async def test_going_back_to_a_version_whose_files_are_gone_is_refused_and_changes_nothing(
    builder: Builder, brand: Brand
) -> None:
    await built_thrice(builder, brand)
    shutil.rmtree(snapshot_folder(builder.folder, 1))
    with pytest.raises(KnowledgeError, match=r"Version 1 .* is not whole any more.* 2, 3\."):
        await look_back(Namespace(action="rollback", subject="1"), builder.folder)
    assert await best(await opened(builder), "礼品盒收多少") == (3, "礼品盒收十元。")


async def an_old_table(folder: Path) -> int:
    """The version of the table without what is read from it now."""
    table = await (await connected(folder, "")).open_table(TABLE)
    await table.drop_columns(["passage"])
    return await table.version()
