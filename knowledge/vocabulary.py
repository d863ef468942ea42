"""The words that a brand's texts are written in, and how often each is said."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from operator import add

import rjieba

from knowledge.passages import Passage

HAN_RUN = re.compile(r"[一-鿿]{2,}")
LATIN = re.compile(r"[a-z]{4,}", re.IGNORECASE)
# Of two characters one slip leaves too little to tell what was meant.
SHORTEST, LONGEST = 3, 4
_OFTEN = 3


def vocabulary_of(passages: Iterable[Passage]) -> Counter[str]:
    """Their words, Chinese and Latin, and pairs of words that readers take for one."""
    texts = [" ".join((*passage.heading, passage.text)) for passage in passages]
    cuts = [rjieba.cut(text) for text in texts]
    # Counted first and looked at then: most words are said again and again.
    words = Counter(chain.from_iterable(cuts))
    said = Counter({word: times for word, times in words.items() if HAN_RUN.fullmatch(word)})
    said.update(word.lower() for text in texts for word in LATIN.findall(text))
    said.update(_phrases(cuts))
    return said


def _phrases(cuts: Iterable[Sequence[str]]) -> dict[str, int]:
    """Two words that often stand together: one word to a reader, two to the segmenter."""
    # All are counted first: looking at each pair would take longer.
    counts = Counter(chain.from_iterable(map(add, words, words[1:]) for words in cuts))
    often = ((phrase, times) for phrase, times in counts.items() if times >= _OFTEN)
    return {
        phrase: times
        for phrase, times in often
        if SHORTEST <= len(phrase) <= LONGEST and HAN_RUN.fullmatch(phrase)
    }
