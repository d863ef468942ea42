"""The report reads a portion of the texts at a time, and tells what it told of all at once."""

from datetime import date

import pytest

from knowledge.brand import Brand
from knowledge.collect import READABLE
from knowledge.office import Office
from knowledge.portions import PORTION, Portion, Portions
from knowledge.sources import RECORDS, list_sources
from knowledge.survey import MOST_SHOWN, survey, totals
from knowledge.survey_page import survey_page
from tests.knowledge.conftest import write

TODAY = date(2026, 11, 28)
RULE = "自签收次日起 7 天内，未拆封的可以申请退货，运费由本店承担。"
RECORD = (
    '{"kind": "policy", "fields": {"subject": "退货", "rule": "7 天内可以退货"}, '
    '"source": "knowledge/returns.md", "start": 0, "end": 9, "quote": "%s", "accept": true, '
    '"by": "rules"}\n'
)


async def portions_of(brand: Brand, most: int = PORTION) -> list[Portion]:
    listing = list_sources(brand.folder, READABLE)
    office = Office(brand.folder.parent / "converted")
    portions = await Portions.of(brand, listing.files, office, lambda _: None, most)
    return [portion async for portion in portions.texts()]


async def test_every_file_is_in_one_portion_and_large_ones_are_alone(brand: Brand) -> None:
    for name, size in (("a", 20), ("b", 20), ("c", 100), ("d", 20)):
        write(brand, f"{name}.txt", "x" * size)
    (brand.folder / "knowledge" / "returns.md").unlink()
    read = [tuple(portion.texts) for portion in await portions_of(brand, 60)]
    assert read == [
        ("knowledge/a.txt", "knowledge/b.txt"),
        ("knowledge/c.txt",),
        ("knowledge/d.txt",),
        ("knowledge/shipping/fees.csv",),
    ]


async def test_records_are_judged_by_the_files_they_were_read_in(brand: Brand) -> None:
    stands, gone = RECORD % "自签收次日起 7 天内可以退货", RECORD % "30 天内可以退货"
    write(brand, "records.jsonl", stands + gone)
    (own,) = [one for one in await portions_of(brand) if RECORDS in one.texts]
    assert tuple(own.texts) == (RECORDS,)
    assert [record.quote for record in own.fallen] == ["30 天内可以退货"]


@pytest.mark.parametrize("most", [1, PORTION])
async def test_what_several_files_say_is_found_across_portions(brand: Brand, most: int) -> None:
    (brand.folder / "catalog.csv").write_text("", "utf-8")
    write(brand, "a.md", f"# 常见问题\n\n## 退货\n\n{RULE}\n")
    write(brand, "b.md", f"# 说明\n\n## 退货\n\n亲，{RULE}\n")
    write(brand, "c.md", f"# 指南\n\n## 退货\n\n{RULE.replace('7', '15')}\n")
    looked = await survey(brand, TODAY, portion=most)
    assert [(one.source, one.also) for one in looked.duplicates] == [
        ("knowledge/a.md", ("knowledge/b.md",))
    ]
    assert {one.values for one in looked.contradictions} == {("7", "15")}
    assert {line.source: line.kept for line in looked.sources}["knowledge/b.md"] == 0


async def test_copies_beyond_those_that_are_shown_are_counted(brand: Brand) -> None:
    (brand.folder / "catalog.csv").write_text("", "utf-8")
    count = MOST_SHOWN + 3
    rules = "\n\n".join(
        f"第{number}号商品的包装需要用编号为{number}的纸箱装好再寄。" for number in range(count)
    )
    for name in ("a", "b"):
        write(brand, f"{name}.md", f"# 包装\n\n{rules}\n")
    looked = await survey(brand, TODAY)
    assert (len(looked.duplicates), looked.repeated) == (MOST_SHOWN, count)
    assert totals(looked)["duplicates"] == count
    assert "另有 3 条" in survey_page(looked)
