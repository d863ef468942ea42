"""Large indexes for scripts/bench_knowledge.py: built once, searched in a process of its own.

`python scripts/bench_knowledge_size.py FOLDER SIZE build|search`; FOLDER has `sentences.npz`.
"""

import asyncio
import json
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from bench_knowledge_sets import QuestionSet

from knowledge.change import Change, load_order, save_change
from knowledge.fusing import fused
from knowledge.reranking import relevances
from knowledge.segment import Segmenter
from knowledge.snapshot import Row, Snapshot
from knowledge.table import LEANING, arrow, connected, create, keep_up, merge
from knowledge.table_rankings import TableRankings, open_table_rankings
from knowledge.writing import passage

LENGTH, BATCH, CANDIDATES, RERANKED, SHOWN = 180, 20_000, 50, 10, 5
SCATTER, QUERIES, EXACT = 0.35, 300, 60
SENTENCE = re.compile(r"[^。！？.!?]{8,120}[。！？.!?]?")


async def compare_sizes(
    sets: Sequence[QuestionSet], sizes: Sequence[int], cache: Path | None
) -> None:
    """One line for each size."""
    folder = cache or Path("var/bench-knowledge")
    chosen = [own for own in sets if not own.name.endswith("-en")]
    texts = sentences_in(chosen)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(
        folder / "sentences.npz",
        texts=np.array(texts),
        vectors=np.concatenate([own.snapshot.vectors for own in chosen]),
        questions=np.array([q.text for own in chosen for q in own.questions]),
        asked=np.array([q.vector for own in chosen for q in own.questions]),
    )
    print("\nsynthetic passages of about 200 characters, searched in the database (ms: p50 p95)")
    for size in sizes:
        for act in () if (folder / f"size-{size}" / "built.json").exists() else ("build",):
            _child(folder, size, act)
        _child(folder, size, "search")


def sentences_in(sets: Sequence[QuestionSet]) -> list[str]:
    """What synthetic passages are made of."""
    texts = (t for own in sets if not own.name.endswith("-en") for t in own.documents.values())
    return [sentence for text in texts for sentence in SENTENCE.findall(text)]


def _child(folder: Path, size: int, act: str) -> None:
    subprocess.run([sys.executable, __file__, str(folder), str(size), act], check=True)


def rows_of(stored: dict[str, np.ndarray], size: int) -> Iterator[Snapshot]:
    """Passages of some sentences each, and vectors scattered around real ones."""
    segmenter, pick, noise = Segmenter(), random.Random(1), np.random.default_rng(1)
    texts = [str(text) for text in stored["texts"]]
    words = [" ".join(segmenter.words(text)) for text in texts]
    real = stored["vectors"]
    for start in range(0, size, BATCH):
        rows = []
        for number in range(start, min(start + BATCH, size)):
            chosen: list[int] = []
            while sum(len(texts[i]) for i in chosen) < LENGTH:
                chosen.append(pick.randrange(len(texts)))
            code = f"{pick.choice('ABCDEFGH')}{number:07}"
            text = "".join(texts[i] for i in chosen) + code
            made = passage(f"knowledge/d{number // 20}.md", ("标题", "小节"), text, "text")
            cut = " ".join((*(words[i] for i in chosen), code.lower()))
            rows.append(Row(made, number % 20, cut))
        vectors = real[noise.integers(len(real), size=len(rows))].astype(np.float32)
        scatter = noise.standard_normal(vectors.shape).astype(np.float32)
        vectors += SCATTER * scatter / np.linalg.norm(scatter, axis=1, keepdims=True)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        yield Snapshot(tuple(rows), vectors)


async def build(folder: Path, size: int) -> None:
    stored, place = dict(np.load(folder / "sentences.npz")), folder / f"size-{size}"
    shutil.rmtree(place, ignore_errors=True)
    started, cpu = time.perf_counter(), time.process_time()
    table = await create(
        await connected(place, ""), (arrow(snapshot) for snapshot in rows_of(stored, size))
    )
    await keep_up(table)
    seconds, used = time.perf_counter() - started, time.process_time() - cpu
    kept = {"version": await table.version(), "seconds": seconds, "cpu": used}
    (place / "built.json").write_text(json.dumps(kept), "utf-8")
    print(f"{size:9,} built in {seconds:.0f} s, {used:.0f} s of a core", flush=True)


