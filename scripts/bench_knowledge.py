"""How well, how surely and how fast knowledge is found, each figure next to an alternative's.

Usage: make bench-knowledge SETS=FOLDER [ARGS="--only quality,foreign,size,ingest --sizes 10000"]

FOLDER holds one folder a question set, each with two files of one JSON object a line:
    passages.jsonl   {"id": "p0", "text": "..."}
    questions.jsonl  {"question": "...", "passages": ["p0"]}
Any SQuAD-like data set can be written so: a paragraph is a passage, each of its questions names it
(CMRC 2018, DRCD and XQuAD are public). A passage is cut as knowledge files are and has the rank of
its best piece. Where two sets are called NAME-en and NAME-zh, the English questions are asked of
the Chinese passages as well; where a set is in Traditional characters and the package `opencc` is
installed, its questions are asked in Simplified ones as well. Only every second question of a fixed
sample is scored: the others are for choosing weights and, here, for calibrating.

Plain BM25 is the same formula over rjieba's words of whole passages. Sizes are measured on
synthetic passages made of the sets' sentences, with vectors scattered around those of real ones
(scripts/bench_knowledge_size.py, which runs in processes of its own).
"""

import argparse
import asyncio
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rjieba
from bench_knowledge_ingest import compare_ingest
from bench_knowledge_sets import Question, QuestionSet, in_simplified, question_sets
from bench_knowledge_size import compare_sizes, sentences_in

from knowledge.bm25 import WordScores
from knowledge.calibrating import learnt, plainly_refused
from knowledge.covering import covered
from knowledge.embed import EmbeddedE5, Embedder
from knowledge.filters import language_of
from knowledge.foreignness import Signs
from knowledge.fusing import fused
from knowledge.questions import foreign_questions
from knowledge.rankings import MemoryRankings
from knowledge.reranking import relevances
from knowledge.segment import Segmenter

CANDIDATES, RERANKED, SIGHTED, KEPT = 50, 20, 8, 0.98
SEGMENTER = Segmenter()
Vectors = np.ndarray
Ranks = list[int | None]


@dataclass(frozen=True)
class Shelf:
    """A set's passages, open for searching in our way and in the plain one."""

    own: QuestionSet
    rankings: MemoryRankings
    plain: WordScores


def plain_words(text: str) -> list[str]:
    return [word.lower() for word in rjieba.cut(text) if word.strip() and word.isalnum()]


async def shelf(own: QuestionSet) -> Shelf:
    plain = [" ".join(plain_words(text)) for text in own.documents.values()]
    return Shelf(own, MemoryRankings(own.snapshot), WordScores(plain))


async def ranks(opened: Shelf, question: Question) -> dict[str, int | None]:
    """Where each way has the first right passage."""
    words = SEGMENTER.words(question.text)
    found = await opened.rankings.candidates(words, question.vector, CANDIDATES)
    pieces = opened.own.snapshot.rows
    sources = {c.key: pieces[c.key].passage.source for c in found}
    by_words = sorted((c.word_rank, c.key) for c in found if c.word_rank)
    own = opened.own.snapshot.vectors @ question.vector
    vectors = [pieces[i].passage.source for i in np.argsort(-own, kind="stable")[:CANDIDATES]]
    documents = list(opened.own.documents)
    best = [one.candidate.key for one in fused(found)]
    read = await opened.rankings.read(best[:RERANKED], question.vector)
    likely = relevances(question.text, words, read, opened.rankings.rarity)
    again = [best[i] for i in np.argsort(-likely, kind="stable")]
    scores = opened.plain.of(plain_words(question.text))
    plain = [documents[i] for i in np.argsort(-scores, kind="stable")[:CANDIDATES] if scores[i] > 0]
    return {
        "re-ranked": first([sources[key] for key in (*again, *best[RERANKED:])], question.right),
        "hybrid": first([sources[key] for key in best], question.right),
        "vectors": first(vectors, question.right),
        "our BM25": first([sources[key] for _, key in by_words], question.right),
        "plain BM25": first(plain, question.right),
    }


def first(order: Iterable[str], right: frozenset[str]) -> int | None:
    places = (i for i, one in enumerate(dict.fromkeys(order), 1) if one in right)
    return next(places, None)


def quality(found: Ranks) -> tuple[float, float, float]:
    """MRR, recall@1, recall@5."""
    return (
        sum(1 / rank for rank in found if rank) / len(found),
        sum(rank == 1 for rank in found) / len(found),
        sum(rank is not None and rank <= 5 for rank in found) / len(found),
    )


async def measured(name: str, opened: Shelf, questions: Sequence[Question]) -> dict[str, float]:
    """Print a line; gives the MRR of each way."""
    all_ranks = [await ranks(opened, question) for question in questions]
    found = {way: quality([one[way] for one in all_ranks]) for way in all_ranks[0]}
    cells = "  ".join(" ".join(f"{value:.3f}" for value in cell) for cell in found.values())
    print(f"{name:26} {len(questions):9}  {cells}", flush=True)
    return {way: cell[0] for way, cell in found.items()}


