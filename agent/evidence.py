"""Evidence: which lines go before the model, and whether they cover the question.

A small model cannot tell that it does not know; code can see that a thing asked about ("酒精") is
mentioned nowhere in what was found. Such a question is unanswerable, whatever the model says.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tools.artifacts import Evidence, EvidenceHit

_HAN = re.compile(r"[一-鿿]")
_WORD = re.compile(r"[a-z0-9]+|[一-鿿]+")
_ANSWER = re.compile(r"^\s*(?:问|Q|q)\s*[::].*?(?:答|A|a)\s*[::]\s*", re.S)
# A model on a CPU reads some 80 characters of Chinese a second.
MAX_CHARACTERS = 320
MAX_LINES = 5
_ROW_MARK = re.compile(r";\s*")
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
    text = re.sub(r"\s*\n\s*", " ", _MARKUP.sub("", text)).strip()
    return text if hit.passage_kind != "table_row" else _ROW_MARK.sub("，", text)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, about which products: those `named`, or those `in_focus` so far."""

    text: str
    named: tuple[str, ...] = ()
    in_focus: tuple[str, ...] = ()


def lines_of(
    found: Evidence, question: Question, say: Callable[[EvidenceHit], str] = spoken
) -> tuple[Line, ...]:
    """The lines worth reading, best first.

    Passages about another product than the one named are left out. `say` words a passage.
    """
    asked = bigrams(question.text)
    ranked: list[tuple[float, EvidenceHit]] = []
    for place, hit in enumerate(found.hits):
        if question.named and hit.sku and hit.sku not in question.named:
            continue
        have = bigrams(" ".join((*hit.heading, hit.text)))
        cover = len(asked & have) / max(1, len(asked))
        about = hit.sku in question.named or hit.sku in question.in_focus
        ranked.append((1 / (place + 3) + 0.5 * cover + (0.1 if about else 0.0), hit))
    lines: list[Line] = []
    used = 0
    for _, hit in sorted(ranked, key=lambda pair: -pair[0])[:MAX_LINES]:
        said = say(hit)
        shown = " ".join((*_short_heading(hit), said))
        if lines and used + len(shown) > MAX_CHARACTERS:
            continue
        used += len(shown)
        lines.append(Line(len(lines) + 1, shown, said, hit))
    return tuple(lines)


def _short_heading(hit: EvidenceHit) -> tuple[str, ...]:
    """The nearest headings, unless the text repeats them."""
    near = hit.heading[:1] + hit.heading[1:][-1:]
    kept = [part for part in near if part and part not in hit.text]
    return ("｜".join(kept),) if kept else ()


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