async def search(folder: Path, size: int) -> None:
    stored, place = dict(np.load(folder / "sentences.npz")), folder / f"size-{size}"
    version = json.loads((place / "built.json").read_text("utf-8"))["version"]
    questions = [str(text) for text in stored["questions"]]
    picked = random.Random(3).sample(range(len(questions)), QUERIES)
    segmenter = Segmenter()
    asked = [(segmenter.words(questions[i]), stored["asked"][i]) for i in picked]
    del stored
    started = time.perf_counter()
    rankings = await open_table_rankings(place, version)
    opened = time.perf_counter() - started
    for words, vector in asked:  # once to warm up
        await rankings.candidates(words, vector, CANDIDATES)
    lexical = [await timed(rankings, words, None) for words, _ in asked]
    nearest = [await timed(rankings, (), vector) for _, vector in asked]
    both = [await timed(rankings, words, vector) for words, vector in asked]
    held = resident()  # comparing all vectors for the recall needs memory that no search does
    recall = np.mean([await recalled(rankings, vector) for _, vector in asked[:EXACT]])
    print(
        f"{size:9,} hybrid {cell(both)}  words {cell(lexical)}  vectors {cell(nearest)}  "
        f"recall@10 {recall:.3f}  opened {opened:.2f} s  resident {held:.0f} MB",
        flush=True,
    )
    live = await changed(rankings, place, size)
    print(f"{'':9} one changed document live after {live:.2f} s", flush=True)


async def timed(rankings: TableRankings, words: Sequence[str], vector: np.ndarray | None) -> float:
    """Milliseconds for a search as BrandKnowledge does it, the question's embedding left out."""
    started = time.perf_counter()
    found = fused(await rankings.candidates(words, vector, CANDIDATES))
    if vector is None:
        await rankings.read([one.candidate.key for one in found[:SHOWN]], vector)
    else:
        read = await rankings.read([one.candidate.key for one in found[:RERANKED]], vector)
        relevances(" ".join(words), words, read, rankings.rarity)
    return (time.perf_counter() - started) * 1000


async def recalled(rankings: TableRankings, vector: np.ndarray) -> float:
    """The share of the exactly nearest ten that are among the nearest ten found."""
    found = await rankings.candidates((), vector, CANDIDATES)
    query = rankings.table.query().nearest_to(vector).column(LEANING).distance_type("dot")
    query = query.bypass_vector_index().select(["_distance"]).with_row_id()
    exact = (await query.limit(10).to_arrow())["_rowid"].to_pylist()
    return len({one.key for one in found if (one.vector_rank or 11) <= 10} & set(exact)) / 10


async def changed(rankings: TableRankings, place: Path, size: int) -> float:
    """Seconds until a document with a new passage is found by a reader that opens it anew."""
    table = rankings.table
    before = await table.version()
    await table.checkout_latest()
    made = passage("knowledge/d7.md", ("标题", "小节"), "全新的句子是紫色河马。", "text")
    vector = np.eye(1, (await table.schema()).field("vector").type.list_size, dtype=np.float32)
    words = Segmenter().words(made.text)
    change = Change(
        2, None, ("knowledge/d7.md",), Snapshot((Row(made, 0, " ".join(words)),), vector)
    )
    save_change(change, place / "change")
    started = time.perf_counter()
    await merge(table, load_order(place / "change"))
    fresh = await open_table_rankings(place, await table.version())
    found = await fresh.candidates(words, None, 5)
    read = await fresh.read([one.key for one in found], None)
    seconds = time.perf_counter() - started
    if made.text not in {one.passage.text for one in read}:
        raise SystemExit("the changed document was not found")
    await table.checkout(before)
    await table.restore()
    return seconds


def cell(milliseconds: Sequence[float]) -> str:
    return "{:5.1f} {:5.1f}".format(*np.percentile(milliseconds, [50, 95]))


def resident() -> float:
    status = Path("/proc/self/status").read_text("utf-8")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


if __name__ == "__main__":
    act = build if sys.argv[3] == "build" else search
    asyncio.run(act(Path(sys.argv[1]), int(sys.argv[2])))
