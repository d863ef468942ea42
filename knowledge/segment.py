"""Words for the full-text search: Chinese has no spaces, so they are made here."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

import rjieba

from knowledge.folding import fold
from knowledge.simplified import simplified

_RUN = re.compile(r"[㐀-䶿一-鿿豈-﫿]+|[^\W_㐀-䶿一-鿿豈-﫿]+(?:[.\-_/'][^\W_㐀-䶿一-鿿豈-﫿]+)*")
_JOINTS = re.compile(r"[.\-_/']")
_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿]")


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
        normal = simplified(unicodedata.normalize("NFKC", text)).lower()
        words = [word for run in _RUN.findall(normal) for word in _words_of_run(run)]
        folded = fold(simplified(text))
        words.extend(f"={term}" for term in self._terms if term in folded)
        return tuple(words)


def _words_of_run(run: str) -> Iterator[str]:
    if not _HAN.match(run):
        yield run
        parts = _JOINTS.split(run)
        if len(parts) > 1:
            yield from (part for part in (*parts, "".join(parts)) if part)
        return
    # Pairs find what the dictionary cuts otherwise in question and text; a word of two characters
    # stands twice and so weighs more than a pair that happens to be none.
    if len(run) == 1:
        yield run
        return
    yield from (word for word in rjieba.cut_for_search(run) if len(word) > 1)
    yield from (run[i : i + 2] for i in range(len(run) - 1))
