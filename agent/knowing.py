"""Answering a question from the knowledge, or knowing that it cannot be answered."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from agent.answer import Verdict, judge_request, judged, quoted
from agent.evidence import Line, Question, in_force, is_foreign, lacking, lines_of, spoken
from agent.product_facts import asked_of, only_asks, told_of
from agent.rows import row_said
from agent.sureness import ANSWERS_FROM, Signs, covered
from agent.terms import content_words, key_terms, without_products
from agent.turn_state import Draft, TurnContext
from agent.wording import not_now
from agent.write import write
from knowledge.notices import Standing, standings
from tools.artifacts import Evidence, EvidenceHit

# The best line is said in any case if it has this share of the question's words.
SURE_COVER = 0.5
MAX_SAID = 2
# What the signs mean for words that cannot be compared, since the languages differ.
_FOREIGN_COVER, _FOREIGN_WORDS, _FOREIGN_SIMILARITY = 0.5, 1.0, 0.05
_FIGURE = re.compile(r"多少|几|多[久长高大重远]|how (?:much|many|long|far|often)|\bwhen\b", re.I)
_DIGIT = re.compile(r"[\d零一二两三四五六七八九十百半]")


@dataclass(frozen=True, slots=True)
class _Words:
    """What a question asks about: `rarity` of its content words, and what nothing mentions.

    `standing` tells which of the sources found no longer hold, or do not hold yet.
    """

    rarity: dict[str, float]
    terms: tuple[str, ...]
    missing: tuple[str, ...]
    standing: dict[str, Standing]


async def answer_question(turn: TurnContext, found: Evidence, *, repair: bool = False) -> Draft:
    """A draft for one question.

    Code tells prices and stock itself. Otherwise the model points at lines; its doubt and what
    code sees of the question's words in them decide whether they answer. Where the model is one
    that words answers, it does so from those lines.
    """
    question = _question(turn, found.query)
    words = await _words(turn, question, found)
    found = in_force(found, words.standing)
    lines = lines_of(found, question, lambda hit: _said(turn, hit, question.text, words.standing))
    told = _product_lines(lines, question) if asked_of(question.text) else ()
    certain = bool(told) and only_asks(without_products(question.text, turn.catalog))
    if certain and lines and not words.missing:
        await _note(turn, question, lines, words, told)
        return quoted(told)
    if not lines:
        await _note(turn, question, lines, words, told)
        return Draft((), unanswered=True)
    request = judge_request(turn.prompts, question.text, lines)
    completion = await turn.asking.ask("answer", request)
    verdict = judged(completion, lines, turn.prompts.language)
    signs = _signs(turn, question, lines, words, verdict.odds)
    await _note(turn, question, lines, words, told, signs)
    if signs.sureness < ANSWERS_FROM:
        return Draft((), unanswered=True)
    if turn.style == "write" and not repair:
        return await write(turn, question.text, lines)
    return quoted(_to_say(told, verdict, lines))


def _to_say(told: tuple[Line, ...], verdict: Verdict, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    chosen = verdict.lines
    if lines[0].cover >= SURE_COVER:
        chosen = (lines[0], *chosen)
    return tuple(dict.fromkeys((*told, *chosen)))[: MAX_SAID + len(told)]


def _signs(
    turn: TurnContext, question: Question, lines: tuple[Line, ...], words: _Words, odds: float
) -> Signs:
    foreign = is_foreign(question.text, [line.hit for line in lines])
    share, gap = covered(words.rarity, lines, turn.prompts.synonyms)
    figure = bool(_FIGURE.search(question.text))
    return Signs(
        odds=round(odds, 3),
        cover=_FOREIGN_COVER if foreign else round(max(line.cover for line in lines), 3),
        words=_FOREIGN_WORDS if foreign else round(share, 3),
        gap=0.0 if foreign else round(gap, 3),
        similarity=round(
            max(line.hit.similarity for line in lines) + _FOREIGN_SIMILARITY * foreign, 3
        ),
        missing=float(len(words.missing)),
        number=float(figure and not any(_DIGIT.search(line.said) for line in lines)),
    )


async def _note(
    turn: TurnContext,
    question: Question,
    lines: tuple[Line, ...],
    words: _Words,
    told: tuple[Line, ...],
    signs: Signs | None = None,
) -> None:
    body = {
        "question": question.text,
        "lines": [line.shown for line in lines],
        "sources": [line.hit.source for line in lines],
        "terms": list(words.terms),
        "missing": list(words.missing),
        "told": [line.number for line in told],
        "signs": asdict(signs) if signs else None,
        "sureness": round(signs.sureness, 3) if signs else None,
    }
    await turn.journal.note("evidence", body)


async def _words(turn: TurnContext, question: Question, found: Evidence) -> _Words:
    """What the question asks about; what the knowledge knows of it is recorded, as it changes."""
    everyday = turn.prompts.everyday
    terms = key_terms(question.text, turn.catalog, everyday)
    content = content_words(question.text, turn.catalog, everyday)
    sources = dict.fromkeys(hit.source for hit in found.hits)

    async def run() -> dict[str, Any]:
        vocabulary = turn.vocabulary
        today = turn.journal.now.astimezone(turn.brand.timezone).date()
        standing = standings(turn.notices, today)
        return {
            "unknown": [term for term in terms if not vocabulary.knows(term)],
            "rarity": {word: round(vocabulary.rarity(word), 3) for word in content},
            "standing": {source: standing[source] for source in sources if source in standing},
        }

    key = {"terms": list(terms), "content": list(content)}
    body = await turn.journal.step("vocabulary", key, run)
    unknown = frozenset(body["unknown"])
    missing = lacking(question, found, terms, unknown.__contains__, turn.prompts.synonyms)
    return _Words(body["rarity"], terms, missing, body["standing"])


def _question(turn: TurnContext, query: str) -> Question:
    named = tuple(dict.fromkeys(m.sku for m in turn.catalog.mentions(query)))
    if not named:
        named = tuple(dict.fromkeys(m.sku for m in turn.catalog.mentions(turn.message.text)))
    return Question(query, named, turn.memory.products_in_focus)


def _product_lines(lines: tuple[Line, ...], question: Question) -> tuple[Line, ...]:
    """The catalogue's own lines of the products asked about."""
    about = question.named or question.in_focus
    return tuple(
        line for line in lines if line.hit.passage_kind == "product" and line.hit.sku in about
    )


def _said(turn: TurnContext, hit: EvidenceHit, question: str, standing: dict[str, Standing]) -> str:
    product = turn.brand.product(hit.sku) if hit.sku and hit.passage_kind == "product" else None
    if product:
        return told_of(product, asked_of(question), turn.language)
    told = row_said(hit.text, question) if hit.passage_kind == "table_row" else spoken(hit)
    return f"{not_now(standing.get(hit.source), turn.language)}{told}"
