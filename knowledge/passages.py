"""A passage: the piece of knowledge that is found, quoted and cited."""

from dataclasses import dataclass
from typing import Literal, Protocol

from knowledge.sources import FOLDER, RECORDS

PassageKind = Literal["text", "table_row", "question_answer", "product"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A few sentences, a table row or one product, with everything needed to understand it alone.

    `id` is stable across rebuilds while source and content stay the same. `source` is the path
    relative to the brand folder (`knowledge/returns.md`, `catalog.csv`). `heading` is the path of
    headings above the passage, document title first. `text` is what may be shown to a customer:
    clean, original script, a table row written as `header: value` pairs. `sku` is set when the
    passage is about exactly one product. `also` names further files that say the same; `page` is
    the page of its document, where that has several.
    """

    id: str
    source: str
    heading: tuple[str, ...]
    text: str
    kind: PassageKind
    sku: str | None = None
    also: tuple[str, ...] = ()
    page: int | None = None

    @property
    def cited(self) -> str:
        """The file to cite: of an accepted record the one that its words stand in."""
        read_in = next((name for name in self.also if name.startswith(f"{FOLDER}/")), self.source)
        return read_in if self.source == RECORDS else self.source


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found: fused score (higher is better), its parts, and where each ranking had it.

    `score` is the sum of `by_words` and `by_meaning`, each at most a half. `similarity` is the
    cosine of the passage alone; `by_meaning` also counts what stands around it. `relevance` is how
    likely the passage is to answer, as log-odds next to the others (`knowledge.reranking`); None
    where the embedder is down, or another than the weights are for.
    """

    passage: Passage
    score: float
    similarity: float
    word_rank: int | None
    vector_rank: int | None
    by_words: float = 0.0
    by_meaning: float = 0.0
    relevance: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave, best first, and the version of the knowledge it was found in.

    `embedding_ms` is the time spent in the embedding model, in milliseconds. `nearness` has each
    thing that the query names and how near a word of the best passages comes to it (cosine; 1.0
    where it stands there); None where the embedder's cosines are of another scale. `closeness`
    has the sentences of the passages with their cosines to the query.
    """

    query: str
    version: int
    hits: tuple[Hit, ...]
    embedding_ms: float = 0.0
    nearness: tuple[tuple[str, float], ...] | None = None
    coverage: float = 0.0
    foreignness: float | None = None
    closeness: tuple[tuple[str, float], ...] = ()


class Knowledge(Protocol):
    """Knowledge that can be searched."""

    async def search(self, query: str, limit: int = 5) -> Found:
        """The passages nearest to the query, at most `limit`."""
        ...
