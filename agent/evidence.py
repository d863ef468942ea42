"""Evidence: which lines go before the model, and whether they cover the question.

A small model cannot tell that it does not know; code can see that a thing asked about ("酒精") is
mentioned nowhere in what was found. Such a question is unanswerable, whatever the model says.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from agent.excerpts import Fit
from agent.grams import bigrams
from agent.rows import is_meant
from agent.whats_on import asks_whats_on
from knowledge.sentences import plain
from tools.artifacts import Evidence, EvidenceHit

_HAN = re.compile(r"[一-鿿]")
# A model on a CPU reads some 80 characters of Chinese a second.
MAX_SHOWN = 60
MAX_LINES = 3
# What may be said is more: a passage that answers is among the first five oftener than the first
# three.
_MAX_SAID = 5
# What is said of the first passage, and of each other: some two sentences. Latin letters say less.
_EXCERPT, _SHORT_EXCERPT = 90, 60
_LATIN = 2
# An offer is told with what it takes and what it gives.
_OFFER = 2
# A heading path begins with the document's title.
_UNDER_TITLE = 2
# What numbers a heading, and what a workbook calls a sheet that nobody named.
_HEADING_NUMBER = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,3}[、.．章节条]|\d{1,2}(?:[、)）]|[.．](?!\d)))\s*"
)
_UNNAMED = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)
_ROW_MARK = re.compile(r";\s*")
# Of another wording's hits; of a log-odds of relevance, and of a fused score where there is none.
_OTHER_WORDING = 0.7
_OTHER_WORDING_SHARE = 0.9
# What it takes off a log-odds that something is over, or has not begun.
_NOT_NOW = 2.0
# What it adds to one that it is about the very product, or from where the answer before was.
_ABOUT, _SAME_SOURCE = 0.5, 0.75
# What a row's range adds that a figure of the question falls in, or takes off where none does.
_IN_RANGE = 1.5


@dataclass(frozen=True, slots=True)
class Line:
    """A numbered line of evidence: `shown` is for the model, `said` for the customer.

    `cover` is the share of the question's words that the passage has; `excerpt` is what of it is
    closest to the question; `lead` is the heading without which it may not be understood.
    """

    number: int
    shown: str
    said: str
    hit: EvidenceHit
    cover: float = 0.0
    excerpt: str = ""
    lead: str = ""


def is_foreign(question: str, hits: Iterable[EvidenceHit]) -> bool:
    """Whether question and passages are in different languages: words cannot be compared then."""
    asked = bool(_HAN.search(question))
    return any(hits) and all(asked != bool(_HAN.search(hit.text)) for hit in hits)


def is_latin(question: str, hits: Iterable[EvidenceHit]) -> bool:
    """Whether the question, or each passage, is without Han characters."""
    return not _HAN.search(question) or not any(_HAN.search(hit.text) for hit in hits)


def spoken(hit: EvidenceHit) -> str:
    """The passage as a person would say it: without markup; of a pair only the answer."""
    text = plain(hit.text, hit.passage_kind)
    return text if hit.passage_kind != "table_row" else _ROW_MARK.sub("，", text)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, about which products: those `named`, or those `in_focus` so far.

    `after` is the source of the answer before, where the question leans on that.
    """

    text: str
    named: tuple[str, ...] = ()
    in_focus: tuple[str, ...] = ()
    after: str = ""


def lines_of(
    found: Evidence,
    question: Question,
    say: Callable[[EvidenceHit], str] = spoken,
    mark: Callable[[EvidenceHit], str] = lambda _: "",
) -> tuple[Line, ...]:
    """The lines worth saying, best first; the first `MAX_LINES` are those worth reading.

    Passages about another product than the one named are left out. `say` words a passage; what
    `mark` says of it goes before whatever part of it is said.
    """
    asked = bigrams(question.text)
    fit = Fit(question.text, dict(found.closeness))
    whats_on = asks_whats_on(question.text)
    ranked: list[tuple[float, float, EvidenceHit]] = []
    for place, hit in enumerate(_by_range(found.hits, question.text)):
        if question.named and hit.sku and hit.sku not in question.named:
            continue
        have = bigrams(" ".join((*hit.heading, hit.text)))
        cover = len(asked & have) / max(1, len(asked))
        about = hit.sku in question.named or hit.sku in question.in_focus
        same = hit.source == question.after and hit.passage_kind != "product"
        if hit.relevance is None:
            worth = (
                1 / (place + 3) + 0.5 * cover + (0.1 if about else 0.0) + (0.15 if same else 0.0)
            )
        else:
            worth = hit.relevance + (_ABOUT if about else 0.0) + (_SAME_SOURCE if same else 0.0)
        ranked.append((worth, cover, hit))
    best = sorted(ranked, key=lambda row: -row[0])[:_MAX_SAID]
    lines = []
    for number, (_, cover, hit) in enumerate(best, start=1):
        said, before = say(hit), mark(hit)
        wide = 1 if _HAN.search(said) else _LATIN
        brief = fit.best_of(said, wide * MAX_SHOWN)[: 2 * wide * MAX_SHOWN]
        shown = " ".join((*_short_heading(hit), f"{before}{brief}"))
        most = _EXCERPT if number == 1 else _SHORT_EXCERPT
        most *= wide * (_OFFER if whats_on else 1)
        excerpt = f"{before}{fit.best_of(said, most, whole=True)}"
        lead = _lead(hit, said)
        lines.append(Line(number, shown, f"{before}{said}", hit, cover, excerpt, lead))
    return tuple(lines)


