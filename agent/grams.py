"""Words and pairs of letters, by which texts are compared."""

import re

from knowledge.stems import stem

_WORD = re.compile(r"[a-z0-9]+|[一-鿿]+")


def bigrams(text: str) -> frozenset[str]:
    """Pairs of neighbouring Han characters and whole Latin words or numbers."""
    grams: set[str] = set()
    for match in _WORD.finditer(text.lower()):
        word = match.group()
        if word[0] < "一":
            grams.add(stem(word))
        else:
            grams |= {word[i : i + 2] for i in range(max(1, len(word) - 1))}
    return frozenset(grams)
