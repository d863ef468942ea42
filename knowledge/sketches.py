"""MinHash: which of very many texts may be nearly alike, from 40 bytes a text.

Shingles of three characters, since Chinese has no spaces; fifty hashes in ten bands of five, so
that two texts with 80 % of their shingles in common share a band in 98 of 100 cases, and two with
40 % in 10.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
import rensa
from numpy.typing import NDArray

from knowledge.gist import FILLING_CHARACTERS, plain

BANDS, _ROWS = 10, 5
_SEED = 20261128
_BATCH = 200  # texts whose arrays stay in the processor's cache
_ODD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)
_MIX = np.array([1, 31, 31**2, 31**3, 31**4], dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
_BMP = 0x10000


def bands_of(texts: Sequence[str]) -> NDArray[np.uint32]:
    """A row of bands for each text; texts that share a number in the same column may be alike.

    All zero for a text of fewer than three letters, which is like nothing.
    """
    parts = [_bands(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)]
    return np.concatenate([np.zeros((0, BANDS), dtype=np.uint32), *parts])


def _bands(texts: Sequence[str]) -> NDArray[np.uint32]:
    shingles, starts = _shingles(texts)
    matrix = rensa.RMinHash.digest_matrix_from_flat_token_hashes(
        shingles, starts, BANDS * _ROWS, _SEED
    )
    hashes = np.array(matrix.to_rows(), dtype=np.uint64).reshape(len(texts), BANDS, _ROWS)
    mixed = (hashes * _MIX).sum(axis=2, dtype=np.uint64)
    bands: NDArray[np.uint32] = (mixed >> np.uint64(32)).astype(np.uint32) | np.uint32(1)
    bands[starts[1:] == starts[:-1]] = 0
    return bands


def _shingles(texts: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The hashes of all shingles, and where each text's begin."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "replace"), dtype=np.uint32)
    letters = _letters()[np.minimum(codes, _BMP)]
    rows = np.repeat(np.arange(len(texts), dtype=np.int32), [len(text) for text in texts])
    counting = np.flatnonzero(letters)
    letters, rows = letters[counting], rows[counting]
    if len(letters) < 3:
        return np.zeros(0, dtype=np.uint64), np.zeros(len(texts) + 1, dtype=np.uint64)
    hashes = letters[:-2] * _ODD[0]
    hashes += letters[1:-1] * _ODD[1]
    hashes += letters[2:] * _ODD[2]
    whole = np.flatnonzero(rows[2:] == rows[:-2])
    counts = np.bincount(rows[whole], minlength=len(texts))
    return hashes[whole], np.concatenate([[0], np.cumsum(counts)]).astype(np.uint64)


@cache
def _letters() -> NDArray[np.uint64]:
    """For each character the one it counts as; 0 for what counts as nothing; one for all rare."""
    table = np.zeros(_BMP + 1, dtype=np.uint64)
    table[_BMP] = _BMP
    for code in range(_BMP):
        character = chr(code)
        if character.isalnum() and character not in FILLING_CHARACTERS:
            table[code] = ord(plain(character)[:1] or "\0")
    return table
