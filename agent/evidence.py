"""Evidence: which lines go before the model, and whether they cover the question.

A small model cannot tell that it does not know; code can see that a thing asked about ("酒精") is
mentioned nowhere in what was found. Such a question is unanswerable, whatever the model says.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tools.artifacts import Evidence, EvidenceHit

_HAN = re.compile(r"[一-鿿]")
_WORD = re.compile(r"[a-z0-9]+|[一-鿿]+")
_ANSWER = re.compile(r"^\s*(?:问|Q|q)\s*[::].*?(?:答|A|a)\s*[::]\s*", re.S)
_MARKUP = re.compile(r"^\s*(?:[-*+•]|\d{1,2}[.)、])\s+|\*\*|`|^#+\s*", re.M)


@dataclass(frozen=True, slots=True)
class Line:
    """A numbered line of evidence: `shown` is for the model, `said` for the customer."""

    number: int
    shown: str
    said: str
    hit: EvidenceHit


def bigrams(text: str) -> frozenset[str]:
    """Pairs of neighbouring Han characters and whole Latin words or numbers."""
    grams: set[str] = set()
    for match in _WORD.finditer(text.lower()):
        word = match.group()
        if word[0] < "一":
            grams.add(word)
        else:
            grams |= {word[i : i + 2] for i in range(max(1, len(word) - 1))}
    return frozenset(grams)


def spoken(hit: EvidenceHit) -> str:
    """The passage as a person would say it: without markup; of a pair only the answer."""
    text = _ANSWER.sub("", hit.text) if hit.passage_kind == "question_answer" else hit.text
    return re.sub(r"\s*\n\s*", " ", _MARKUP.sub("", text)).strip()


def lines_of(
    evidence: Iterable[Evidence], question: str, skus: tuple[str, ...], budget: int = 480
) -> tuple[Line, ...]:
    """The lines worth reading, best first, at most `budget` characters of them.

    Passages about another product than the one asked about are left out.
    """
    asked = bigrams(question)
    ranked: dict[str, tuple[float, EvidenceHit]] = {}
    for found in evidence:
        for place, hit in enumerate(found.hits):
            if skus and hit.sku and hit.sku not in skus:
                continue
            have = bigrams(" ".join((*hit.heading, hit.text)))
            cover = len(asked & have) / max(1, len(asked))
            score = 1 / (place + 3) + 0.5 * cover + (0.1 if hit.sku in skus else 0.0)
            if hit.id not in ranked or ranked[hit.id][0] < score:
                ranked[hit.id] = (score, hit)
    lines: list[Line] = []
    used = 0
    for _, hit in sorted(ranked.values(), key=lambda pair: -pair[0]):
        shown = f"{'｜'.join(_short_heading(hit))} {spoken(hit)}".strip()
        if lines and used + len(shown) > budget:
            continue
        used += len(shown)
        lines.append(Line(len(lines) + 1, shown, spoken(hit), hit))
    return tuple(lines[:6])


def _short_heading(hit: EvidenceHit) -> tuple[str, ...]:
    """The two nearest headings, unless the text repeats them."""
    near = hit.heading[:1] + hit.heading[1:][-1:]
    return tuple(part for part in near if part and part not in hit.text)


def missing(question: str, lines: Iterable[Line], terms: Iterable[str]) -> tuple[str, ...]:
    """The things asked about that no line mentions, not even by half.

    Across languages words cannot be compared; nothing counts as missing then.
    """
    lines = tuple(lines)
    if not _HAN.search(question) and any(_HAN.search(line.hit.text) for line in lines):
        return ()
    have = bigrams("\n".join(f"{' '.join(line.hit.heading)} {line.hit.text}" for line in lines))
    lacking = []
    for term in terms:
        grams = bigrams(term)
        if grams and len(grams & have) * 2 < len(grams):
            lacking.append(term)
    return tuple(lacking)
