"""A search as the brand's documents would word it: spelling set right, short names in full."""

from typing import Any

from agent.decide import Proposal
from agent.numerals import with_tenths
from agent.turn_state import TurnContext
from agent.whats_on import asks_whats_on, on_now


async def spelt(call: Proposal, turn: TurnContext) -> Proposal:
    """A search in the brand's own words and spelling; recorded, since those change."""
    if call.tool != "search_knowledge":
        return call
    query, also = str(call.args.get("query", "")), tuple(call.args.get("also", ()))
    behind = str(call.args.get("behind", ""))

    async def run() -> dict[str, Any]:
        spelt_ = [turn.speller.corrected(text) for text in (query, behind, *also)]
        right, whole, *others = map(turn.catalog.named_in_full, spelt_)
        # What goes by a product's nickname may be something else: 大扫除 in 年终大扫除.
        others += [spelt_[0], turn.speller.in_full(with_tenths(right))]
        if asks_whats_on(query):
            today = turn.journal.now.astimezone(turn.brand.timezone).date()
            others += on_now(turn.notices, today)
        others = [other for other in dict.fromkeys(others) if other != right]
        return {"spelt": right, "also": others} | ({"behind": whole} if whole else {})

    body = await turn.journal.step("spelling", {"query": query}, run)
    others = {name: body[name] for name in ("also", "behind") if body.get(name)}
    less = {"less": call.args["less"]} if "less" in call.args else {}
    return Proposal(call.tool, {"query": body["spelt"], **others, **less})
