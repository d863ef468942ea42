"""How sure it is that lines answer a question: the model's word and what code can see."""

import math
from dataclasses import dataclass

from knowledge.brand import Language

# Logistic regression over the development cases of the brands in brands/ (see docs/evaluation.md):
# an answer is right where the first lines hold what the case wants said, wrong elsewhere.
_BIAS = -38.84
_WEIGHTS = {"odds": 0.346, "lacking": -0.716, "lead": 44.7, "similarity": 42.4}
# English questions lie less near to English passages than Chinese ones to Chinese.
_LANGUAGE: dict[Language, float] = {"zh": 0.0, "en": 0.536}
# Between two languages nearness is less still (by that of the knowledge; from few questions).
_FOREIGN: dict[Language, float] = {"zh": 2.5, "en": 0.6}
ANSWERS_FROM = 0.355
# What it takes where it is not even clear that anything was asked.
PLAINLY = 0.6


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for an answer.

    `odds`: the model's log-odds. `lacking`: how many things asked about nothing found mentions.
    `similarity`: the nearest passage's cosine; `lead`: how far it is ahead of the others' mean.
    """

    odds: float
    lacking: float
    lead: float
    similarity: float

    def sureness(self, language: Language, *, foreign: bool) -> float:
        """The probability that the lines answer. `language` is that of the knowledge."""
        known = sum(weight * getattr(self, name) for name, weight in _WEIGHTS.items())
        sum_ = _BIAS + known + _LANGUAGE[language] + _FOREIGN[language] * foreign
        return 1 / (1 + math.exp(-sum_))
