"""The catalogue as passages."""

from dataclasses import replace

import pytest

from knowledge.brand import Brand
from knowledge.products import ProductNames, catalog_terms, product_passages
from tests.knowledge.conftest import product


def test_a_product_reads_in_the_brands_language(brand: Brand) -> None:
    first, second = product_passages(brand)
    assert first.text == (
        "名称: 玫瑰精华液 30ml; 货号: A-1; 别名: 小粉瓶; 类别: 精华; 价格: 99.00元; "
        "状态: 有货; 简介: 保湿提亮"
    )
    assert "状态: 暂时缺货" in second.text
    assert (first.kind, first.sku, first.source) == ("product", "A-1", "catalog.csv")
    english = product_passages(replace(brand, language="en"))
    assert "Price: 99.00 CNY; Availability: in stock" in english[0].text


@pytest.mark.parametrize(
    ("text", "skus"),
    [
        ("玫瑰精华液怎么用", {"A-1"}),
        ("玫瑰精华液 30ML", {"A-1"}),
        ("关于a-1", {"A-1"}),
        ("小粉瓶", {"A-1"}),
        ("小粉瓶怎么用", set()),
        ("玫瑰精华液和修护面霜", {"A-1", "B-2"}),
        ("退货", set()),
        ("", set()),
    ],
)
def test_full_names_count_anywhere_and_aliases_alone(text: str, skus: set[str]) -> None:
    names = ProductNames(
        (product("A-1", "玫瑰精华液 30ml", "小粉瓶"), product("B-2", "修护面霜 50g"))
    )
    assert names.named_in(text) == skus


def test_an_alias_of_two_products_names_neither_alone() -> None:
    names = ProductNames((product("A-1", "台灯 白", "读书灯"), product("A-2", "台灯 黑", "读书灯")))
    assert names.about(["读书灯"]) is None


def test_terms_hold_every_name_once() -> None:
    assert catalog_terms((product("A-1", "玫瑰精华液 30ml", "小粉瓶", "A-1"),)) == (
        "A-1",
        "玫瑰精华液 30ml",
        "玫瑰精华液",
        "小粉瓶",
    )
