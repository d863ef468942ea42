"""Texts in one spelling, for comparing and for cutting into words; never shown."""

import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from knowledge.simplified import simplified

# Punctuation that Chinese text is full of, made plain at once: what is left is plain already in
# most texts, which need no second look.
_PLAIN = str.maketrans(
    {"　": " ", "…": "...", **{chr(c): chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)}}
)
# Stands between texts that are taken together; no dictionary joins what is around it.
NEXT = "\x1e"


def spelt(texts: Sequence[str]) -> list[str]:
    """Each in Simplified script and lower case, without forms of letters that look the same.

    Nearly all are done together by a table of characters, as calls cost more than characters.
    """
    codes = np.frombuffer(NEXT.join(texts).encode("utf-32-le", "replace"), dtype=np.uint32)
    known = _spelling()
    written = np.where(codes < len(known), known[np.minimum(codes, len(known) - 1)], codes)
    plain = written.tobytes().decode("utf-32-le").lower().split(NEXT)
    if len(plain) != len(texts):
        return [_normal(text) for text in texts]
    return [
        done if unicodedata.is_normalized("NFKC", done) else _normal(text)
        for done, text in zip(plain, texts, strict=True)
    ]


@cache
def _spelling() -> NDArray[np.uint32]:
    """For each character the plain and Simplified one that is written in its place."""
    # Dots between words join none of them: a space does as well, and is one character.
    characters = "".join(map(chr, range(0xD800))).replace("…", " ")
    plain = simplified(characters.translate(_PLAIN))
    wide = simplified("".join(map(chr, range(0xE000, 0x10000))).translate(_PLAIN))
    surrogates = np.full(0x800, ord("?"), dtype=np.uint32)
    return np.concatenate([_codes(plain), surrogates, _codes(wide)])


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)


def _normal(text: str) -> str:
    plain = text.translate(_PLAIN)
    if not unicodedata.is_normalized("NFKC", plain):
        plain = unicodedata.normalize("NFKC", text)
    return simplified(plain).lower().replace(NEXT, " ")
