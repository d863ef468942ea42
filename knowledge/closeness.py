"""How close each sentence of the passages found is to the question.

A passage is found as a whole, but a customer is told the sentences of it that answer. People's
words are seldom those of the text, so letters shared tell only half of which these are.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import KnowledgeError
from knowledge.passages import Passage
from knowledge.remembered_vectors import RememberedVectors
from knowledge.sentences import plain, sentences_of

_KINDS = frozenset({"text", "question_answer"})
_MOST = 60


async def closeness(
    vectors: RememberedVectors, question: NDArray[np.float32] | None, passages: Iterable[Passage]
) -> tuple[tuple[str, float], ...]:
    """Each sentence of the passages that have several, with its cosine to the question.

    Nothing where the embedder cannot be had.
    """
    if question is None:
        return ()
    told = [sentences_of(plain(one.text, one.kind)) for one in passages if one.kind in _KINDS]
    sentences = [one for parts in told if len(parts) > 1 for one in parts]
    asked = tuple(dict.fromkeys(sentences))[:_MOST]
    if not asked:
        return ()
    try:
        cosines = await vectors.of(asked) @ question
    except KnowledgeError:
        return ()
    return tuple(zip(asked, np.round(cosines, 4).tolist(), strict=True))
