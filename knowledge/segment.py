"""Words for the full-text search: Chinese has no spaces, so they are made here."""

import operator
import re
import unicodedata
from collections.abc import Iterable

import rjieba

from knowledge.folding import fold
from knowledge.simplified import simplified

_RUN = re.compile(r"[㐀-䶿一-鿿豈-﫿]+|[^\W_㐀-䶿一-鿿豈-﫿]+(?:[.\-_/'][^\W_㐀-䶿一-鿿豈-﫿]+)*")
_JOINTS = re.compile(r"[.\-_/']")
_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿]")
# Punctuation that Chinese text is full of, made plain at once: what is left is plain already in
# most texts, which need no second look.
_PLAIN = str.maketrans(
    {"　": " ", "…": "...", **{chr(c): chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)}}
)


class Segmenter:
    """Cuts text into words; knows the names that no dictionary has."""

    def __init__(self, vocabulary: Iterable[str] = ()) -> None:
        self._terms = tuple(
            sorted({folded for term in vocabulary if len(folded := fold(simplified(term))) > 2})
        )

    def words(self, text: str) -> tuple[str, ...]:
        """Lower-case words, parts of compounds, pairs of Han characters and known names.

        Traditional characters give the words of the Simplified ones. No word holds white space;
        the same text always gives the same words.
        """
        words: list[str] = []
        for run in _RUN.findall(_normal(text)):
            words += _words_of_run(run)
        if self._terms:
            folded = fold(simplified(text))
            words += (f"={term}" for term in self._terms if term in folded)
        return tuple(words)


def _normal(text: str) -> str:
    plain = text.translate(_PLAIN)
    if not unicodedata.is_normalized("NFKC", plain):
        plain = unicodedata.normalize("NFKC", text)
    return simplified(plain).lower()


def _words_of_run(run: str) -> list[str]:
    if not _HAN.match(run):
        parts = _JOINTS.split(run)
        return [run, *filter(None, (*parts, "".join(parts)))] if len(parts) > 1 else [run]
    # Pairs find what the dictionary cuts otherwise in question and text; a word of two characters
    # stands twice and so weighs more than a pair that happens to be none.
    if len(run) == 1:
        return [run]
    words = [word for word in rjieba.cut_for_search(run) if len(word) > 1]
    words += map(operator.add, run, run[1:])
    return words
