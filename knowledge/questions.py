"""The questions that come with this package, and what each part of a question tells.

什么, 多少 or "how many" stand in questions about everything, and hardly ever in the texts that
answer them: to an index they are rare, although they say nothing of what is asked about. What
questions of every kind have in common is learnt from these lists instead.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import chain
from pathlib import Path

from knowledge.bm25 import rarity
from knowledge.segment import Segmenter

_TEXTS = Path(__file__).parent / "texts"
_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿]")
# How fast a part tells less as more questions have it. Chosen with scripts/bench_knowledge.py.
_STEEP = 3


def foreign_questions() -> tuple[str, ...]:
    """Questions of all kinds of businesses and of none."""
    return _listed("foreign.txt")


def parts(words: Iterable[str]) -> frozenset[str]:
    """The Han characters of words that the segmenter made, and each other word as it is."""
    plain = (word for word in words if not word.startswith("="))  # not names, which are known twice
    return frozenset(chain.from_iterable(word if _is_han(word) else (word,) for word in plain))


def told(part: str) -> float:
    """What a part of a question tells of its subject: little where many questions have it."""
    having, totals = _commonness()
    return rarity(having[part], totals[_is_han(part)]) ** _STEEP


@cache
def _commonness() -> tuple[Counter[str], dict[bool, int]]:
    """How many questions have each part, and how many there are: in Chinese, and in others."""
    asked = (*foreign_questions(), *_listed("questions.txt"))
    having = [parts(words.split()) for words in Segmenter().lines(asked)]
    totals = Counter(_is_han(text) for text in asked)
    return Counter(chain.from_iterable(having)), dict(totals)


def _is_han(text: str) -> bool:
    return _HAN.search(text) is not None


def _listed(name: str) -> tuple[str, ...]:
    lines = (_TEXTS / name).read_text("utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))