def _by_range(hits: Iterable[EvidenceHit], question: str) -> Iterator[EvidenceHit]:
    """The hits; rows for a range that a figure of the question falls in are the more relevant."""
    for hit in hits:
        fits = is_meant(hit.text, question) if hit.passage_kind == "table_row" else None
        if fits is None or hit.relevance is None:
            yield hit
        else:
            worth = hit.relevance + (_IN_RANGE if fits else -_IN_RANGE)
            yield hit.model_copy(update={"relevance": worth})


def merged(found: Evidence, others: Iterable[Evidence], less: float = _OTHER_WORDING) -> Evidence:
    """What was found, with what others found, whose log-odds of relevance count so much less.

    By default the others are other wordings of the same question.
    """
    best = {hit.id: hit for hit in found.hits}
    for other in others:
        for hit in other.hits:
            worth = {"score": _OTHER_WORDING_SHARE * hit.score}
            if hit.relevance is not None:
                worth["relevance"] = hit.relevance - less
            other_worth = hit.model_copy(update=worth)
            known = best.get(hit.id)
            if known is None or _worth(known) < _worth(other_worth):
                best[hit.id] = (known or hit).model_copy(update=worth)
    ranked = sorted(best.values(), key=lambda hit: (*(-one for one in _worth(hit)), hit.id))
    return found.model_copy(update={"hits": tuple(ranked[: max(1, len(found.hits))])})


def _worth(hit: EvidenceHit) -> tuple[float, float]:
    return (0.0 if hit.relevance is None else hit.relevance), hit.score


def in_force(found: Evidence, standing: Mapping[str, str]) -> Evidence:
    """Without passages that a later notice replaces, if any others were found.

    What is over or has not begun comes last. `standing` goes by source, or by a passage's id.
    """
    holds = tuple(
        hit
        for hit in found.hits
        if "replaced" not in (standing.get(hit.source), standing.get(hit.id))
    )
    now, not_now = [], []
    for hit in holds or found.hits:
        if hit.source not in standing and hit.id not in standing:
            now.append(hit)
        elif hit.relevance is None:
            not_now.append(hit)
        else:
            not_now.append(hit.model_copy(update={"relevance": hit.relevance - _NOT_NOW}))
    return found.model_copy(update={"hits": (*now, *not_now)})


def _lead(hit: EvidenceHit, said: str) -> str:
    """The heading above a piece of text: what a list is a list of, what a price is the price of."""
    if hit.passage_kind not in {"text", "table_row"} or len(hit.heading) < _UNDER_TITLE:
        return ""
    heading = _HEADING_NUMBER.sub("", hit.heading[-1]).rstrip("：:")
    if not heading or heading in said or heading.endswith(("?", "？")):
        return ""
    if hit.passage_kind == "table_row":
        own_name = "" if _UNNAMED.fullmatch(heading) else heading
        return own_name and f"{own_name}{'，' if _HAN.search(own_name) else ', '}"
    return f"{heading}{'：' if _HAN.search(heading) else ': '}"


def _short_heading(hit: EvidenceHit) -> tuple[str, ...]:
    """The nearest headings, unless the text repeats them."""
    near = hit.heading[:1] + hit.heading[1:][-1:]
    kept = [part for part in near if part and part not in hit.text]
    return ("｜".join(kept),) if kept else ()


def lacking(
    question: Question,
    found: Evidence,
    terms: Iterable[str],
    synonyms: Mapping[str, tuple[str, ...]],
) -> tuple[str, ...]:
    """The things asked about that nothing found mentions, not even by half.

    Of a product that was named only what was found about it counts. Across languages words cannot
    be compared; nothing lacks then.
    """
    hits = [h for h in found.hits if not (question.named and h.sku) or h.sku in question.named]
    have_text = "\n".join(f"{' '.join(hit.heading)} {hit.text}" for hit in hits)
    if is_foreign(question.text, hits):
        return ()
    have = bigrams(have_text)
    return tuple(
        term
        for term in terms
        if (grams := bigrams(term))
        and len(grams & have) * 2 < len(grams)
        and not any(other in have_text for other in synonyms.get(term, ()))
    )
