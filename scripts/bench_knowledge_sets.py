"""Question sets for scripts/bench_knowledge.py, cut and embedded; a cache spares doing so again."""

import json
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.chunk import passages_of
from knowledge.cleaning import clean
from knowledge.embed import Embedder
from knowledge.products import ProductNames
from knowledge.segment import Segmenter
from knowledge.snapshot import Row, Snapshot

BATCH = 32
_TRADITIONAL = frozenset("這個們來說時會國學對與於後還進過")


@dataclass(frozen=True)
class Question:
    """A question, its vector, and the documents that answer it."""

    text: str
    right: frozenset[str]
    vector: np.ndarray


@dataclass(frozen=True)
class QuestionSet:
    """A set's documents and pieces, and a fixed sample of its questions."""

    name: str
    documents: dict[str, str]
    snapshot: Snapshot
    questions: tuple[Question, ...]

    @property
    def tuned(self) -> tuple[Question, ...]:
        """The half that weights may be chosen with."""
        return self.questions[0::2]

    @property
    def scored(self) -> tuple[Question, ...]:
        """The half that is reported."""
        return self.questions[1::2]

    def twin_of(self, other: "QuestionSet") -> bool:
        """Whether it is the same set in another language: NAME-en of NAME-zh."""
        return self.name.rsplit("-", 1)[0] == other.name.rsplit("-", 1)[0]


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


async def question_sets(
    folders: Sequence[Path], count: int, embedder: Embedder, cache: Path | None
) -> list[QuestionSet]:
    """The sets in the folders, in order of their names."""
    found = sorted({q.parent for folder in folders for q in folder.glob("**/questions.jsonl")})
    return [await _question_set(folder, count, embedder, cache) for folder in found]


async def _question_set(
    folder: Path, count: int, embedder: Embedder, cache: Path | None
) -> QuestionSet:
    names, segmenter = ProductNames(()), Segmenter()
    documents = {line["id"]: line["text"] for line in lines(folder / "passages.jsonl")}
    # The document's id stands where a title would; it must not help or mislead.
    pieces = [p for key, text in documents.items() for p in passages_of(key, clean(text), names)]
    asked = lines(folder / "questions.jsonl")
    sample = random.Random(7).sample(asked, min(count, len(asked)))
    kept = cache / f"{folder.name}-{count}.npz" if cache else None
    if kept and kept.exists():
        stored = np.load(kept)
        vectors, query_vectors = stored["passages"], stored["questions"]
    else:
        vectors = await _passages([p.text for p in pieces], embedder, folder.name)
        query_vectors = np.array([await embedder.query(one["question"]) for one in sample])
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            np.savez(kept, passages=vectors, questions=query_vectors)
    rows = tuple(Row(p, i, " ".join(segmenter.words(p.text))) for i, p in enumerate(pieces))
    questions = tuple(
        Question(one["question"], frozenset(one["passages"]), vector)
        for one, vector in zip(sample, query_vectors, strict=True)
    )
    return QuestionSet(folder.name, documents, Snapshot(rows, vectors), questions)


async def _passages(texts: Sequence[str], embedder: Embedder, name: str) -> np.ndarray:
    batches = []
    for start in range(0, len(texts), BATCH):
        batches.append(await embedder.passages(texts[start : start + BATCH]))
        print(f"\r{name}: {start + BATCH} of {len(texts)} pieces", end="", file=sys.stderr)
    print(file=sys.stderr)
    return np.concatenate(batches)


async def in_simplified(
    questions: Sequence[Question], embedder: Embedder
) -> tuple[Question, ...] | None:
    """Questions in Traditional characters as OpenCC writes them in Simplified ones."""
    traditional = sum(bool(_TRADITIONAL & set(one.text)) for one in questions)
    if traditional < len(questions) / 4:
        return None
    try:
        import opencc  # noqa: PLC0415 - not needed otherwise, and not a dependency
    except ImportError:
        print("(opencc is not installed: no Simplified questions)", file=sys.stderr)
        return None
    convert = opencc.OpenCC("t2s").convert
    texts = [convert(one.text) for one in questions]
    vectors = [await embedder.query(text) for text in texts]
    return tuple(
        replace(one, text=text, vector=vector)
        for one, text, vector in zip(questions, texts, vectors, strict=True)
    )
