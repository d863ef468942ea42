"""How sure it is that lines answer a question: the model's word and what code can see."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from agent.evidence import Line, bigrams

# Fitted by scripts/fit_sureness.py on the development cases of the brands in brands/.
_BIAS = -53.7
_WEIGHTS = {"odds": 0.55, "words": 0.3, "similarity": 60.0, "missing": -2.2}
ANSWERS_FROM = 0.5


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for an answer.

    `odds`: the model's log-odds. `cover`: the largest share of the question's words that a line
    has. `words`: the share of its content words that the lines have, each weighted by its rarity.
    `gap`: how rare the rarest content word is that they lack, 0 to 1. `similarity`: the nearest
    line's cosine. `missing`: how many things asked about nothing found mentions. `number`: 1 if a
    figure is asked for and no line has one.
    """

    odds: float
    cover: float
    words: float
    gap: float
    similarity: float
    missing: float
    number: float

    @property
    def sureness(self) -> float:
        """The probability that the lines answer, by logistic regression."""
        sum_ = _BIAS + sum(weight * getattr(self, name) for name, weight in _WEIGHTS.items())
        return 1 / (1 + math.exp(-sum_))


def covered(
    content: Mapping[str, float], lines: tuple[Line, ...], synonyms: Mapping[str, tuple[str, ...]]
) -> tuple[float, float]:
    """`words` and `gap` for content words and their rarity."""
    text = " ".join(" ".join((*line.hit.heading, line.hit.text)) for line in lines)
    have = bigrams(text)
    shares: dict[str, float] = {}
    for word in content:
        grams = bigrams(word)
        known = any(other in text for other in synonyms.get(word, ()))
        shares[word] = 1.0 if known else len(grams & have) / max(1, len(grams))
    whole = sum(content.values())
    words = sum(content[word] * shares[word] for word in content) / whole if whole else 1.0
    gap = max((content[word] * (1 - shares[word]) for word in content), default=0.0)
    return words, gap
