"""Vectors of words and sentences that come up again and again."""

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.embed import Embedder

_REMEMBERED = 8192


class RememberedVectors:
    """An embedder that remembers the vectors of the last few thousand texts."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    async def of(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A row for each text.

        Raises:
            KnowledgeError: the embedder cannot be had.
        """
        vectors = {text: self._known[text] for text in texts if text in self._known}
        new = [text for text in dict.fromkeys(texts) if text not in vectors]
        if new:
            made = dict(zip(new, await self._embedder.passages(new), strict=True))
            # While it was awaited others may have pushed out what was known before.
            vectors |= made
            self._known.update(made)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return np.stack([vectors[text] for text in texts])
