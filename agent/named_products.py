"""What the catalogue says of a product that a question names is always among what was found.

Its own documents may be so many that none of the passages nearest to "how much are the shoes" is
the catalogue's.
"""

from collections.abc import Awaitable

from agent.outcomes import Given
from agent.turn_state import TurnContext
from knowledge.passages import Hit
from knowledge.products import product_passage
from tools.artifacts import Evidence, EvidenceHit
from tools.help_tools import evidence_hit

# Of more products than that none is meant above others.
_MOST = 2
# How much less likely than anything found such a passage is to answer, as log-odds.
_LESS = 1.0


async def with_named_products(search: Awaitable[Given], turn: TurnContext) -> Given:
    """What a search gives, and the catalogue's passages of the products that its query names."""
    text, found = await search
    if not isinstance(found, Evidence):
        return text, found
    named = {m.sku for m in turn.catalog.mentions(found.asked or found.query) if m.exact}
    there = {hit.sku for hit in found.hits if hit.passage_kind == "product"}
    if not named or len(named) > _MOST or named <= there:
        return text, found
    known = [hit.relevance for hit in found.hits if hit.relevance is not None]
    worth = {
        "score": min((hit.score for hit in found.hits), default=0.0),
        "relevance": min(known) - _LESS if known else None,
    }
    more = [_hit(turn, sku).model_copy(update=worth) for sku in sorted(named - there)]
    return text, found.model_copy(update={"hits": (*found.hits, *more)})


def _hit(turn: TurnContext, sku: str) -> EvidenceHit:
    product = turn.brand.product(sku)
    if product is None:
        raise LookupError(sku)  # the catalogue's index is made of the brand's products
    return evidence_hit(Hit(product_passage(product, turn.brand.language), 0.0, 0.0, None, None))