async def compare_quality(sets: Sequence[QuestionSet], embedder: Embedder) -> None:
    """One table: MRR, recall@1 and recall@5 of each way on each set."""
    ways = ("re-ranked", "hybrid", "vectors", "our BM25", "plain BM25")
    print(f"\n{'':26} {'':9}  " + "  ".join(f"{way:17}" for way in ways))
    print(f"{'questions on passages':26} {'questions':9}  " + "  ".join(["MRR   R@1   R@5  "] * 5))
    by_name, gains = {own.name: own for own in sets}, []
    for own in sets:
        opened = await shelf(own)
        asked = [(own.name, own.scored)]
        other = by_name.get(own.name.removesuffix("-zh") + "-en")
        if own.name.endswith("-zh") and other is not None:
            asked.append((f"{other.name} on {own.name}", other.scored))
        if (simple := await in_simplified(own.scored, embedder)) is not None:
            asked.append((f"{own.name}, Simplified", simple))
        for name, questions in asked:
            mrr = await measured(name, opened, questions)
            gains.append(mrr["hybrid"] - max(mrr["vectors"], mrr["our BM25"], mrr["plain BM25"]))
    print(f"hybrid above the better of the others, points of MRR: {100 * np.mean(gains):+.1f} on")
    print(f"average, {100 * min(gains):+.1f} at worst")


async def signs_of(opened: Shelf, text: str, vector: Vectors) -> Signs:
    """As `BrandKnowledge.signs`."""
    words = SEGMENTER.words(text)
    ranked = fused(await opened.rankings.candidates(words, vector, CANDIDATES))[:SIGHTED]
    read = await opened.rankings.read([one.candidate.key for one in ranked], vector)
    share = covered(text, words, [one.words for one in read], opened.rankings.rarity)
    return Signs(language_of(text), max(one.similarity for one in read), share)


async def compare_refusals(sets: Sequence[QuestionSet], embedder: Embedder) -> None:
    """One line for each two sets: calibrated on half of a set's questions, tried on the rest."""
    texts = foreign_questions()
    neutral = [(text, await embedder.query(text)) for text in texts]
    print(f"\nquestions of one set asked of another's knowledge, refused at {KEPT:.0%} of own kept")
    print(f"{'knowledge':16} {'questions':16} {'calibrated':>10} {'similarity alone':>17}")
    shares: list[tuple[float, float]] = []
    for own in sets:
        opened = await shelf(own)
        foreign = [await signs_of(opened, text, vector) for text, vector in neutral]
        tuned = [await signs_of(opened, q.text, q.vector) for q in own.tuned]
        calibration = learnt(tuned, foreign, embedder.name, KEPT)
        kept = [await signs_of(opened, q.text, q.vector) for q in own.scored]
        line = line_of([-calibration.foreignness(one) for one in kept])
        for other in sets:
            if other is own or other.twin_of(own):
                continue
            asked = [await signs_of(opened, q.text, q.vector) for q in other.scored]
            ours = float(np.mean([-calibration.foreignness(one) < line for one in asked]))
            plain = plainly_refused(kept, [one for one in asked for _ in (0, 1)], KEPT)
            shares.append((ours, plain))
            print(f"{own.name:16} {other.name:16} {ours:10.1%} {plain:17.1%}", flush=True)
    if shares:
        ours, plain = np.mean(shares, axis=0)
        print(f"{'all':33} {ours:10.1%} {plain:17.1%}")


def line_of(scores: Sequence[float]) -> float:
    return sorted(scores)[int(len(scores) * (1 - KEPT))]


Part = Callable[[Sequence[QuestionSet], Embedder], object]


async def compare(args: argparse.Namespace) -> int:
    embedder = EmbeddedE5()
    sets = await question_sets(args.folders, args.questions, embedder, args.cache)
    if not sets:
        print(
            "There are no question sets in the folders given; nothing was measured. Say where they "
            "are: make bench-knowledge SETS=FOLDER. How to write some: the head of "
            "scripts/bench_knowledge.py.",
            file=sys.stderr,
        )
        return 1
    if "quality" in args.only:
        await compare_quality(sets, embedder)
    if "foreign" in args.only:
        await compare_refusals(sets, embedder)
    if "size" in args.only:
        await compare_sizes(sets, args.sizes, args.cache)
    if "ingest" in args.only:
        await compare_ingest(sentences_in(sets), args.passages)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="*")
    parser.add_argument("--questions", type=int, default=500, help="sampled a set, half scored")
    parser.add_argument("--only", type=lambda text: text.split(","), default=["quality", "foreign"])
    parser.add_argument(
        "--sizes",
        type=lambda text: [int(size) for size in text.split(",")],
        default=[10_000, 100_000, 1_000_000],
    )
    parser.add_argument("--passages", type=int, default=40_000, help="so many are taken in")
    parser.add_argument("--cache", type=Path, help="a folder for vectors and synthetic indexes")
    return asyncio.run(compare(parser.parse_args()))


if __name__ == "__main__":
    raise SystemExit(main())
