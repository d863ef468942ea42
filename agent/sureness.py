"""How sure it is that lines answer a question: the model's word and what code can see."""

import math
from dataclasses import dataclass

# Logistic regressions, what should be answered against what should be refused, both weighing the
# same. Where the model's state can be read: by scripts/fit_probe.py (see docs/evaluation.md).
_PROBED_BIAS = -19.6
_PROBED_WEIGHTS = {"probe": 0.998, "similarity": 19.46, "nearness": 2.14, "latin": 0.78}
# Where it cannot: over cases of nine brands, five of which are not in brands/ (see
# docs/decisions.md).
_BIAS = -33.15
_WEIGHTS = {"odds": 1.06, "similarity": 21.6, "nearness": 13.8}
# Texts in two languages lie less near to each other (from five questions).
_FOREIGN = 1.5
# With another embedding model, whose cosines mean something else, only these count.
_PLAIN_BIAS = -0.561
_PLAIN_WEIGHTS = {"odds": 0.71, "lacking": -1.182}
ANSWERS_FROM = 0.42
# The same where the model's state was read.
PROBED_FROM = 0.5
# What the product of the odds of two looks takes (see docs/decisions.md). Where the model's state
# cannot be read the second counts alone, and more is asked of it.
_TWO_LOOKS = 0.8
_SECOND_LOOK = 0.5
# What it takes for a question together with those it leans on: earlier ones may be answered by
# what does not answer this one.
LEANING = 0.5
# What it takes where it is not even clear that anything was asked.
PLAINLY = 0.5


def needed_after(first: float, *, probed: bool) -> float:
    """How sure a second look at a question, in other words, must be after a first.

    What the one denies the other must be nearly as sure of: it is the product of the odds that
    counts. `probed`: whether the model's state was read, without which the first tells little.
    """
    if not probed:
        return _SECOND_LOOK
    odds = _TWO_LOOKS * (1 - first) / max(first, 1e-6)
    return odds / (1 + odds)


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for an answer.

    `odds`: the model's log-odds. `lacking`: how many things asked about nothing found mentions.
    `similarity`: the nearest passage's cosine. `nearness`: of the things asked about, how near
    the one that comes off worst is to a word of the best passages (cosine); None if not measured.
    `latin`: whether the question or all passages are without Han characters: cosines are lower.
    """

    odds: float
    lacking: float
    similarity: float
    nearness: float | None = None
    probe: float | None = None
    latin: bool = False

    @property
    def probed(self) -> bool:
        """Whether the model's state counts."""
        return self.probe is not None and self.nearness is not None

    def sureness(self, *, foreign: bool) -> float:
        """The probability that the lines answer.

        Args:
            foreign: Whether the question is in another language than the knowledge.
        """
        if self.nearness is None:
            weights, bias = _PLAIN_WEIGHTS, _PLAIN_BIAS
        elif self.probed:
            weights, bias = _PROBED_WEIGHTS, _PROBED_BIAS + _FOREIGN * foreign
        else:
            weights, bias = _WEIGHTS, _BIAS + _FOREIGN * foreign
        sum_ = bias + sum(weight * getattr(self, name) for name, weight in weights.items())
        return 1 / (1 + math.exp(-sum_))
