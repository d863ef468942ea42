"""Embeddings from an Ollama server."""

import asyncio
from collections.abc import Sequence

import httpx
import numpy as np
from numpy.typing import NDArray
from ollama import AsyncClient, ResponseError

from knowledge.cleaning import clean_line
from knowledge.errors import KnowledgeError

_SECONDS, _CONNECT_SECONDS = 60.0, 5.0
# A customer waits for this one; a model that must be loaded first is given its time by `warm`.
_QUERY_SECONDS = 20.0
_LONGEST_TEXT = 2000
# This family was trained with the task before the question, and nothing before the passage.
_INSTRUCTED = "qwen3-embedding"
_INSTRUCTION = "Instruct: Given a customer's question, retrieve passages that answer it\nQuery: "


class OllamaEmbedder:
    """A model such as bge-m3 or qwen3-embedding on an Ollama server."""

    def __init__(self, model: str, url: str, seconds: float = _SECONDS) -> None:
        self._model = model
        self._url = url
        self._query_seconds = min(seconds, _QUERY_SECONDS)
        self._prefix = _INSTRUCTION if _INSTRUCTED in model else ""
        self._client = AsyncClient(
            host=url, timeout=httpx.Timeout(seconds, connect=_CONNECT_SECONDS)
        )

    @property
    def name(self) -> str:
        """The model as the settings name it."""
        return f"ollama:{self._model}"

    async def query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question."""
        short = clean_line(text)[:_LONGEST_TEXT]
        try:
            async with asyncio.timeout(self._query_seconds):
                vector: NDArray[np.float32] = (await self._embed([self._prefix + short]))[0]
        except TimeoutError as error:
            raise KnowledgeError(f"Ollama at {self._url} takes too long to embed.") from error
        return vector

    async def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of passages, one row each."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        return await self._embed([clean_line(text)[:_LONGEST_TEXT] for text in texts])

    async def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        try:
            answer = await self._client.embed(model=self._model, input=texts)
        except ResponseError as error:
            raise KnowledgeError(
                f"Ollama at {self._url} cannot embed with {self._model} ({error.error}). "
                f"Try `ollama pull {self._model}`, or set embeddings to embedded."
            ) from error
        except (ConnectionError, httpx.HTTPError, ValueError) as error:
            raise KnowledgeError(
                f"Ollama does not answer at {self._url}. Start it, correct the address, or set "
                "embeddings to embedded."
            ) from error
        return self._unit_vectors(answer.embeddings, len(texts))

    def _unit_vectors(self, rows: Sequence[Sequence[float]], count: int) -> NDArray[np.float32]:
        widths = {len(row) for row in rows}
        if len(rows) != count or len(widths) != 1 or 0 in widths:
            raise KnowledgeError(
                f"{self._model} on {self._url} gave no proper vectors; is it an embedding model?"
            )
        vectors: NDArray[np.float32] = np.array(rows, dtype=np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.all(np.isfinite(lengths)) or not np.all(lengths > 0):
            raise KnowledgeError(f"{self._model} on {self._url} gave vectors without direction.")
        vectors /= lengths
        return vectors
