"""A second look at a question that seems unanswered: in plain words, as documents have them."""

from dataclasses import replace
from typing import Any

from agent.days_notices import with_days_notices
from agent.knowing import answer_question
from agent.leaning import keeps
from agent.outcomes import outcome, result_of
from agent.restate import restate_request, restated
from agent.sureness import needed_after
from agent.turn_state import Draft, Result, TurnContext
from tools.artifacts import Evidence
from tools.run import run_tool

# Below this no other wording ever made an answer of it.
HOPELESS = 0.07


async def looked_again(turn: TurnContext, result: Result, first: Draft) -> tuple[Draft, Result]:
    """The answer that two wordings of a question make, and the search with what was found besides.

    Args:
        turn: This turn.
        result: A search that found nothing sure enough.
        first: The draft that came of it; handed back where the second look gives none.

    Raises:
        ModelDownError: the model does not answer.
    """
    found = result.artifact
    if not isinstance(found, Evidence) or not first.unanswered or first.sureness < HOPELESS:
        return first, result
    query = await _other_words(turn, found)
    again = await _search(turn, query) if query else None
    if again is None or not again.hits:
        return first, result
    needed = needed_after(first.sureness, probed=first.probed)
    second = await answer_question(turn, again, needed=needed)
    if second.unanswered:
        return first, result
    wordings = [*result.args.get("also", ()), query]
    return second, replace(
        result, args={**result.args, "also": wordings}, artifact=_together(found, again)
    )


async def _other_words(turn: TurnContext, found: Evidence) -> str:
    """The question in other words; empty where there are none that ask the same."""
    completion = await turn.asking.ask("restate", restate_request(turn.prompts, found.query))
    query = restated(completion.text, found.query, turn.prompts.language)
    kept = not found.asked or keeps(query, found.asked, turn.prompts.everyday)
    return query if kept else ""


async def _search(turn: TurnContext, query: str) -> Evidence | None:
    caller = turn.tools.caller
    args = {"query": query}

    async def run() -> dict[str, Any]:
        call_id = f"{caller.conversation}:{caller.turn}:again:{query}"
        again = run_tool("search_knowledge", args, call_id, turn.tools)
        return await outcome(with_days_notices(again, turn))

    body = await turn.journal.step("tool", {"tool": "search_knowledge", "args": args}, run)
    artifact = result_of("search_knowledge", args, body).artifact
    return artifact if isinstance(artifact, Evidence) else None


def _together(found: Evidence, again: Evidence) -> Evidence:
    """The passages of both: what was said must be among them when it is checked."""
    known = {hit.id for hit in found.hits}
    more = tuple(hit for hit in again.hits if hit.id not in known)
    return found.model_copy(update={"hits": (*found.hits, *more)})
