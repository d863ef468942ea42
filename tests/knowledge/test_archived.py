"""Documents that are only kept."""

from datetime import date

import pytest

from knowledge.notices import notices_in, standings
from knowledge.passages import Passage

TODAY = date(2026, 11, 23)


def standing_of(source: str, heading: tuple[str, ...], text: str) -> str | None:
    passage = Passage(id="1", source=source, heading=heading, text=text, kind="text")
    return dict(standings(notices_in([passage]), TODAY)).get(source)


@pytest.mark.parametrize(
    "source",
    [
        "knowledge/policy/归档/2025版规则.txt",
        "knowledge/returns/archive/returns-2024.md",
        "knowledge/2024年旧版/运费.md",
        "knowledge/Old Policies/fees.md",
    ],
)
def test_what_lies_in_a_folder_of_old_things_is_replaced(source: str):
    assert standing_of(source, ("规则",), "签收后24小时内申报。") == "replaced"


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        (("鲜度保证", "自2026年4月1日起作废，仅供核对旧订单"), "签收后24小时内申报。"),
        (("Repeat service",), "THESE RULES ENDED ON 30 APRIL 2026. Kept for reference only."),
    ],
)
def test_what_says_at_its_head_that_it_is_only_kept_is_replaced(heading, text):
    assert standing_of("knowledge/a.txt", heading, text) == "replaced"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("knowledge/faq.md", "图片仅供参考，以实物为准。"),
        ("knowledge/archive-services/scans.md", "We scan old archives for you."),
        ("knowledge/旧衣回收/规则.md", "旧衣每件抵5元。"),
        ("knowledge/faq.md", "Prices are for reference only."),
    ],
)
def test_other_documents_hold(source: str, text: str):
    assert standing_of(source, ("规则",), text) is None
