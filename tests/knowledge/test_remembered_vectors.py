"""Vectors of texts that come up again are kept, the oldest pushed out."""

import asyncio

import numpy as np

from knowledge.remembered_vectors import RememberedVectors


class Slow:
    """An embedder that is overtaken by larger orders, and notes what it was asked for."""

    name = "slow"

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def query(self, text: str) -> np.ndarray:
        return np.array([float(len(text))], np.float32)

    async def passages(self, texts: list[str]) -> np.ndarray:
        self.asked += texts
        for _ in range(1 if len(texts) > 10 else 5):
            await asyncio.sleep(0)
        return np.array([[float(text)] for text in texts], np.float32)


async def test_what_is_pushed_out_while_another_is_embedded_is_still_told():
    embedder = Slow()
    vectors = RememberedVectors(embedder)
    await vectors.of(["1"])
    many = [str(number) for number in range(10, 9_000)]
    found, _ = await asyncio.gather(vectors.of(["1", "2"]), vectors.of(many))
    assert found.tolist() == [[1.0], [2.0]]


async def test_a_text_is_embedded_once():
    embedder = Slow()
    vectors = RememberedVectors(embedder)
    assert (await vectors.of(["3", "4", "3"])).tolist() == [[3.0], [4.0], [3.0]]
    await vectors.of(["4"])
    assert embedder.asked == ["3", "4"]
