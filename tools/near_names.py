"""Names that are almost there: a part of a name, or a name with a slip of the pen.

Cautious on purpose: a picture or a price of the wrong product is worse than a question back.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from knowledge.folding import Folded, folded
from tools.slips import Slip, best_slip, without_one

MIN_PART = 4
MIN_MISSPELT = 5
MIN_TWICE = 8
MIN_WORD = 5
MAX_SHARING = 5
MAX_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class Near:
    """A place in a folded text that is nearly the name of these products."""

    start: int
    end: int
    skus: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int


class NearNames:
    """Spellings made ready for finding their near twins. Latin ones are compared word by word."""

    def __init__(self, spellings: Mapping[str, tuple[str, ...]]) -> None:
        self._parts: dict[str, tuple[str, ...]] = {}
        self._phrases: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._words: dict[str, set[str]] = defaultdict(set)
        self._names: list[tuple[str, tuple[str, ...]]] = []
        self._at: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for spelling, skus in spellings.items():
            source = folded(spelling)
            if source.text.isascii():
                self._add_words([word.text for word in _words(source)], skus)
            else:
                self._add_name(source.text, skus)
        self._starts = lengths_by_start(self._parts)
        self._longest_phrase = max((len(phrase) for phrase in self._phrases), default=0)

    def find(self, source: Folded) -> list[Near]:
        """Every near name in the text; they may overlap."""
        return [
            *self._find_parts(source.text),
            *self._find_misspelt(source.text),
            *self._find_phrases(source),
        ]

    def _add_name(self, name: str, skus: tuple[str, ...]) -> None:
        for part in _parts(name):
            self._parts[part] = _joint(self._parts.get(part, ()), skus)
        if len(name) >= MIN_MISSPELT:
            for place in range(len(name) - 1):
                self._at[name[place : place + 2]].append((len(self._names), place))
            self._names.append((name, skus))

    def _add_words(self, words: list[str], skus: tuple[str, ...]) -> None:
        for phrase in _phrases(words):
            self._phrases[phrase] = _joint(self._phrases.get(phrase, ()), skus)
        for word in words:
            if len(word) >= MIN_WORD and word.isalpha():
                for spelling in without_one(word):
                    self._words[spelling].add(word)

    def _find_parts(self, text: str) -> Iterator[Near]:
        for start in range(len(text)):
            for length in self._starts.get(text[start : start + 2], ()):
                skus = self._parts.get(text[start : start + length], ())
                if 0 < len(skus) <= MAX_SHARING and start + length <= len(text):
                    yield Near(start, start + length, skus)
                    break

    def _find_misspelt(self, text: str) -> Iterator[Near]:
        for number, offset in self._candidates(text):
            name, skus = self._names[number]
            slips = 2 if len(name) >= MIN_TWICE else 1
            first = max(0, offset - slips)
            window = text[first : offset + len(name) + slips]
            slip = best_slip(name, window)
            if slip and 0 < slip.count <= slips and not self._means_another(name, window, slip):
                yield Near(first + slip.start, first + slip.end, skus)

    def _candidates(self, text: str) -> list[tuple[int, int]]:
        """Names that share enough letter pairs with the text, and about where they begin."""
        shared: Counter[tuple[int, int]] = Counter()
        for here in range(len(text) - 1):
            for number, place in self._at.get(text[here : here + 2], ()):
                shared[number, here - place] += 1
        # Letters too many or too few split the pairs over two neighbouring offsets.
        scores = {
            key: count + max(shared.get((key[0], key[1] + step), 0) for step in (-2, -1, 1, 2))
            for key, count in shared.items()
        }
        ranked = sorted(
            (
                (score / len(self._names[number][0]), number, offset)
                for (number, offset), score in scores.items()
                if score * 2 >= len(self._names[number][0]) - 1
            ),
            reverse=True,
        )
        return [(number, offset) for _, number, offset in ranked[:MAX_CANDIDATES]]

    def _means_another(self, name: str, window: str, slip: Slip) -> bool:
        """Whether what differs is another name's own wording, and so no slip of the pen."""
        written = window[slip.start : slip.end]
        pairs = {written[i : i + 2] for i in range(len(written) - 1)}
        own = {name[i : i + 2] for i in range(len(name) - 1)}
        return any(pair in self._at for pair in pairs - own)

    def _find_phrases(self, source: Folded) -> Iterator[Near]:
        words = _words(source)
        meant = [self._meant(word.text) for word in words]
        for first in range(len(words)):
            for count in range(min(self._longest_phrase, len(words) - first), 0, -1):
                skus = self._phrases.get(tuple(meant[first : first + count]), ())
                if 0 < len(skus) <= MAX_SHARING:
                    yield Near(words[first].start, words[first + count - 1].end, skus)
                    break

    def _meant(self, word: str) -> str:
        """The only catalogue word at most one letter away, or the word itself."""
        if len(word) < MIN_WORD - 1 or not word.isalpha():
            return word
        near = {meant for spelling in without_one(word) for meant in self._words.get(spelling, ())}
        return word if word in near or len(near) != 1 else near.pop()


def lengths_by_start(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """For the first two letters of names, how long such names are, longest first.

    A name of a single letter is left out: in running text it means nothing.
    """
    lengths: dict[str, set[int]] = defaultdict(set)
    for name in names:
        if len(name) > 1:
            lengths[name[:2]].add(len(name))
    return {start: tuple(sorted(found, reverse=True)) for start, found in lengths.items()}


def _joint(first: tuple[str, ...], second: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _parts(name: str) -> set[str]:
    """Parts that still name it: its end from half its length on, or two thirds of it."""
    size = len(name)
    return {
        name[start:end]
        for start in range(size)
        for end in range(start + MIN_PART, size + 1)
        if end - start < size and 2 * (end - start) >= size
        if end == size or 3 * (end - start) >= 2 * size
        if sum(not character.isascii() for character in name[start:end]) >= MIN_PART - 1
    }


def _phrases(words: list[str]) -> set[tuple[str, ...]]:
    """All the words, and every two or more of them in a row that are real words."""
    parts = {
        tuple(words[start:end])
        for start in range(len(words))
        for end in range(start + 2, len(words) + 1)
        if sum(word.isalpha() and len(word) > 2 for word in words[start:end]) > 1
    }
    whole = tuple(words)
    return parts | {whole} if sum(map(len, whole)) >= MIN_WORD else parts


def _words(source: Folded) -> list[_Word]:
    """Runs of Latin letters and digits as they were typed."""
    words: list[_Word] = []
    for place, character in enumerate(source.text):
        if not (character.isascii() and character.isalnum()):
            continue
        last = words[-1] if words else None
        typed_on = (
            last and last.end == place and source.places[place - 1] + 1 >= source.places[place]
        )
        if last and typed_on:
            words[-1] = _Word(last.text + character, last.start, place + 1)
        else:
            words.append(_Word(character, place, place + 1))
    return words
