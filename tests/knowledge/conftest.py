"""A small brand on disk, and an embedder whose every call is on record."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.brand import Brand, PaymentSettings, Product
from knowledge.index import Builder
from knowledge.table import shelve

RETURNS = """# 退换货政策

## 七天无理由

自签收次日起 7 天内可以退货，商品必须未拆封。

## 质量问题

签收后 30 天内可以换货，运费由本店承担。
"""
FEES = "地区,运费,时效\n华东,6元,1-2天\n新疆,18元,6-10天\n"


class CountingEmbedder:
    """Texts that share characters point the same way; remembers what it embedded."""

    def __init__(self, name: str = "counting") -> None:
        self.name = name
        self.embedded: list[str] = []

    async def query(self, text: str) -> NDArray[np.float32]:
        return _vector(text)

    async def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded.extend(texts)
        return np.array([_vector(text) for text in texts], dtype=np.float32)


def _vector(text: str) -> NDArray[np.float32]:
    vector = np.full(64, 0.01, dtype=np.float32)
    for char in text:
        vector[hashlib.md5(char.encode("utf-8", "replace")).digest()[0] % 64] += 1
    return vector / np.linalg.norm(vector)


def product(sku: str, name: str, *aliases: str, cents: int = 9900, stock: int = 3) -> Product:
    return Product(sku, name, aliases, "精华", cents, "CNY", stock, "", (), "保湿提亮")


@pytest.fixture
def embedder() -> CountingEmbedder:
    return CountingEmbedder()


@pytest.fixture
def brand(tmp_path: Path) -> Brand:
    folder = tmp_path / "shop"
    (folder / "knowledge" / "shipping").mkdir(parents=True)
    (folder / "knowledge" / "returns.md").write_text(RETURNS, "utf-8")
    (folder / "knowledge" / "shipping" / "fees.csv").write_text(FEES, "utf-8")
    return Brand(
        folder=folder,
        id="shop",
        name="小店",
        agent_name="小明",
        language="zh",
        industry="cosmetics",
        persona="",
        greeting="",
        unknown="",
        currency="CNY",
        timezone=ZoneInfo("Asia/Shanghai"),
        tools=(),
        orders_source="demo",
        payment=PaymentSettings("demo", ("localhost",)),
        hours=None,
        products=(
            product("A-1", "玫瑰精华液 30ml", "小粉瓶"),
            product("B-2", "修护面霜 50g", "蓝罐", stock=0),
        ),
        demo_orders=(),
        examples=(),
    )


@pytest.fixture
def builder(brand: Brand, embedder: CountingEmbedder, tmp_path: Path) -> Builder:
    """Writes the database in this process, which saves a second a build."""
    return Builder(brand, tmp_path / "index", embedder, shelve=shelve)


def with_embedder(builder: Builder, name: str) -> Builder:
    return replace(builder, embedder=CountingEmbedder(name))


def write(brand: Brand, name: str, text: str) -> Path:
    path = brand.folder / "knowledge" / name
    path.write_text(text, "utf-8")
    return path
