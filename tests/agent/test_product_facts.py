"""What is told of a product, as far as it was asked about."""

from dataclasses import replace

import pytest

from agent.product_facts import asked_of, only_asks, told_of
from agent.terms import without_products
from knowledge.brand_folder import load_brand
from tests.brands.small_brand import write_brand
from tools.catalog import CatalogIndex


@pytest.fixture
def brand(tmp_path):
    return load_brand(write_brand(tmp_path / "lamps"))


@pytest.mark.parametrize(
    ("question", "language", "told"),
    [
        ("多少钱", "zh", "晨光阅读台灯 白色售价 168元。"),
        ("有货吗", "zh", "晨光阅读台灯 白色现在有货。"),
        ("商品链接发我", "zh", "晨光阅读台灯 白色商品页：https://lamps.example/L-1。"),
        ("介绍一下", "zh", "晨光阅读台灯 白色：护眼台灯。售价 168元。"),
        ("how much is it", "en", "晨光阅读台灯 白色 costs ¥168.00."),
        ("is it in stock", "en", "晨光阅读台灯 白色 is in stock."),
        ("tell me about it", "en", "晨光阅读台灯 白色: 护眼台灯. ¥168.00."),
    ],
)
def test_a_product_is_told_of_as_it_was_asked_about(brand, question, language, told):
    assert told_of(brand.product("L-1"), asked_of(question), language) == told


def test_a_product_without_a_word_of_its_own_is_told_by_name_and_price(brand):
    plain = replace(brand.product("L-1"), summary="")
    assert ":" not in told_of(plain, frozenset(), "en").partition(plain.name)[2]
    assert "：" not in told_of(plain, frozenset(), "zh")


def test_price_alone_is_told_apart_from_price_among_others():
    assert only_asks("多少钱一个呀？")
    assert not only_asks("多少钱？怎么安装")
    assert not only_asks("加急多少钱")
    assert not only_asks("要1000张啥价")


def test_a_name_that_several_products_share_is_blanked_out_once(brand):
    two = [replace(brand.products[0], sku=sku, name=f"铜版名片 {sku}张") for sku in ("200", "500")]
    assert without_products("铜版名片要1000张啥价", CatalogIndex(two)) == " 要1000张啥价"
