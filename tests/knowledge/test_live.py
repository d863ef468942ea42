"""Files that change while questions are asked: the old or the new is found, never neither."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.brand import Brand
from knowledge.index import Builder
from knowledge.search import BrandKnowledge
from knowledge.shelving import shelve_nearby
from knowledge.watching import state_of
from tests.knowledge.conftest import write

ROUNDS = 12


@pytest.mark.parametrize("large", [False, True])
async def test_under_constant_questions_each_finds_the_old_or_the_new_and_never_both_or_none(
    builder: Builder, brand: Brand, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    write(brand, "gift.md", said(0))
    if large:
        builder = made_large(builder, monkeypatch)
        await builder.build()
        monkeypatch.setattr("knowledge.shelving.shelve_in_child", no_child)
    knowledge = await BrandKnowledge.open_with(replace(builder, shelve=shelve_nearby))
    seen: list[tuple[int, ...]] = []
    done = asyncio.Event()

    async def ask() -> None:
        while not done.is_set():
            found = await knowledge.search("礼品盒的价格是多少元", limit=20)
            texts = [hit.passage.text for hit in found.hits]
            seen.append(tuple(n for n in range(ROUNDS + 1) if any(price(n) in t for t in texts)))
            await asyncio.sleep(0)

    asking = [asyncio.create_task(ask()) for _ in range(3)]
    for number in range(1, ROUNDS + 1):
        write(brand, "gift.md", said(number))
        await knowledge.refresh()
    done.set()
    await asyncio.gather(*asking)
    assert all(len(numbers) == 1 for numbers in seen)
    assert [numbers[0] for numbers in seen] == sorted(numbers[0] for numbers in seen)
    assert seen[-1][0] >= ROUNDS - 1


async def test_a_reader_in_another_process_opens_what_is_live_before_the_database_is(
    builder: Builder, brand: Brand
) -> None:
    await builder.build()
    reader = await BrandKnowledge.open(
        brand, builder.folder, builder.embedder, shelve=builder.shelve
    )
    write(brand, "gift.md", said(7))
    started = time.perf_counter()
    await replace(builder).publish()
    await reader.refresh()
    assert time.perf_counter() - started < 2
    assert any(price(7) in h.passage.text for h in (await reader.search("礼品盒的价格")).hits)


async def test_brands_in_one_process_never_find_each_others_passages(
    builder: Builder, brand: Brand
) -> None:
    other_folder = brand.folder.parent / "other"
    (other_folder / "knowledge").mkdir(parents=True)
    other = replace(brand, folder=other_folder, id="other", products=())
    write(brand, "gift.md", said(1))
    write(other, "gift.md", said(2))
    opened = [
        await BrandKnowledge.open(
            one, builder.folder.parent / f"index-{one.id}", builder.embedder, shelve=builder.shelve
        )
        for one in (brand, other)
    ]
    answers = await asyncio.gather(
        *(one.search("礼品盒的价格是多少元", limit=50) for one in opened * 50)
    )
    for place, found in enumerate(answers):
        texts = " ".join(hit.passage.text for hit in found.hits)
        own, foreign = (1, 2) if place % 2 == 0 else (2, 1)
        assert price(own) in texts
        assert price(foreign) not in texts


def test_a_file_that_comes_changes_or_goes_is_seen(brand: Brand) -> None:
    states = [state_of(brand.folder)]
    path = write(brand, "gift.md", said(1))
    states.append(state_of(brand.folder))
    path.write_text(said(10), "utf-8")
    states.append(state_of(brand.folder))
    path.unlink()
    states.append(state_of(brand.folder))
    assert states[0] == states[3]
    assert len(set(states)) == 3


def made_large(builder: Builder, monkeypatch: pytest.MonkeyPatch) -> Builder:
    """Any index counts as large; its vectors' index wants some hundred passages."""
    monkeypatch.setattr("knowledge.table._MANY", 2)
    parts = (f"## 第{number}节\n\n第{number}节说的是别的。" for number in range(300))
    write(builder.brand, "more.md", "\n\n".join(parts))
    return replace(builder, small=2)


async def no_child(folder: Path, change_folder: Path) -> int:
    raise AssertionError(f"a process was started for {folder}")


def said(number: int) -> str:
    return f"# 礼品盒\n\n礼品盒的价格是{price(number)}。\n"


def price(number: int) -> str:
    return f"{100 + number}元"
