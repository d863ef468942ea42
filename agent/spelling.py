"""Setting misspelt words right by the brand's own words: 居主证 is 居住证, "exchagne" exchange."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, pairwise

import rjieba
from pypinyin import lazy_pinyin
from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

from knowledge.brand import Brand
from knowledge.passages import Passage
from knowledge.vocabulary import HAN_RUN, LATIN, LONGEST, SHORTEST, vocabulary_of

# How people type: too short for a slip, or too far from what is meant.
_TYPED = {
    "wat": "what", "wot": "what", "wats": "what's", "wots": "what's", "wher": "where",
    "whr": "where", "wen": "when", "shud": "should", "cud": "could", "wud": "would", "u": "you",
    "ur": "your", "bk": "back", "pls": "please", "plz": "please", "thx": "thanks",
    "tmrw": "tomorrow", "tmw": "tomorrow", "tomoz": "tomorrow", "nxt": "next", "hav": "have",
    "abt": "about", "cos": "because", "coz": "because", "bcos": "because", "ppl": "people",
    "brng": "bring", "wk": "week", "hw": "how", "dus": "does", "duz": "does", "wich": "which",
}  # fmt: skip
_SHORT = re.compile(r"(?<![\w'’])(?:" + "|".join(_TYPED) + r")(?![\w'’])")
_COMMON = 3000
_CUT = 3
_LONG = 7  # letters from which two slips are forgiven


@dataclass(frozen=True)
class Speller:
    """Known words, and for each sound the Chinese word that is said most often."""

    words: frozenset[str] = frozenset()
    by_sound: dict[tuple[str, ...], str] = field(default_factory=dict)
    latin: tuple[str, ...] = ()
    by_ends: dict[str, str] = field(default_factory=dict)

    def in_full(self, text: str) -> str:
        """The text with words of three characters in place of their first and last: 科二, 科目二.

        Characters that are part of a word of the language are not what is left of another.
        """

        def full(run: str) -> str:
            starts = range(len(run) - 1)
            place = next((n for n in starts if self._is_cut_short(run, n)), None)
            if place is None:
                return run
            word = self.by_ends[run[place : place + 2]]
            return f"{run[:place]}{word}{full(run[place + 2 :])}"

        return HAN_RUN.sub(lambda run: full(run.group()), text)

    def _is_cut_short(self, run: str, start: int) -> bool:
        alone = {(start, start + 1), (start + 1, start + 2)}
        return run[start : start + 2] in self.by_ends and alone <= set(_spans(run))

    def corrected(self, text: str) -> str:
        """The text with words that nobody knows replaced by known ones that sound or look alike."""
        text = HAN_RUN.sub(lambda run: self._heard(run.group()), text)

        def seen(found: re.Match[str]) -> str:
            # "wasn't" is two words to the pattern, neither of which stands in a dictionary.
            shortened = text[found.end() : found.end() + 1] in {"'", "’"}
            return found.group() if shortened else self._seen(found.group())

        def full(found: re.Match[str]) -> str:
            own = found.group() in self.words
            return found.group() if own else _TYPED[found.group()]

        text = _SHORT.sub(full, text)
        return LATIN.sub(seen, text)

    def _heard(self, run: str) -> str:
        for length in range(min(LONGEST, len(run)), SHORTEST - 1, -1):
            for start in range(len(run) - length + 1):
                if word := self._meant(run, start, start + length):
                    before, after = run[:start], run[start + length :]
                    return f"{self._heard(before)}{word}{self._heard(after)}"
        return run

    def _meant(self, run: str, start: int, end: int) -> str:
        """The known word that this part of a run is a slip of; empty if it is none."""
        part = run[start:end]
        word = self.by_sound.get(tuple(lazy_pinyin(part)))
        if not word or _slips(part, word) != 1 or self._is_word(part):
            return ""
        # 价 in 原价多少 belongs to 原价 and is no misspelt 加 of 加多少.
        slip = start + next(n for n, char in enumerate(part) if char != word[n])
        first, last = next(span for span in _spans(run) if slip < span[1])
        return word if start <= first and last <= end else ""

    def _is_word(self, part: str) -> bool:
        return part in self.words or rjieba.cut(part, hmm=False) == [part]

    def _seen(self, word: str) -> str:
        known = word.lower()
        # WiFi and VIP are names; whoever mistypes a word does not do it in capitals.
        if word[1:] != known[1:] or known in self.words or known in _english():
            return word
        slips = 2 if len(known) >= _LONG else 1
        near = [
            (distance, not other.startswith(known), place, other)
            for place, other in enumerate(self.latin)
            if abs(len(other) - len(known)) <= slips
            and other[0] == known[0]
            and (distance := OSA.distance(known, other, score_cutoff=slips)) <= slips
        ]
        return min(near)[-1] if near else word


def _spans(run: str) -> list[tuple[int, int]]:
    """Where each word of a run begins and ends."""
    ends = list(accumulate(len(word) for word in rjieba.cut(run, hmm=False)))
    return list(pairwise([0, *ends]))


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


def speller_of(passages: Iterable[Passage], common: Iterable[str] = ()) -> Speller:
    """A speller that knows the words of these passages, and `common` ones."""
    return speller_from(vocabulary_of(passages), common)


def speller_from(words: Mapping[str, int], common: Iterable[str] = ()) -> Speller:
    """A speller that knows these words, said so often each, and `common` ones."""
    said = Counter(words)
    said.update(common)
    by_sound: dict[tuple[str, ...], str] = {}
    by_ends: dict[str, str] = {}
    for word in (word for word, _ in Counter(words).most_common()):
        if len(word) == _CUT and HAN_RUN.fullmatch(word):
            by_ends.setdefault(word[0] + word[-1], word)
    for word, _ in sorted(said.items(), key=lambda item: (-item[1], item[0])):
        if HAN_RUN.fullmatch(word) and len(word) <= LONGEST:
            by_sound.setdefault(tuple(lazy_pinyin(word)), word)
    # Only the brand's own: "wifi" is no misspelt "wife" because every language has wives.
    latin = tuple(word for word, _ in Counter(words).most_common() if LATIN.fullmatch(word))
    return Speller(frozenset(said), by_sound, latin, by_ends)


def brand_words(brand: Brand) -> tuple[str, ...]:
    """The words of the catalogue and of the brand's labelled sentences."""
    named = (name for p in brand.products for name in (p.name, *p.aliases, p.category))
    texts = (*named, *(example.text for example in brand.examples))
    return tuple(word.lower() for text in texts for word in rjieba.cut(text) if len(word) > 1)
