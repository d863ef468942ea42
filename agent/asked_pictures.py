"""Wishes to see a product that goes by some words of its name only."""

from agent.decide import Proposal
from agent.loose_names import LooseNames
from agent.seeing import asks_for_looks
from agent.terms import nouns
from agent.turn_state import TurnContext
from knowledge.brand import Product


def with_pictures(calls: tuple[Proposal, ...], turn: TurnContext) -> tuple[Proposal, ...]:
    """The calls, with the product in those to show one, and in place of a search for its looks.

    As they are where the text names a product plainly, which was seen to before.
    """
    text = turn.message.text
    shows = Proposal("show_product_images", {})
    looks = (
        bool(calls)
        and asks_for_looks(text)
        and all(call.tool == "search_knowledge" for call in calls)
        and "show_product_images" in turn.brand.tools
    )
    if not (looks or shows in calls) or turn.catalog.mentions(text):
        return calls
    product = LooseNames(turn.brand.products, turn.prompts.everyday).nearest(text)
    if product is None:
        return calls
    shown = Proposal("show_product_images", {"product": product.sku})
    if looks:
        return (shown,)
    return tuple(shown if call == shows else _of(product, call) for call in calls)


def _of(product: Product, call: Proposal) -> Proposal:
    """The call; a search that names nothing, as 多少钱, is for the product."""
    query = call.args.get("query", "")
    if call.tool != "search_knowledge" or not query or nouns(query):
        return call
    return Proposal(call.tool, {**call.args, "query": f"{product.name} {query}"})
