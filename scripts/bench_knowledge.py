"""How well questions find their passages: by words, by meaning, and fused.

Usage: python scripts/bench_knowledge.py FOLDER [--questions 300]

FOLDER holds one folder a question set, each with passages.jsonl {"id", "text"} and questions.jsonl
{"question", "passages": [ids]}. Documents are cut as knowledge files are; a document's rank is that
of its first passage.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.change import SMALL_INDEX
from knowledge.chunk import passages_of
from knowledge.cleaning import clean
from knowledge.embed import EmbeddedE5, Embedder
from knowledge.products import ProductNames
from knowledge.rankings import Candidate, MemoryRankings
from knowledge.search import fused
from knowledge.segment import Segmenter
from knowledge.snapshot import Row, Snapshot

CANDIDATES = 50


@dataclass(frozen=True)
class Asked:
    """A question's candidates, and the documents that answer it."""

    candidates: tuple[Candidate, ...]
    right: frozenset[str]


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


async def shelf(documents: Sequence[dict[str, Any]], embedder: Embedder) -> Snapshot:
    """All documents, cut, segmented and embedded."""
    names, segmenter = ProductNames(()), Segmenter()
    passages = [p for d in documents for p in passages_of(d["id"], clean(d["text"]), names)]
    # The document's id stands where a file's title would; it must not help or mislead.
    rows = tuple(Row(p, i, " ".join(segmenter.words(p.text))) for i, p in enumerate(passages))
    batches = [passages[i : i + 32] for i in range(0, len(passages), 32)]
    vectors = [await embedder.passages([p.text for p in batch]) for batch in batches]
    return Snapshot(rows[:SMALL_INDEX], np.concatenate(vectors))


async def ask(folder: Path, limit: int, embedder: Embedder) -> tuple[list[Asked], float, int]:
    """The candidates of a sample of a set's questions, and the median milliseconds to find them."""
    snapshot = await shelf(lines(folder / "passages.jsonl"), embedder)
    rankings, segmenter = MemoryRankings(snapshot), Segmenter()
    questions = lines(folder / "questions.jsonl")
    asked, milliseconds = [], []
    for question in random.Random(7).sample(questions, min(limit, len(questions))):
        vector = await embedder.query(question["question"])
        started = time.perf_counter()
        words = segmenter.words(question["question"])
        candidates = await rankings.candidates(words, vector, CANDIDATES)
        fused(candidates)
        milliseconds.append((time.perf_counter() - started) * 1000)
        asked.append(Asked(candidates, frozenset(question["passages"])))
    return asked, float(np.median(milliseconds)), len(snapshot.rows)


def by_words(candidates: Sequence[Candidate]) -> list[str]:
    ranked = [(c.word_rank, c.passage.source) for c in candidates if c.word_rank is not None]
    return [source for _, source in sorted(ranked)]


def by_meaning(candidates: Sequence[Candidate]) -> list[str]:
    ranked = [(c.vector_rank, c.passage.source) for c in candidates if c.vector_rank is not None]
    return [source for _, source in sorted(ranked)]


def by_both(candidates: Sequence[Candidate]) -> list[str]:
    return [hit.passage.source for hit in fused(candidates)]


def quality(
    asked: Sequence[Asked], order: Callable[[Sequence[Candidate]], list[str]], among: int = 5
) -> tuple[float, float]:
    """Mean reciprocal rank, and the share of questions with a right document among the first."""
    ranks = []
    for question in asked:
        documents = list(dict.fromkeys(order(question.candidates)))
        places = [i for i, document in enumerate(documents, 1) if document in question.right]
        ranks.append(places[0] if places else None)
    mrr = sum(1 / rank for rank in ranks if rank) / len(ranks)
    return mrr, sum(rank is not None and rank <= among for rank in ranks) / len(ranks)


def question_sets(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.glob("*/questions.jsonl"))


async def compare(sets: Sequence[Path], limit: int) -> None:
    """Print one table."""
    embedder = EmbeddedE5()
    print("set           passages  questions  ms    words        meaning      fused")
    print("                                         MRR   R@5    MRR   R@5    MRR   R@5")
    for one in sets:
        asked, milliseconds, passages = await ask(one, limit, embedder)
        cells = [quality(asked, order) for order in (by_words, by_meaning, by_both)]
        figures = "  ".join(f"{mrr:.3f} {recall:.3f}" for mrr, recall in cells)
        print(
            f"{one.name:12} {passages:9} {len(asked):10}  {milliseconds:4.2f}  {figures}",
            flush=True,
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--questions", type=int, default=300, help="questions a set, a fixed sample"
    )
    args = parser.parse_args()
    sets = question_sets(args.folder)
    if not sets:
        print(
            f"There are no question sets in {args.folder}; nothing was measured.", file=sys.stderr
        )
        return 1
    asyncio.run(compare(sets, args.questions))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
