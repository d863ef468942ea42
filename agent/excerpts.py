"""Which sentences of a passage are told: those that fit the question best."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from agent.grams import bigrams
from agent.other_side import with_other_side
from agent.ranges import meant
from knowledge.asked_kinds import Wanted
from knowledge.sentences import sentences_of

# No hour and no address: "8:30", "https://".
_ENTRY = re.compile(r"\W*([^：:。！？!?]{1,40})(?<!\d)[：:](?!//)")
_FOR_ALL = re.compile(
    r"注意|备注|说明|提示|例外|另外|其他|其余|注$|\b(?:notes?|important|exceptions?|all|others?|please)\b",
    re.I,
)
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
        self._question = question
        self._asked = bigrams(question)
        self._wanted = Wanted(question)
        self._closeness = closeness

    def best_of(self, said: str, most: int, *, whole: bool = False) -> str:
        """The sentences of a passage that fit best, in their order: `most` characters of them.

        One sentence is kept in any case. `whole`: with those that go on from one of them, though
        it be more.
        """
        every = sentences_of(said)
        sentences = self._meant(every)
        if len(every) < 2 or (len(said) <= most and len(sentences) == len(every)):
            return said
        fit = self._of(sentences)
        kept: set[int] = set()
        for place in sorted(range(len(sentences)), key=lambda place: (-fit[place], place)):
            length = sum(len(sentences[one]) for one in kept)
            if not kept or length + len(sentences[place]) <= most:
                kept.add(place)
        if whole:
            kept = with_other_side(sentences, kept, most)
        return "".join(sentences[place] for place in sorted(kept))

    def _meant(self, sentences: Sequence[str]) -> Sequence[str]:
        """Without entries of a list that the question has nothing of, where it names another's.

        An entry is what begins with a name before a colon, `精华：开封后 6 个月。`, and goes on to
        the next. Of a name those words count that stand in no other entry; an entry for a range,
        `16周岁以下：`, is named by a figure in it.
        """
        entries: list[tuple[str, list[str]]] = [("", [])]
        for sentence in sentences:
            if match := _ENTRY.match(sentence):
                entries.append((match.group(1), []))
            entries[-1][1].append(sentence)
        said = Counter(gram for _, told in entries for gram in bigrams("".join(told)))
        named = [
            bool(name) and any(said[gram] == 1 for gram in self._asked & bigrams(name))
            for name, _ in entries
        ]
        ranges = [meant(name, self._question, exactly=True) for name, _ in entries]
        if True in ranges:
            named = [fits is not False for fits in ranges]
        if not any(named):
            return sentences
        kept = [
            told
            for (name, told), is_meant in zip(entries, named, strict=True)
            if is_meant or not name or _FOR_ALL.search(name)
        ]
        return [sentence for told in kept for sentence in told]

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
