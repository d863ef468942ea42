"""How sure it is that lines answer a question: the model's word and what code can see."""

import math
from dataclasses import dataclass

from knowledge.brand import Language

# Logistic regression over the development cases of the brands in brands/ (see docs/evaluation.md):
# an answer is right where the first lines hold what the case wants said, wrong elsewhere.
_BIAS = -54.02
_WEIGHTS = {"odds": 0.681, "similarity": 24.4, "nearness": 33.54}
# Texts in two languages lie less near to each other (from few questions).
_FOREIGN = 2.99
# English questions lie less near to English texts than Chinese ones to Chinese. Fitted with the
# one English brand; left out, it would be refused three times as often as the others.
_ENGLISH = 0.8
# With another embedding model, whose cosines mean something else, only these count.
_PLAIN_BIAS = -0.161
_PLAIN_WEIGHTS = {"odds": 0.473, "lacking": -1.182}
ANSWERS_FROM = 0.55
# What it takes at the second try: whoever asks twice finds something by chance more easily.
AT_SECOND_LOOK = 0.6
# What it takes where it is not even clear that anything was asked.
PLAINLY = 0.6


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for an answer.

    `odds`: the model's log-odds. `lacking`: how many things asked about nothing found mentions.
    `similarity`: the nearest passage's cosine. `nearness`: of the things asked about, how near
    the one that comes off worst is to a word of the best passages (cosine); None if not measured.
    """

    odds: float
    lacking: float
    similarity: float
    nearness: float | None = None

    def sureness(self, language: Language, *, foreign: bool) -> float:
        """The probability that the lines answer.

        Args:
            language: That of the knowledge.
            foreign: Whether the question is in another.
        """
        measured = self.nearness is not None
        weights = _WEIGHTS if measured else _PLAIN_WEIGHTS
        between = _FOREIGN * foreign + _ENGLISH * (language == "en" and not foreign)
        bias = _BIAS + between if measured else _PLAIN_BIAS
        sum_ = bias + sum(weight * getattr(self, name) for name, weight in weights.items())
        return 1 / (1 + math.exp(-sum_))
