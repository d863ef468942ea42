"""Answering a question from the knowledge, or knowing that it cannot be answered."""

from agent.answer import quoted, select_request, selected
from agent.evidence import Line, Question, lacking, lines_of, spoken
from agent.product_facts import asked_of, only_asks, told_of
from agent.terms import key_terms, without_products
from agent.turn_state import Draft, TurnContext
from agent.write import write
from tools.artifacts import Evidence, EvidenceHit

# The best line is said in any case if it has this share of the question's words.
SURE_COVER = 0.5
MAX_SAID = 2


async def answer_question(turn: TurnContext, found: Evidence, *, repair: bool = False) -> Draft:
    """A draft for one question.

    Code refuses first (nothing found about the product, or a thing asked about is mentioned
    nowhere) and tells prices and stock itself; else the model chooses the lines, or words the
    answer where it writes itself.
    """
    question = _question(turn, found.query)
    lines = lines_of(found, question, lambda hit: _said(turn, hit, question.text))
    terms = key_terms(question.text, turn.catalog, turn.prompts.everyday)
    unknown = await _unknown(turn, terms)
    synonyms = turn.prompts.synonyms
    missing = lacking(question, found, terms, unknown.__contains__, synonyms)
    told = _product_lines(lines, question) if asked_of(question.text) else ()
    bare = without_products(question.text, turn.catalog)
    certain = bool(told) and only_asks(bare)
    await turn.journal.note(
        "evidence",
        {
            "question": question.text,
            "lines": [line.shown for line in lines],
            "terms": list(terms),
            "missing": list(missing),
            "told": [line.number for line in told],
        },
    )
    if not lines or missing:
        return Draft((), unanswered=True)
    if certain:
        return quoted(told)
    if turn.style == "write" and not repair:
        return await write(turn, question.text, lines)
    request = select_request(turn.prompts, question.text, lines)
    chosen = selected(await turn.asking.ask("answer", request), lines)
    if chosen and lines[0].cover >= SURE_COVER:
        chosen = (lines[0], *chosen)
    return quoted(tuple(dict.fromkeys((*told, *chosen)))[: MAX_SAID + len(told)])


async def _unknown(turn: TurnContext, terms: tuple[str, ...]) -> frozenset[str]:
    """Which terms the whole knowledge has never heard of; recorded, since knowledge changes."""
    if not terms:
        return frozenset()

    async def run() -> dict[str, list[str]]:
        return {"unknown": [term for term in terms if not turn.vocabulary.knows(term)]}

    body = await turn.journal.step("vocabulary", {"terms": list(terms)}, run)
    return frozenset(body["unknown"])


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


def _said(turn: TurnContext, hit: EvidenceHit, question: str) -> str:
    product = turn.brand.product(hit.sku) if hit.sku and hit.passage_kind == "product" else None
    return told_of(product, asked_of(question), turn.language) if product else spoken(hit)
