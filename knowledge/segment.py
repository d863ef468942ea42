"""Words for the full-text search: Chinese has no spaces, so that its words are made here.

They are all pairs of neighbouring Han characters. A dictionary's words beside them find no more
(docs/knowledge-search.md has the figures), take longer to cut than all else, and make the index
half as large again.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.folding import fold
from knowledge.known_names import KnownNames
from knowledge.simplified import simplified
from knowledge.spelt import NEXT, spelt

_CODE = re.compile(r"[^\W_]+(?:[.\-_/'][^\W_]+)*")
_JOINTS = re.compile(r"[.\-_/']")
_HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF))
_BATCH = 256
_SPACE, _NEXT = ord(" "), ord(NEXT)

Codes = NDArray[np.uint32]
Where = NDArray[np.bool_]


class Segmenter:
    """Cuts text into words; knows the names that no dictionary has."""

    def __init__(self, vocabulary: Iterable[str] = ()) -> None:
        self._terms = KnownNames(
            folded for term in vocabulary if len(folded := fold(simplified(term))) > 2
        )

    def words(self, text: str) -> tuple[str, ...]:
        """Pairs of Han characters, lower-case words, parts of compounds, and known names.

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
        codes = np.frombuffer(NEXT.join(texts).encode("utf-32-le", "replace"), dtype=np.uint32)
        han = _is_han(codes)
        for text, pairs, rest in zip(texts, _pairs(codes, han), _rest(codes, han), strict=True):
            parts = [pairs.strip(" "), *_codes_in(rest)]
            if self._terms:
                parts += (f"={term}" for term in self._terms.found_in(fold(text)))
            yield " ".join(filter(None, parts))


def _is_han(codes: Codes) -> Where:
    within = np.zeros(len(codes), dtype=bool)
    for first, last in _HAN:
        within |= (codes >= first) & (codes <= last)
    return within


def _pairs(codes: Codes, han: Where) -> list[str]:
    """All pairs of neighbouring Han characters, and such as stand alone, of each text."""
    followed, follows = np.zeros((2, len(han)), dtype=bool)
    followed[:-1] = follows[1:] = han[:-1] & han[1:]
    end = codes == _NEXT
    told = np.full((len(codes), 3), _SPACE, dtype=np.uint32)
    told[:, 0] = codes
    told[:-1, 1] = codes[1:]
    written = np.empty((len(codes), 3), dtype=bool)
    # Of a character that stands alone, and of the end of a text, only itself and a space.
    written[:, 1] = followed
    written[:, 0] = written[:, 2] = followed | (han & ~follows) | end
    return _text(told[written]).split(NEXT)


def _rest(codes: Codes, han: Where) -> list[str]:
    """Each text with a space in place of every run of Han characters."""
    kept = ~han
    kept[1:] |= ~han[:-1]
    return _text(np.where(han, np.uint32(_SPACE), codes)[kept]).split(NEXT)


def _text(codes: Codes) -> str:
    return codes.tobytes().decode("utf-32-le")


def _codes_in(text: str) -> Iterator[str]:
    """Words of letters and digits, and the parts of those with joints."""
    for run in _CODE.findall(text):
        yield run
        parts = _JOINTS.split(run)
        if len(parts) > 1:
            yield from filter(None, (*parts, "".join(parts)))
