"""How near the things that a question names come to the words of what was found.

Two words that mean nearly the same lie near each other where their texts do not share a letter,
so this sees what a comparison of spellings cannot: that nothing found speaks of the thing asked
about. Chosen and measured with scripts/fit_sureness.py.
"""

import re
from collections.abc import Iterable, Sequence

import rjieba

from knowledge.errors import KnowledgeError
from knowledge.remembered_vectors import RememberedVectors

# Parts of speech of jieba's tag set that name a thing, and those that carry meaning at all.
_NAMING = frozenset({"n", "nz", "nt", "nr", "ns", "l", "i", "j", "eng", "nrt", "nrfg", "vn"})
_MEANING = _NAMING | {"v", "a", "an", "t", "s", "z", "b"}
_HAN = re.compile(r"[一-鿿]")
_LATIN = re.compile(r"[a-z][a-z'-]{2,}")
_FIGURE = re.compile(r"[\d.]+")
_MOST = 200


class Nearness:
    """Compares words by their vectors."""

    def __init__(self, vectors: RememberedVectors) -> None:
        self._vectors = vectors

    async def of(self, question: str, texts: Sequence[str]) -> tuple[tuple[str, float], ...] | None:
        """Each thing the question names, with the cosine of the nearest word in the texts.

        1.0 where it stands there itself. None where the embedder cannot be had.
        """
        named = _words(question.lower(), _NAMING, guessed=(True,))
        there = "\n".join(texts).lower()
        open_ = tuple(word for word in named if word not in there)
        words = _words(there, _MEANING, guessed=(False, True))[:_MOST]
        if open_ and words:
            try:
                vectors = await self._vectors.of((*open_, *words))
            except KnowledgeError:
                return None
            cosines = vectors[: len(open_)] @ vectors[len(open_) :].T
            nearest = dict(zip(open_, cosines.max(axis=1).tolist(), strict=True))
        else:
            nearest = dict.fromkeys(open_, 0.0)
        return tuple((word, round(nearest.get(word, 1.0), 4)) for word in named)


def _words(text: str, tags: frozenset[str], *, guessed: Iterable[bool]) -> tuple[str, ...]:
    """The words of a text that are such parts of speech, each once; all words of English.

    `guessed`: whether words that the dictionary does not have are guessed; they may be two halves
    of others, so a text that is compared with is cut both ways.
    """
    words = _LATIN.findall(text)
    if _HAN.search(text):
        tagged = [pair for hmm in guessed for pair in rjieba.tag(text, hmm=hmm)]
        words += [word for word, tag in tagged if tag in tags and len(word) > 1]
    return tuple(dict.fromkeys(word for word in words if not _FIGURE.fullmatch(word)))
