"""What a model says of a sentence, held against the sentence: what was not written is no record."""

import re

import rjieba

from agent.spelling import is_common_english
from knowledge.folding import fold

_CLAUSE = re.compile(r"[，。；;！!？?\n]|[,.](?=\s|$)")
# A clause that says one of these before the value says the opposite of it, or less.
_TURNS = re.compile(
    r"[不没无未非勿禁免仅只除]|\b(?:not?|never|non|without|except|only|unless|cannot|\w+n.t)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\s*(?:[，。；;、！!？?()（）\n]|[,.](?=\s|$)|$)")
_EDGES = " \t，。；;、,.：:！!"
# Nouns, and Latin words and codes; what is done or how something is counts as well.
_NAMING = ("n", "eng", "j", "i", "l")
_TELLING = (*_NAMING, "v", "a")
_LEAST = 2
_BARE = re.compile(r"[\d\W_年月日]+")
_WORDY = 6
_STEM = 5


def says_something(sentence: str) -> bool:
    """Whether it is more than a day, a label or the beginning of a list."""
    return not sentence.rstrip().endswith((":", "：")) and len(_BARE.sub("", sentence)) >= _WORDY


def without_edges(text: str) -> str:
    """Without the punctuation that a model copies along."""
    return text.strip(_EDGES)


def is_value(value: str, attribute: str, sentence: str) -> bool:
    """Whether a sentence says this value: to the letter, up to an end, and not its opposite."""
    place = sentence.find(value)
    if place < 0 or fold(attribute) in fold(value) or fold(value) in fold(attribute):
        return False
    before = _CLAUSE.split(sentence[:place])[-1]
    cut = bool(before) and value[0].isalnum() and before[-1].isdigit() and value[0].isdigit()
    return not cut and not _TURNS.search(before) and bool(_ENDS.match(sentence, place + len(value)))


def is_asked_of(question: str, around: str) -> bool:
    """Whether a question names nothing but what stands in the sentence or above it, and something
    of it."""
    written = fold(around)
    named = [fold(word) for word in _words(question, _NAMING)]
    telling = [fold(word) for word in _words(question, _TELLING)]
    return all(word in written for word in named) and any(word in written for word in telling)


def _words(question: str, tags: tuple[str, ...]) -> list[str]:
    """Words of these kinds; of Latin ones the beginnings of those that are not everyday ones."""
    found = []
    for word, tag in rjieba.tag(question):
        latin = word.isascii()
        if not tag.startswith(tags) or len(word) < _LEAST:
            continue
        if latin and is_common_english(word.lower()):
            continue
        found.append(word.lower()[:_STEM] if latin else word)
    return found
