"""Which share of what a question's words tell a passage has.

Two shares, and their mean. One is of its pairs, and of longer words whole, by how rare they are in
the index: a passage that has 信用 and 用卡 says less than one that has 信用卡. The index knows
pairs alone; for one question and a few passages a dictionary is asked. The other is of its
characters, by how rare they are in questions: people's words are seldom those of the text, and
what they ask with (是什么, 多少) stands in none.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import rjieba

from knowledge.foreignness import coverage
from knowledge.questions import parts, told
from knowledge.spelt import spelt

_LONG = re.compile(r"[㐀-䶿一-鿿豈-﫿]{3,}")
# Among so many of the best passages is the one that has most.
_LOOKED_AT = 3


def covered(
    question: str, words: Sequence[str], found: Sequence[str], rarity: Callable[[str], float]
) -> float:
    """The largest share of the question that one of the first passages has as well.

    `found` are the passages, best first, each as its words with spaces between them.
    """
    telling, long = {word: rarity(word) for word in words}, long_words(question)
    # A long word is rarer than any part of it.
    telling |= {word: max(map(rarity, pairs)) for word, pairs in long.items()}
    asked = {part: told(part) for part in parts(words)}

    def share(there: str) -> float:
        whole = [word for word, pairs in long.items() if f" {' '.join(pairs)} " in f" {there} "]
        there_words = there.split()
        by_words = coverage(telling, (*there_words, *whole), telling)
        return (by_words + coverage(asked, parts(there_words), asked)) / 2

    return max(map(share, found[:_LOOKED_AT]), default=0.0)


def long_words(text: str) -> Mapping[str, Sequence[str]]:
    """The dictionary's words of three Han characters and more, with their pairs in order."""
    cut = rjieba.cut_for_search(spelt([text])[0])
    long = (word for word in cut if _LONG.fullmatch(word))
    return {word: [one + other for one, other in pairwise(word)] for word in long}
