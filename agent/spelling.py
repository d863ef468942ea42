"""Setting misspelt words right by the brand's own words: 居主证 is 居住证, "exchagne" exchange."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

import rjieba
from pypinyin import lazy_pinyin
from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

from knowledge.brand import Brand
from knowledge.passages import Passage

_HAN_RUN = re.compile(r"[一-鿿]{2,}")
_LATIN = re.compile(r"[a-z]{4,}", re.IGNORECASE)
# Of two characters one slip leaves too little to tell what was meant.
_SHORTEST, _LONGEST = 3, 4
_OFTEN = 3
_COMMON = 3000
_LONG = 7  # letters from which two slips are forgiven


@dataclass(frozen=True)
class Speller:
    """Known words, and for each sound the Chinese word that is said most often."""

    words: frozenset[str] = frozenset()
    by_sound: dict[tuple[str, ...], str] = field(default_factory=dict)
    latin: tuple[str, ...] = ()

    def corrected(self, text: str) -> str:
        """The text with words that nobody knows replaced by known ones that sound or look alike."""
        text = _HAN_RUN.sub(lambda run: self._heard(run.group()), text)
        return _LATIN.sub(lambda word: self._seen(word.group()), text)

    def _heard(self, run: str) -> str:
        for length in range(min(_LONGEST, len(run)), _SHORTEST - 1, -1):
            for start in range(len(run) - length + 1):
                part = run[start : start + length]
                word = self.by_sound.get(tuple(lazy_pinyin(part)))
                if word and _slips(part, word) == 1 and not self._is_word(part):
                    before, after = run[:start], run[start + length :]
                    return f"{self._heard(before)}{word}{self._heard(after)}"
        return run

    def _is_word(self, part: str) -> bool:
        return part in self.words or rjieba.cut(part, hmm=False) == [part]

    def _seen(self, word: str) -> str:
        known = word.lower()
        if known in self.words or known in _english():
            return word
        slips = 2 if len(known) >= _LONG else 1
        near = [
            (distance, place, other)
            for place, other in enumerate(self.latin)
            if abs(len(other) - len(known)) <= slips
            and other[0] == known[0]
            and (distance := OSA.distance(known, other, score_cutoff=slips)) <= slips
        ]
        return min(near)[2] if near else word


def _slips(part: str, word: str) -> int:
    return sum(one != other for one, other in zip(part, word, strict=True))


@cache
def _english() -> SpellChecker:
    """All English words; loaded when the first word comes that the brand does not use."""
    return SpellChecker(language="en")


def is_common_english(word: str) -> bool:
    """Whether a word in lower case is among the 3,000 that English uses most (by films' subtitles).

    Such words seldom name what a question is about.
    """
    return bool(_english().word_frequency.dictionary.get(word, 0) >= _common_from())


@cache
def _common_from() -> int:
    counts: list[int] = sorted(_english().word_frequency.dictionary.values(), reverse=True)
    return counts[_COMMON]


def _phrases(cuts: Iterable[Sequence[str]]) -> dict[str, int]:
    """Two words that often stand together: one word to a reader, two to the segmenter."""
    counts: Counter[str] = Counter()
    for words in cuts:
        counts.update(
            one + other
            for one, other in pairwise(words)
            if _SHORTEST <= len(one + other) <= _LONGEST and _HAN_RUN.fullmatch(one + other)
        )
    return {phrase: times for phrase, times in counts.items() if times >= _OFTEN}


def speller_of(passages: Iterable[Passage], common: Iterable[str] = ()) -> Speller:
    """A speller that knows the words of these passages, and `common` ones."""
    texts = [" ".join((*passage.heading, passage.text)) for passage in passages]
    said: Counter[str] = Counter()
    cuts = [rjieba.cut(text) for text in texts]
    for text, words in zip(texts, cuts, strict=True):
        said.update(word for word in words if _HAN_RUN.fullmatch(word))
        said.update(word.lower() for word in _LATIN.findall(text))
    said.update(common)
    said.update(_phrases(cuts))
    by_sound: dict[tuple[str, ...], str] = {}
    for word, _ in sorted(said.items(), key=lambda item: (-item[1], item[0])):
        if _HAN_RUN.fullmatch(word) and len(word) <= _LONGEST:
            by_sound.setdefault(tuple(lazy_pinyin(word)), word)
    latin = tuple(word for word, _ in said.most_common() if _LATIN.fullmatch(word))
    return Speller(frozenset(said), by_sound, latin)


def brand_words(brand: Brand) -> tuple[str, ...]:
    """The words of the catalogue and of the brand's labelled sentences."""
    named = (name for p in brand.products for name in (p.name, *p.aliases, p.category))
    texts = (*named, *(example.text for example in brand.examples))
    return tuple(word.lower() for text in texts for word in rjieba.cut(text) if len(word) > 1)
