"""Cutting long text into pieces where a reader would pause."""

import re
from collections.abc import Iterator, Sequence

from knowledge.sentences import goes_on

# Never cut inside these: an address, a number with its separators and unit, a Latin word. They
# stand in runs of plain signs, which are found faster than they are.
_PLAIN_RUN = re.compile(r"[!-~]{2,}")
_WHOLE = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]{1,20}://[!-~]{1,2000}"
    r"|[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9.-]{1,200}"
    r"|[A-Za-z0-9]+(?:[.,:/_'-][A-Za-z0-9]+)*%?"
)
_SENTENCE_END = re.compile(r"[。！？!?；;…]+[”’」』）)\"']*|\.(?=\s)|\n")
_CLAUSE_END = re.compile(r"[，、,：:)）]")
_SPACE = re.compile(r"\s+")
# So many characters tell whether a sentence goes on from the one before.
_OPENING = 24
_NOWHERE, _ANYWHERE, _AT_SPACE, _AT_CLAUSE = range(4)


def cut(text: str, limit: int, most: int = 0) -> tuple[str, ...]:
    """Pieces of at most `limit` characters, together the whole text but for white space.

    They may have `most` where that keeps a sentence with one that goes on from it.

    A piece ends with a sentence where that leaves at least a quarter of `limit`, if it can be with
    one that the next does not go on from, or else with a clause, a word, a character; inside an
    address or a number only where it is longer than `limit`.
    """
    text = text.strip()
    if len(text) <= limit:
        return (text,) if text else ()
    return tuple(piece for piece in _pieces(text, limit, most) if piece)


def even(length: int, limit: int) -> int:
    """A limit for pieces of about the same size, so that no crumb is left at the end."""
    parts = -(-length // limit)
    return min(limit, length // parts + limit // 8)


def _pieces(text: str, limit: int, most: int) -> Iterator[str]:
    sentences, worth = _sentence_ends(text), None
    start = 0
    while len(text) - start > limit:
        earliest, latest = start + max(1, limit // 4), start + limit
        end = _sentence_end(text, sentences, earliest, latest, start + most)
        if not end:
            # Few windows hold no end of a sentence, and need a closer look.
            worth = worth or _worth(text)
            end = _best(worth, earliest, start, latest)
        yield text[start:end].strip()
        start = end
    yield text[start:].strip()


def _sentence_end(
    text: str, sentences: Sequence[int], earliest: int, latest: int, most: int
) -> int:
    """The last end of a sentence in a window, or the first behind it that splits no rule; or 0."""
    within = [end for end in sentences if earliest <= end <= latest]
    whole = [end for end in within if not goes_on(text[end : end + _OPENING])]
    if within and not whole:
        beyond = [end for end in (*sentences, len(text)) if latest < end <= most]
        whole = [end for end in beyond if not goes_on(text[end : end + _OPENING])][:1]
    return max(whole or within, default=0)


def _best(worth: bytearray, earliest: int, start: int, latest: int) -> int:
    """The latest place of the best kind in a window without the end of a sentence."""
    for kind in (_AT_CLAUSE, _AT_SPACE, _ANYWHERE):
        place = worth.rfind(kind, earliest, latest + 1)
        if place > 0:
            return place
    place = next((i for i in range(earliest, start, -1) if worth[i] != _NOWHERE), 0)
    return place or latest


def _sentence_ends(text: str) -> list[int]:
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    if "://" not in text:
        return ends
    # Of what is never cut, addresses alone may hold such a sign.
    within = {place for first, last in _wholes(text) for place in range(first + 1, last)}
    return [end for end in ends if end not in within]


def _worth(text: str) -> bytearray:
    """For each place between two characters, how good it is to cut there."""
    worth = bytearray([_ANYWHERE]) * (len(text) + 1)
    for pattern, kind in ((_SPACE, _AT_SPACE), (_CLAUSE_END, _AT_CLAUSE)):
        for match in pattern.finditer(text):
            worth[match.end()] = kind
    for first, last in _wholes(text):
        worth[first + 1 : last] = bytes(last - first - 1)
    return worth


def _wholes(text: str) -> Iterator[tuple[int, int]]:
    for run in _PLAIN_RUN.finditer(text):
        for match in _WHOLE.finditer(text, *run.span()):
            yield match.span()
