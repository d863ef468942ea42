"""Which sentences of a passage are told: those that fit the question best."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from agent.answer_kinds import Wanted
from agent.grams import bigrams
from knowledge.sentences import sentences_of

# How much the kind of thing asked for counts beside words and meaning, whose spread is one each.
# On public sets of questions: see docs/evaluation.md.
_KIND = 2.5


class Fit:
    """How well sentences fit one question.

    By the letters they share with it, those that few of the other sentences have counting more;
    by `closeness`, the cosines of sentences as far as they are known; and by whether the kind of
    thing is there that is asked for.
    """

    def __init__(self, question: str, closeness: Mapping[str, float]) -> None:
        self._asked = bigrams(question)
        self._wanted = Wanted(question)
        self._closeness = closeness

    def best_of(self, said: str, most: int) -> str:
        """The sentences of a passage that fit best, in their order: `most` characters of them.

        One sentence is kept in any case.
        """
        sentences = sentences_of(said)
        if len(sentences) < 2 or len(said) <= most:
            return said
        fit = self._of(sentences)
        kept: set[int] = set()
        for place in sorted(range(len(sentences)), key=lambda place: (-fit[place], place)):
            length = sum(len(sentences[one]) for one in kept)
            if not kept or length + len(sentences[place]) <= most:
                kept.add(place)
        return "".join(sentences[place] for place in sorted(kept))

    def _of(self, sentences: Sequence[str]) -> NDArray[np.float64]:
        grams = [bigrams(sentence) for sentence in sentences]
        common = Counter(gram for one in grams for gram in one)
        words = np.array([sum(1 / common[gram] for gram in self._asked & one) for one in grams])
        known = [
            self._closeness.get(sentence, self._closeness.get(sentence.strip()))
            for sentence in sentences
        ]
        mean = float(np.mean([one for one in known if one is not None] or [0.0]))
        meaning = np.array([mean if one is None else one for one in known])
        kinds = np.array([float(self._wanted.is_in(sentence)) for sentence in sentences])
        return _spread(words) + _spread(meaning) + _KIND * kinds


def _spread(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Centred, with a spread of one; all zero where they do not differ."""
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values)
