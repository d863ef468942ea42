"""Words for the full-text search: Chinese has no spaces, so they are made here."""

import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import rjieba

from knowledge.folding import fold
from knowledge.known_names import KnownNames
from knowledge.simplified import simplified
from knowledge.spelt import NEXT, spelt

_HAN = "㐀-䶿一-鿿豈-﫿"
_OTHER = re.compile(rf"[^\W_{_HAN}]+(?:[.\-_/'][^\W_{_HAN}]+)*")
_JOINTS = re.compile(r"[.\-_/']")
_NO_HAN = re.compile(rf"[^{_HAN}\x1e]+")
_ALONE = re.compile(rf"(?<![{_HAN}])[{_HAN}](?![{_HAN}])")
_BATCH = 256
_SPACE = ord(" ")


class Segmenter:
    """Cuts text into words; knows the names that no dictionary has."""

    def __init__(self, vocabulary: Iterable[str] = ()) -> None:
        self._terms = KnownNames(
            folded for term in vocabulary if len(folded := fold(simplified(term))) > 2
        )

    def words(self, text: str) -> tuple[str, ...]:
        """Lower-case words, parts of compounds, pairs of Han characters and known names.

        Traditional characters give the words of the Simplified ones. No word holds white space;
        the same text always gives the same words.
        """
        return tuple(next(self.lines([text])).split())

    def lines(self, texts: Sequence[str]) -> Iterator[str]:
        """For each text its words, with a space between them."""
        for start in range(0, len(texts), _BATCH):
            yield from self._lines(spelt(texts[start : start + _BATCH]))

    def _lines(self, texts: Sequence[str]) -> Iterator[str]:
        # Together, as it is the number of calls that costs the time.
        han = _NO_HAN.sub("\n", NEXT.join(texts))
        for text, words, pairs in zip(texts, _dictionary(han), _pairs(han), strict=True):
            parts = [words.strip(" "), pairs.strip(" "), *_ALONE.findall(text), *_others(text)]
            if self._terms:
                parts += (f"={term}" for term in self._terms.found_in(fold(text)))
            yield " ".join(filter(None, parts))


def _dictionary(han: str) -> list[str]:
    """The dictionary's words of two characters and more, of each text."""
    found = rjieba.cut_for_search(han)
    return " ".join([w for w in found if len(w) > 1 or w == NEXT]).split(NEXT)


def _pairs(han: str) -> list[str]:
    """All pairs of neighbouring characters, of each text.

    Pairs find what the dictionary cuts otherwise in question and text; a word of two characters
    stands twice and so weighs more than a pair that happens to be none.
    """
    codes = np.frombuffer(han.encode("utf-32-le", "replace"), dtype=np.uint32)
    told = np.full((len(codes), 3), _SPACE, dtype=np.uint32)
    told[:, 0], told[:-1, 1] = codes, codes[1:]
    gap, end = codes < _SPACE, codes == ord(NEXT)
    kept = ~gap
    kept[:-1] &= ~gap[1:]
    kept[-1:] = False
    # Of the end of a text only its sign stays.
    told[end, 1] = _SPACE
    pairs: str = told[kept | end].tobytes().decode("utf-32-le")
    return pairs.split(NEXT)


def _others(text: str) -> Iterator[str]:
    """Words of letters and digits, and the parts of those with joints."""
    for run in _OTHER.findall(text):
        yield run
        parts = _JOINTS.split(run)
        if len(parts) > 1:
            yield from filter(None, (*parts, "".join(parts)))
