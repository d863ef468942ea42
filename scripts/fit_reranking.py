"""Fit the weights of knowledge/reranking.py on brands' own questions.

Usage: fit_reranking.py --brand DIR... --cases FILE... [--index FOLDER]

Each first turn of the case files that names `sources` and what a right answer `says` is searched
as it stands. A passage is right if it is of one of those sources and has one of those sayings;
each pair of a right one and another one that was looked at counts, those of a question together
once. Logistic regression on the differences of their signs. The table gives the share of questions
whose sayings are all in the first one, three and six passages of those sources; "re-ranked" goes by
weights that the brand had no part in. Indexes are kept in FOLDER (.cache/reranking).
"""

import argparse
import asyncio
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fit_sureness import fitted
from numpy.typing import NDArray
from rich.progress import track

from evaluation.cases import Expect, load_cases
from evaluation.spelling import squeezed
from knowledge.brand import Brand
from knowledge.brand_folder import load_brand
from knowledge.cleaning import clean_line
from knowledge.embed import EmbeddedE5, Embedder
from knowledge.fusing import fused
from knowledge.index import Builder
from knowledge.opening import bring_up_to_date, open_newest
from knowledge.products import catalog_terms
from knowledge.reranking import SIGNS, signs
from knowledge.segment import Segmenter

_CANDIDATES, _LOOKED_AT = 50, 20
_PENALTY = 3.0
_FIRST = (1, 3, 6)
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """A question with the passages looked at for it, by fused score, and which of them are right.

    `texts` are those of the right sources; the others' are empty.
    """

    brand: str
    sayings: tuple[tuple[str, ...], ...]
    texts: tuple[str, ...]
    signs: Array

    @property
    def right(self) -> NDArray[np.bool_]:
        return np.array([any(_has(text, one) for one in self.sayings) for text in self.texts])

    def told_in(self, order: NDArray[np.int_], first: int) -> bool:
        together = "".join(self.texts[place] for place in order[:first])
        return all(_has(together, one) for one in self.sayings)


def _has(text: str, wordings: tuple[str, ...]) -> bool:
    return any(squeezed(wording) in text for wording in wordings)


async def asked_of(
    brand: Brand, cases: list[Path], folder: Path, embedder: Embedder
) -> list[Asked]:
    """What the case files ask, with what the brand's knowledge has for it."""
    builder = Builder(brand, folder / brand.id, embedder)
    await bring_up_to_date(builder)
    rankings = (await open_newest(builder)).rankings
    segmenter = Segmenter(catalog_terms(brand.products))
    found = []
    for case in track(load_cases(cases, brand), brand.id):
        expect = case.turns[0].expect
        if not expect.sources or not expect.says:
            continue
        text = clean_line(case.turns[0].user)
        words, vector = segmenter.words(text), await embedder.query(text)
        best = fused(await rankings.candidates(words, vector, _CANDIDATES))[:_LOOKED_AT]
        read = await rankings.read([one.candidate.key for one in best], vector)
        texts = tuple(
            squeezed(" ".join((*one.passage.heading, one.passage.text)))
            if one.passage.cited in expect.sources
            else ""
            for one in read
        )
        seen = signs(text, words, read, rankings.rarity)
        found.append(Asked(brand.id, _sayings(expect), texts, seen))
    return found


def _sayings(expect: Expect) -> tuple[tuple[str, ...], ...]:
    return tuple((one,) if isinstance(one, str) else one for one in expect.says or ())


def weights_of(asked: list[Asked]) -> Array:
    """The weights by which right passages come before others."""
    pairs, counts = [], []
    for one in asked:
        right = one.right
        if right.any() and not right.all():
            apart = (one.signs[right][:, None] - one.signs[~right][None]).reshape(-1, len(SIGNS))
            pairs.append(apart)
            counts.append(np.full(len(apart), 1 / len(apart)))
    x = np.vstack(pairs)
    y = np.r_[np.ones(len(x)), np.zeros(len(x))]
    weigh = np.concatenate(counts)
    return fitted(np.vstack([x, -x]), y, _PENALTY, np.r_[weigh, weigh])[0]


def shares(asked: list[Asked], scores: list[Array]) -> str:
    """How often all sayings are in the first passages."""
    orders = [np.argsort(-own, kind="stable") for own in scores]
    told = [
        np.mean([one.told_in(order, first) for one, order in zip(asked, orders, strict=True)])
        for first in _FIRST
    ]
    return "  ".join(f"{share:6.1%}" for share in told)


async def main() -> None:
    """Print how brands are ranked by the others' weights, and the weights that all give."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--brand", type=Path, action="append", required=True)
    parser.add_argument("--cases", type=Path, action="append", required=True)
    parser.add_argument("--index", type=Path, default=Path(".cache/reranking"))
    told = parser.parse_args()
    embedder = EmbeddedE5()
    asked: list[Asked] = []
    for folder in told.brand:
        own = [path for path in told.cases if path.resolve().is_relative_to(folder.resolve())]
        asked += await asked_of(load_brand(folder), own, told.index, embedder)
    print(f"{len(asked)} questions of {len({one.brand for one in asked})} brands")
    print(f"{'in the first':14} " + "  ".join(f"{first:6}" for first in _FIRST))
    print(f"{'fused':14} {shares(asked, [-np.arange(len(one.texts)) for one in asked])}")
    others = {
        brand: weights_of([one for one in asked if one.brand != brand])
        for brand in dict.fromkeys(one.brand for one in asked)
    }
    print(f"{'re-ranked':14} {shares(asked, [one.signs @ others[one.brand] for one in asked])}")
    print(dict(zip(SIGNS, weights_of(asked).round(2).tolist(), strict=True)))


if __name__ == "__main__":
    asyncio.run(main())
