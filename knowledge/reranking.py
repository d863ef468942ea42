"""Which of the passages found are likeliest to answer: the order in which they are handed over.

A fused score tells what a passage is about; whether it answers is told by more: that it has the
rare words of the question, in whatever form, that its table row is the one named, that it has the
kind of thing asked for. The weights are a linear ranking by pairs (Herbrich, Graepel and
Obermayer, "Large margin rank boundaries for ordinal regression", 2000; with logistic loss), fitted
by scripts/fit_reranking.py.
"""

import math
import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.asked_kinds import Wanted
from knowledge.rankings import Read
from knowledge.stems import stem

SIGNS = ("words", "characters", "similarity", "kind", "row", "product", "length")
_WEIGHTS = np.array([6.0, 6.06, 75.6, 1.12, 3.75, -2.25, 0.45])
_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿]")

Array = NDArray[np.float64]


def relevances(
    question: str, words: Sequence[str], read: Sequence[Read], rarity: Callable[[str], float]
) -> Array:
    """How likely each passage is to answer, as log-odds next to the others for one question.

    Args:
        question: What is asked, in the customer's words.
        words: Its words, as `knowledge.segment.Segmenter` cuts them.
        read: The passages, with their words.
        rarity: What a word tells, by how few passages have it.
    """
    found: Array = signs(question, words, read, rarity) @ _WEIGHTS
    return found


def signs(
    question: str, words: Sequence[str], read: Sequence[Read], rarity: Callable[[str], float]
) -> Array:
    """For each passage what speaks for it, in the order of `SIGNS`.

    Shares of the question's words (the rarer the more) and Han characters that the passage has,
    and of its words that the name of a table's row has; the cosine; whether the kind of thing
    asked for is there, and whether it is a product; the logarithm of its length in characters.
    """
    telling = {stem(word): rarity(word) for word in words if word[0] != "="}
    whole = sum(telling.values()) or 1.0
    asked = {char for word in telling for char in word if _HAN.match(char)}
    wanted = Wanted(question)
    rows = []
    for one in read:
        there = one.words.split()
        have = {stem(word) for word in there}
        passage = one.passage
        name = _row_name(passage.text) if passage.kind == "table_row" else ""
        shared = sum(worth for word, worth in telling.items() if word in have)
        named = sum(worth for word, worth in telling.items() if word in name) if name else 0.0
        rows.append(
            (
                shared / whole,
                len(asked.intersection(one.words)) / max(1, len(asked)),
                one.similarity,
                float(wanted.is_in(passage.text)),
                named / whole,
                float(passage.kind == "product"),
                math.log(1 + len(passage.text) + sum(map(len, passage.heading))),
            )
        )
    return np.array(rows).reshape(len(rows), len(SIGNS))


def _row_name(text: str) -> str:
    """The first cell's value, in small letters."""
    first = text.partition(";")[0]
    return (first.partition(": ")[2] or first).lower()
