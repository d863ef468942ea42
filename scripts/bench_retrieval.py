"""How well the hybrid search finds, next to its parts and to plain BM25.

Usage: make bench-retrieval SETS=FOLDER

FOLDER holds one folder a set, each with two files of one JSON object a line:
    passages.jsonl   {"id": "p0", "text": "..."}
    questions.jsonl  {"question": "...", "passages": ["p0"]}
Any SQuAD-like data set can be written so: a paragraph is a passage, each of its questions names it
(CMRC 2018, DRCD and XQuAD are public). A passage is cut as knowledge files are and has the rank of
its best piece, in all columns alike. Where two sets are called NAME-en and NAME-zh, the English
questions are asked of the Chinese passages as well. Only every second question of a fixed sample is
scored: the others were used to choose the weights.

Plain BM25 is the same formula over rjieba's words alone, without pairs of characters and without
Traditional characters made Simplified.
"""

import argparse
import asyncio
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rjieba
from bench_knowledge import Asked, by_both, by_meaning, by_words, lines, quality

from knowledge.chunk import passages_of
from knowledge.cleaning import clean
from knowledge.embed import EmbeddedE5, Embedder
from knowledge.passages import Passage
from knowledge.products import ProductNames
from knowledge.rankings import Candidate, MemoryRankings
from knowledge.segment import Segmenter
from knowledge.snapshot import Row, Snapshot

CANDIDATES = 50
SAMPLE = 500
Order = Callable[[Sequence[Candidate]], list[str]]
CHUNK = 32


@dataclass(frozen=True)
class Shelf:
    """A set's passages, open for searching in our way and in the plain one."""

    ours: MemoryRankings
    plain: MemoryRankings


def plain_words(text: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in rjieba.cut(text) if word.strip() and word.isalnum())


async def shelf(folder: Path, embedder: Embedder) -> Shelf:
    names, segmenter = ProductNames(()), Segmenter()
    documents = lines(folder / "passages.jsonl")
    # The document's id stands where a title would; it must not help or mislead.
    pieces = [p for d in documents for p in passages_of(d["id"], clean(d["text"]), names)]
    batches = [pieces[i : i + CHUNK] for i in range(0, len(pieces), CHUNK)]
    vectors = np.concatenate([await embedder.passages([p.text for p in b]) for b in batches])
    ours = [" ".join(segmenter.words(p.text)) for p in pieces]
    plain = [" ".join(plain_words(p.text)) for p in pieces]
    return Shelf(rankings(pieces, ours, vectors), rankings(pieces, plain, vectors))


def rankings(
    pieces: Sequence[Passage], words: Sequence[str], vectors: np.ndarray
) -> MemoryRankings:
    rows = tuple(Row(p, i, w) for i, (p, w) in enumerate(zip(pieces, words, strict=True)))
    return MemoryRankings(Snapshot(rows, vectors))


def sample(folder: Path, count: int) -> list[dict]:
    questions = lines(folder / "questions.jsonl")
    return random.Random(7).sample(questions, min(SAMPLE, len(questions)))[1::2][:count]


async def measured(name: str, opened: Shelf, questions: Sequence[dict], embedder: Embedder) -> None:
    segmenter, ours, plain = Segmenter(), [], []
    for question in questions:
        text, right = question["question"], frozenset(question["passages"])
        vector = await embedder.query(text)
        words = segmenter.words(text)
        ours.append(Asked(await opened.ours.candidates(words, vector, CANDIDATES), right))
        found = await opened.plain.candidates(plain_words(text), None, CANDIDATES)
        plain.append(Asked(found, right))
    columns = [(ours, by_both), (ours, by_meaning), (ours, by_words), (plain, by_words)]
    cells = [figures(asked, order) for asked, order in columns]
    print(f"{name:24} {len(questions):9}  " + "  ".join(cells), flush=True)


def figures(asked: Sequence[Asked], order: Order) -> str:
    return " ".join(
        f"{quality(asked, order, at)[1]:.3f}" if at else f"{quality(asked, order)[0]:.3f}"
        for at in (0, 1, 5)
    )


async def compare(sets: Sequence[Path], count: int) -> None:
    """Print one table: MRR, recall@1 and recall@5 of each way."""
    embedder = EmbeddedE5()
    print(
        f"{'':24} {'':9}  " + "  ".join(f"{w:17}" for w in ("hybrid", "vectors", "our BM25")),
        end="",
    )
    print("  plain BM25")
    print(f"{'set':24} {'questions':9}  " + "  ".join(["MRR   R@1   R@5  "] * 4))
    folders = {folder.name: folder for folder in sets}
    for name, folder in folders.items():
        opened = await shelf(folder, embedder)
        await measured(name, opened, sample(folder, count), embedder)
        english = folders.get(name.removesuffix("-zh") + "-en")
        if name.endswith("-zh") and english is not None:
            questions = sample(english, count)
            await measured(f"{english.name} on {name}", opened, questions, embedder)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="*")
    parser.add_argument("--questions", type=int, default=250, help="questions a set, at most")
    args = parser.parse_args()
    sets = sorted({q.parent for folder in args.folders for q in folder.glob("**/questions.jsonl")})
    if not sets:
        print(
            "There are no question sets in the folders given; nothing was measured. Say where they "
            "are: make bench-retrieval SETS=FOLDER. How to write some: the head of "
            "scripts/bench_retrieval.py.",
            file=sys.stderr,
        )
        return 1
    asyncio.run(compare(sets, args.questions))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
