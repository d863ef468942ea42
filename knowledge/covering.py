"""Which share of what a question's words tell a passage has: its pairs, and longer words whole.

A passage that has 信用 and 用卡 says less than one that has 信用卡. The index knows pairs alone;
for one question and one passage a dictionary is asked.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import rjieba

from knowledge.foreignness import coverage
from knowledge.spelt import spelt

_LONG = re.compile(r"[㐀-䶿一-鿿豈-﫿]{3,}")


def covered(
    question: str, words: Sequence[str], there: str, rarity: Callable[[str], float]
) -> float:
    """The share of the question that `there`, a passage's words between spaces, has as well."""
    telling, found = {word: rarity(word) for word in words}, there.split()
    for word, pairs in long_words(question).items():
        telling[word] = max(map(rarity, pairs))  # it is rarer than any part of it
        if f" {' '.join(pairs)} " in f" {there} ":
            found.append(word)
    return coverage(telling, found, telling)


def long_words(text: str) -> Mapping[str, Sequence[str]]:
    """The dictionary's words of three Han characters and more, with their pairs in order."""
    cut = rjieba.cut_for_search(spelt([text])[0])
    long = (word for word in cut if _LONG.fullmatch(word))
    return {word: [one + other for one, other in pairwise(word)] for word in long}
