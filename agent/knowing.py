"""Answering a question from the knowledge, or knowing that it cannot be answered."""

from collections import Counter
from dataclasses import asdict, dataclass, replace

from agent.answer import Verdict, judge_request, judged, quoted
from agent.evidence import (
    MAX_LINES,
    Line,
    Question,
    in_force,
    is_foreign,
    is_latin,
    lacking,
    lines_of,
    spoken,
)
from agent.holding import holding, that_day_first
from agent.neighbour_rows import without_neighbours
from agent.product_facts import asked_of, only_asks, told_of
from agent.rows import first_cell, row_said
from agent.spelling import is_common_english
from agent.sureness import ANSWERS_FROM, LEANING, PROBED_FROM, Signs
from agent.terms import key_terms, without_products
from agent.turn_state import Draft, TurnContext
from agent.wording import not_now
from agent.write import write
from knowledge.notices import Standing
from tools.artifacts import Evidence, EvidenceHit

# Of relevance's log-odds; and of fused scores, which lie between 0 and 1, where it is not known.
_NEARLY = 2.3
_NEARLY_FUSED = 0.2
# The nearness of a question that names nothing: between that of answerable ones and of others.
_NAMES_NOTHING = 0.945
_UNANSWERED = Draft((), unanswered=True)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a question names, and which of it nothing found mentions.

    `standing` tells which of the sources found no longer hold, or do not hold yet.
    """

    terms: tuple[str, ...]
    lacking: tuple[str, ...]
    standing: dict[str, Standing]


async def answer_question(
    turn: TurnContext,
    found: Evidence,
    *,
    repair: bool = False,
    needed: float | None = None,
    at_least: float = 0.0,
) -> Draft:
    """A draft for one question.

    Code tells prices and stock itself. Otherwise the model's doubt, or its state, and what
    code sees of the question's words in them decide whether they answer. Where the model is one
    that words answers, it does so from those lines. `needed` is how sure it must be, if not as
    sure as always, and in any case `at_least`.
    """
    question = _question(turn, found)
    held = await holding(turn, found)
    standing = held.standing
    found = that_day_first(in_force(found, standing), held.that_day)
    found = _own_words_first(found, question)
    asked = _asked(turn, question, found, standing)
    alike = Counter(_row_name(hit) for hit in found.hits)
    lines = lines_of(
        found,
        question,
        lambda hit: _said(turn, hit, found, shared=alike[_row_name(hit)] > 1),
        lambda hit: not_now(standing.get(hit.source) or standing.get(hit.id), turn.language),
    )
    told = _product_lines(lines, question) if asked_of(question.text) else ()
    about = filter(None, (turn.brand.product(line.hit.sku) for line in told if line.hit.sku))
    certain = bool(told) and only_asks(without_products(question.text, turn.catalog), about)
    read = lines[:MAX_LINES]
    if not lines or (certain and not asked.lacking):
        await _note(turn, found.query, read, asked, told)
        return replace(quoted(told), sureness=1.0) if certain and lines else _UNANSWERED
    request = judge_request(turn.prompts, found.query, [line.shown for line in read])
    completion = await turn.asking.ask("answer", request)
    verdict = judged(completion, read, turn.prompts.language)
    signs = _signs(turn, found, asked, verdict)
    foreign = is_foreign(question.text, found.hits)
    sureness = signs.sureness(foreign=foreign)
    await _note(turn, found.query, read, asked, told, signs, sureness)
    if needed is None:
        needed = PROBED_FROM if signs.probed else ANSWERS_FROM
    if sureness < max(needed, at_least, LEANING if found.asked else 0.0):
        return replace(_UNANSWERED, sureness=sureness, probed=signs.probed)
    if turn.style == "write" and not repair:
        draft = await write(turn, question.text, read)
        if draft.unanswered:
            return draft
    else:
        draft = quoted(without_neighbours(_to_say(told, verdict, lines), question.text))
    return replace(draft, sureness=sureness, probed=signs.probed)


def _to_say(told: tuple[Line, ...], verdict: Verdict, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """What code tells, and the closest sentences of the best line and of those that may be it.

    Those are the ones that were found with nearly the best score, or that a model which writes its
    verdict points at: which line answers is harder to tell than that one does.
    """
    if len(lines) == 1:
        return lines
    said = list(told)
    for line in lines:
        maybe = line in (lines[0], *verdict.lines) or _is_nearly_best(line.hit, lines)
        if maybe and not any(line.hit == one.hit or line.excerpt in one.said for one in said):
            said.append(replace(line, said=line.excerpt))
    return tuple(said)


def _is_nearly_best(hit: EvidenceHit, lines: tuple[Line, ...]) -> bool:
    known = [line.hit.relevance for line in lines if line.hit.relevance is not None]
    if hit.relevance is None or not known:
        return hit.score >= max(line.hit.score for line in lines) - _NEARLY_FUSED
    return hit.relevance >= max(known) - _NEARLY


def _signs(turn: TurnContext, found: Evidence, asked: _Asked, verdict: Verdict) -> Signs:
    return Signs(
        odds=round(verdict.odds, 3),
        lacking=float(len(asked.lacking)),
        similarity=round(max(hit.similarity for hit in found.hits), 4),
        nearness=_nearness(turn, found),
        probe=verdict.probe,
        latin=is_latin(found.query, found.hits),
    )


def _nearness(turn: TurnContext, found: Evidence) -> float | None:
    """How near the thing asked about that is farthest from the best passages is to them.

    Names of products do not count, nor do everyday words, unless there is nothing else.
    """
    if found.nearness is None:
        return None
    bare = without_products(found.query, turn.catalog).lower()
    named = [
        (word, near)
        for word, near in found.nearness
        if word in bare and word not in turn.prompts.everyday
    ]
    telling = [near for word, near in named if not is_common_english(word)]
    return round(min(telling or [near for _, near in named], default=_NAMES_NOTHING), 4)


async def _note(  # noqa: PLR0913 - what an operator wants to see of an answer
    turn: TurnContext,
    question: str,
    lines: tuple[Line, ...],
    asked: _Asked,
    told: tuple[Line, ...],
    signs: Signs | None = None,
    sureness: float | None = None,
) -> None:
    body = {
        "question": question,
        "lines": [line.shown for line in lines],
        "sources": [line.hit.source for line in lines],
        "relevance": [line.hit.relevance for line in lines],
        "terms": list(asked.terms),
        "missing": list(asked.lacking),
        "told": [line.number for line in told],
        "signs": asdict(signs) if signs else None,
        "sureness": None if sureness is None else round(sureness, 3),
    }
    await turn.journal.note("evidence", body)


def _asked(
    turn: TurnContext, question: Question, found: Evidence, standing: dict[str, Standing]
) -> _Asked:
    terms = key_terms(question.text, turn.catalog, turn.prompts.everyday)
    return _Asked(terms, lacking(question, found, terms, turn.prompts.synonyms), standing)


def _question(turn: TurnContext, found: Evidence) -> Question:
    query = found.asked or found.query
    named = tuple(dict.fromkeys(m.sku for m in turn.catalog.mentions(query)))
    if not named:
        named = tuple(dict.fromkeys(m.sku for m in turn.catalog.mentions(turn.message.text)))
    after = turn.memory.source if found.asked else ""
    return Question(query, named, turn.memory.products_in_focus, after)


def _newly_asked(turn: TurnContext, query: str) -> str:
    """What a follow-up asks, without the question before it that it leans on."""
    before = turn.memory.question
    return query.replace(before, "").strip() if before else query


def _own_words_first(found: Evidence, question: Question) -> Evidence:
    """Where price or stock is asked for, the catalogue's passage of what is named comes first."""
    if not asked_of(question.text):
        return found
    known = [hit.relevance for hit in found.hits if hit.relevance is not None]
    worth = {
        "score": max((hit.score for hit in found.hits), default=0.0),
        "relevance": max(known) if known else None,
    }
    hits = tuple(
        hit.model_copy(update=worth)
        if hit.passage_kind == "product" and hit.sku in question.named
        else hit
        for hit in found.hits
    )
    return found.model_copy(update={"hits": hits})


def _product_lines(lines: tuple[Line, ...], question: Question) -> tuple[Line, ...]:
    """The catalogue's own lines of the products asked about."""
    about = question.named or question.in_focus
    return tuple(
        line for line in lines if line.hit.passage_kind == "product" and line.hit.sku in about
    )


def _row_name(hit: EvidenceHit) -> tuple[str, ...]:
    """What a table's row is called, and which table it is in."""
    return (hit.source, *hit.heading, first_cell(hit.text))


def _said(turn: TurnContext, hit: EvidenceHit, found: Evidence, *, shared: bool) -> str:
    asked = found.asked or _newly_asked(turn, found.query)
    product = turn.brand.product(hit.sku) if hit.sku and hit.passage_kind == "product" else None
    if product:
        return told_of(product, asked_of(found.asked or found.query), turn.language)
    if hit.passage_kind == "table_row":
        return row_said(hit.text, asked, found.query, shared=shared)
    return spoken(hit)
