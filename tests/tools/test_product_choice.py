"""Several products that share a name: which is meant, and what is offered."""

import pytest

from agent.words import words_of
from knowledge.brand import Product
from tools.catalog import CatalogIndex
from tools.product_choice import called, narrowed


def product(sku, name, *aliases):
    return Product(sku, name, aliases, "", 100, "CNY", 1, "", (), "")


WRAP = (
    product("W-10", "气泡膜 宽30cm×10m", "气泡膜", "泡泡纸"),
    product("W-50", "气泡膜 宽50cm×50m", "大卷气泡膜"),
)
LIPS = (product("C-1", "丝绒唇膏 01枫叶"), product("C-2", "丝绒唇膏 07豆沙"))
ROPE = (product("R-1", "Rope 8mm x 20m"), product("R-2", "Rope 8mm x 60m"))


@pytest.mark.parametrize(
    ("text", "of", "left"),
    [
        ("我要买一卷气泡膜，10米那种", WRAP, ["W-10"]),
        ("气泡膜 50 m 的", WRAP, ["W-50"]),
        ("气泡膜50m的", WRAP, ["W-50"]),
        ("丝绒唇膏豆沙色来一支", LIPS, ["C-2"]),
        ("丝绒唇膏07号", LIPS, ["C-2"]),
        ("买气泡膜", WRAP, ["W-10", "W-50"]),
        ("the 60m rope please", ROPE, ["R-2"]),
    ],
)
def test_what_else_is_said_tells_which_is_meant(text, of, left):
    assert [one.sku for one in narrowed(of, text)] == left


def test_who_says_which_one_is_not_asked_again():
    words = words_of("我要买一卷小的气泡膜，10米那种", CatalogIndex(WRAP))
    assert words.wanted == (("W-10",),)


def test_all_that_go_by_a_name_are_offered_none_alone():
    assert called("气泡膜", WRAP) == ("气泡膜 宽30cm×10m", "气泡膜 宽50cm×50m")
    assert called("泡泡纸", WRAP) == ("气泡膜 宽30cm×10m",)
    assert called("", WRAP) == ()
