"""Answering a question from the knowledge, or knowing that it cannot be answered."""

from agent.answer import quoted, select_request, selected
from agent.evidence import lines_of, missing
from agent.terms import key_terms
from agent.turn_state import Draft, TurnContext
from agent.write import write
from tools.artifacts import Evidence


async def answer_question(turn: TurnContext, found: Evidence, *, repair: bool = False) -> Draft:
    """A draft for one question.

    Code refuses first (nothing found about the product, or a thing asked about is mentioned
    nowhere); then the model chooses the lines, or words the answer where it writes itself.
    """
    question = found.query
    skus = tuple(dict.fromkeys(m.sku for m in turn.catalog.mentions(question)))
    lines = lines_of([found], question, skus)
    terms = key_terms(question, turn.catalog, turn.prompts.everyday)
    lacking = missing(question, lines, terms)
    await turn.journal.note(
        "evidence",
        {"question": question, "lines": [line.shown for line in lines], "missing": list(lacking)},
    )
    if not lines or lacking:
        return Draft((), unanswered=True)
    if turn.style == "write" and not repair:
        return await write(turn, question, lines)
    chosen = selected(
        await turn.asking.ask("answer", select_request(turn.prompts, question, lines)), lines
    )
    return quoted(chosen)
