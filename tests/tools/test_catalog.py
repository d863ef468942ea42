"""Finding the products a text speaks of."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.brand import Product
from knowledge.folding import fold, folded, order_number
from tools.catalog import CatalogIndex, mentions, resolve
from tools.context import ToolRefusedError
from tools.slips import best_slip


def product(sku, name, *aliases):
    return Product(sku, name, aliases, "", 100, "CNY", 1, "", (), "")


CATALOG = (
    product("A-1", "青竹修护精华液 30ml", "青竹精华", "小绿瓶"),
    product("A-2", "青竹修护精华水 150ml", "青竹水", "小绿瓶水"),
    product("B-1", "雪莲紧致夜间面霜 50g", "雪莲面霜", "晚霜", "小棕瓶面霜"),
    product("C-1", "丝绒唇膏 01枫叶", "枫叶唇膏"),
    product("C-2", "丝绒唇膏 07豆沙", "豆沙唇膏"),
    product("D-1", "Rose Glow Serum 30 ml", "Glow Serum"),
    product("D-2", "Oat Barrier Cream 50 g", "VC"),
)
INDEX = CatalogIndex(CATALOG)


def seen(text):
    return [(m.sku, text[m.start : m.end], m.exact) for m in INDEX.mentions(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("小绿瓶多少钱", [("A-1", "小绿瓶", True)]),
        ("小绿瓶水多少钱", [("A-2", "小绿瓶水", True)]),
        ("晚霜和青竹水哪个好", [("B-1", "晚霜", True), ("A-2", "青竹水", True)]),
        ("青竹修护精华液", [("A-1", "青竹修护精华液", True)]),
        ("青竹 修护 精华液30ML两瓶", [("A-1", "青竹 修护 精华液30ML", True)]),
        ("ａ-1 有货吗", [("A-1", "ａ-1", True)]),
        ("A-12 有货吗", []),
        ("丝绒唇膏07豆沙", [("C-2", "丝绒唇膏07豆沙", True)]),
        ("丝绒唇膏有哪些", [("C-1", "丝绒唇膏", True), ("C-2", "丝绒唇膏", True)]),
        ("I love Glow  Serum!", [("D-1", "Glow  Serum", True)]),
        ("VC怎么用", [("D-2", "VC", True)]),
        ("my MVC framework", []),
        ("今天天气不错", []),
        ("", []),
        ("💄", []),
    ],
)
def test_names_aliases_and_numbers_are_found_and_the_longest_counts(text, expected):
    assert seen(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("小棕瓶面双怎么用", [("B-1", "小棕瓶面双", False)]),
        ("青竹修户精华液好吗", [("A-1", "青竹修户精华液", False)]),
        ("青竹的修护精华液", [("A-1", "青竹的修护精华液", False)]),
        ("雪莲夜间面霜", [("B-1", "雪莲夜间面霜", False)]),
        ("修护精华水还有吗", [("A-2", "修护精华水", False)]),
        ("rose glow serm please", [("D-1", "rose glow serm", False)]),
        ("the barrier cream", [("D-2", "barrier cream", False)]),
    ],
)
def test_parts_of_names_and_slips_of_the_pen_are_found_as_such(text, expected):
    assert seen(text) == expected


@pytest.mark.parametrize(
    "text",
    ["小蓝瓶", "修护", "面霜", "精华", "青竹精油", "小棕瓶", "夜间怎么护理", "serum", "rose"],
)
def test_what_only_sounds_similar_is_no_mention(text):
    assert seen(text) == []


def test_an_alias_of_two_products_gives_both_over_one_span():
    shared = (product("X-1", "大号水杯", "水杯"), product("X-2", "小号水杯", "水杯"))
    found = mentions("水杯多少钱", shared)
    assert [(m.sku, m.start, m.end) for m in found] == [("X-1", 0, 2), ("X-2", 0, 2)]


@pytest.mark.parametrize(
    ("said", "sku"),
    [
        ("a-1", "A-1"),
        ("青竹修护精华液 30ml", "A-1"),
        (" 晚霜 ", "B-1"),
        ("那个小棕瓶面双", "B-1"),
        ("枫叶", "C-1"),
        ("夜间面霜", "B-1"),
        ("glow serum", "D-1"),
    ],
)
def test_what_the_customer_says_resolves_to_one_product(said, sku):
    assert resolve(said, CATALOG).sku == sku
    assert INDEX.resolve(said).sku == sku


@pytest.mark.parametrize(
    ("said", "code", "names"),
    [
        ("丝绒唇膏", "which_product", "丝绒唇膏 01枫叶、丝绒唇膏 07豆沙"),
        ("精华", "which_product", "青竹修护精华液 30ml、青竹修护精华水 150ml"),
        ("晚霜和豆沙唇膏", "which_product", "雪莲紧致夜间面霜 50g、丝绒唇膏 07豆沙"),
        ("火箭", "unknown_product", "火箭"),
        ("", "unknown_product", ""),
        ("霜", "unknown_product", "霜"),
    ],
)
def test_what_is_not_clear_is_asked_back(said, code, names):
    with pytest.raises(ToolRefusedError) as caught:
        resolve(said, CATALOG)
    assert caught.value.code == code
    assert names in str(caught.value)


def test_at_most_five_names_are_listed():
    many = [product(f"M-{n}", f"{n}号马克杯", "马克杯") for n in range(9)]
    with pytest.raises(ToolRefusedError) as caught:
        resolve("马克杯", many)
    assert str(caught.value).count("号马克杯") == 5


@given(st.text(max_size=80))
def test_any_text_gives_spans_that_lie_in_it_in_order(text):
    spans = [(m.start, m.end) for m in INDEX.mentions(text)]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)
    different = sorted(set(spans))
    assert all(a[1] <= b[0] for a, b in pairwise(different))


@given(st.sampled_from(CATALOG), st.text("啊吧，。！ ", max_size=9), st.text("呢吗？ ", max_size=9))
def test_a_whole_name_is_found_whatever_stands_around_it(wanted, before, after):
    for name in (wanted.name, *wanted.aliases):
        found = INDEX.mentions(before + name + after)
        assert [(m.sku, m.exact) for m in found] == [(wanted.sku, True)]


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once_and_keeps_its_places(text):
    once = folded(text)
    assert len(once.text) == len(once.places)
    assert list(once.places) == sorted(once.places)
    assert fold(order_number(text)) == fold(order_number(order_number(text)))


@given(st.text("玫瑰精华液霜", min_size=1, max_size=8), st.text("玫瑰精华液霜水", max_size=12))
@settings(max_examples=60)
def test_a_name_that_stands_in_a_text_is_nearest_to_itself(name, around):
    slip = best_slip(name, around + name)
    assert slip is not None
    assert slip.count == 0
    assert (around + name)[slip.start : slip.end] == name


def test_a_name_with_a_slip_is_found_among_a_hundred_products():
    names = ("修护", "焕亮", "紧致", "净透", "舒缓")
    kinds = ("精华液", "爽肤水", "面霜", "洁面乳", "防晒霜")
    plants = ("青竹", "雪莲", "玫瑰", "山茶")
    catalog = [
        product(f"P-{n}", f"{plant}{name}{kind} {n}ml", f"{plant}{kind}")
        for n, (plant, name, kind) in enumerate(
            (plant, name, kind) for plant in plants for name in names for kind in kinds
        )
    ]
    index = CatalogIndex(catalog)
    text = ("我想问一下玫瑰焕亮精化液和青竹面霜哪个适合油皮，发货要几天？" * 9)[:200]
    names = {index.resolve(mention.sku).name for mention in index.mentions(text)}
    assert len(catalog) == 100
    assert any("玫瑰焕亮精华液" in name for name in names)
    assert any("青竹" in name for name in names)


PHONES = CatalogIndex(
    (
        product("P-1", "Nova N1 手机 128GB", "Nova N1"),
        product("P-2", "Nova X5 手机 256GB"),
        product("T-2", "Ridge Tent 2P"),
        product("T-3", "Ridge Tent 3P"),
        product("R-1", "路由器 AX30 5G", "5G路由"),
        product("R-2", "路由器 AX60 5G"),
    )
)


@pytest.mark.parametrize(
    ("text", "skus"),
    [
        ("N1和X5摆一起看看", ["P-1", "P-2"]),
        ("ax60有货吗", ["R-2"]),
        ("N12多少钱", []),
        ("支持5G吗", []),
    ],
)
def test_a_model_number_of_one_product_alone_names_it(text, skus):
    assert [mention.sku for mention in PHONES.mentions(text)] == skus


@pytest.mark.parametrize(
    ("sku", "words", "other"),
    [("T-2", "3p", "T-3"), ("P-1", "X5", "P-2"), ("T-2", "9p", None), ("T-2", "", None)],
)
def test_a_sibling_is_the_likest_product_with_those_words(sku, words, other):
    found = PHONES.sibling(sku, words)
    assert (found.sku if found else None) == other


@pytest.mark.parametrize(
    ("said", "full"),
    [
        ("小绿瓶怎么用", "青竹修护精华液怎么用"),
        ("小绿瓶和晚霜一起用吗", "青竹修护精华液和雪莲紧致夜间面霜一起用吗"),
        ("青竹修护精华液怎么用", "青竹修护精华液怎么用"),
        ("Glow Serum怎么用", "Glow Serum怎么用"),
        ("唇膏怎么用", "唇膏怎么用"),
        # Whoever says more than the name means more: the size is not taken away.
        ("青竹修护精华液30ml怎么用", "青竹修护精华液30ml怎么用"),
    ],
)
def test_nicknames_become_the_names_that_documents_use(said, full):
    assert INDEX.named_in_full(said) == full


@pytest.mark.parametrize("text", ["图片给我看看，住宅登记费多少钱", "看看住宅登记费"])
def test_a_name_as_it_is_written_beats_a_misspelt_one_that_begins_with_the_sign_before_it(text):
    homes = product("H", "不动产登记费 住宅", "住宅登记费")
    shops = product("S", "不动产登记费 非住宅", "非住宅登记费")
    catalog = CatalogIndex((homes, shops))
    assert [m.sku for m in catalog.mentions(text)] == ["H"]
    assert [m.sku for m in catalog.mentions("非住宅登记费多少")] == ["S"]
